package dev.persys.scheduler.placement;

import dev.persys.api.ClusterMetrics;
import dev.persys.api.Explanation;
import dev.persys.api.Explanation.NodeVerdict;
import dev.persys.api.Explanation.VetoView;
import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.placement.ClusterView;
import dev.persys.placement.Decision;
import dev.persys.placement.NodeOffer;
import dev.persys.placement.Placement;
import dev.persys.placement.PlacementRequest;
import dev.persys.placement.ScorePolicy;
import dev.persys.placement.Verdict;
import dev.persys.scheduler.record.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is shown of the {@link ClusterView}: of one workload, of a node, of all together. Changes nothing of it. */
final class PlacementViews {
    private final ClusterView view;
    private final ScorePolicy policy;

    /** @param view the actor's own, as it is at each question */
    PlacementViews(ClusterView view, ScorePolicy policy) {
        this.view = view;
        this.policy = policy;
    }

    /** Why a workload is where it is, or nowhere, if it were placed at {@code now}. */
    Explanation explained(WorkloadView known, Instant now) {
        Workload workload = known.workload();
        PlacementRequest request = PlacementRequest.of(workload, Optional.empty());
        Decision decision = Placement.decide(offersFor(workload), request, policy);
        List<NodeVerdict> nodes = new ArrayList<>();
        decision.verdicts().stream()
                .filter(Verdict.Fits.class::isInstance)
                .map(Verdict.Fits.class::cast)
                .sorted(Decision.BEST_FIRST)
                .map(fits -> new NodeVerdict(fits.node(), Optional.of(fits.score()), List.of()))
                .forEach(nodes::add);
        decision.verdicts().stream()
                .filter(Verdict.Vetoed.class::isInstance)
                .map(Verdict.Vetoed.class::cast)
                .map(PlacementViews::vetoed)
                .forEach(nodes::add);
        return new Explanation(known, workload.placement(), now, policy.text(), nodes);
    }

    /** A node with what is reserved on it. */
    NodeView described(Stored<Node> known) {
        Node node = known.value();
        NodeId id = node.id();
        return new NodeView(
                node,
                known.revision(),
                view.reservedOn(id),
                view.workloadsOn(id),
                node.lastHeartbeat(),
                view.portsOn(id),
                view.busyPortsOn(id));
    }

    private static NodeVerdict vetoed(Verdict.Vetoed vetoed) {
        return new NodeVerdict(
                vetoed.node(),
                Optional.empty(),
                vetoed.vetoes().stream()
                        .map(veto -> new VetoView(veto.filter().text(), veto.detail()))
                        .toList());
    }

    /** These counts, with what the nodes have and what of that is taken. */
    ClusterMetrics measured(ClusterMetrics counts, List<Node> nodes) {
        Resources capacity = Resources.NONE;
        Resources reserved = Resources.NONE;
        Resources free = Resources.NONE;
        for (Node node : nodes) {
            Resources taken = view.reservedOn(node.id());
            if (node.status().isReachable()) {
                capacity = capacity.plus(node.facts().total());
                reserved = reserved.plus(taken);
            }
            if (node.isSchedulable()) {
                free = free.plus(node.facts().total().minus(taken));
            }
        }
        return new ClusterMetrics(
                counts.clusterId(),
                counts.epoch(),
                counts.nodes(),
                counts.workloads(),
                counts.health(),
                capacity,
                reserved,
                free,
                counts.trouble());
    }

    /** Every node's offer as if it were nowhere; the ports on which it runs are its own. */
    private List<NodeOffer> offersFor(Workload workload) {
        List<NodeOffer> offers = view.offersWithout(workload.id());
        return workload.status() == WorkloadStatus.RUNNING
                ? offers.stream()
                        .map(offer ->
                                workload.nodeId().filter(offer.id()::equals).isPresent()
                                        ? offer.withOwn(workload.held().ports())
                                        : offer)
                        .toList()
                : offers;
    }
}
