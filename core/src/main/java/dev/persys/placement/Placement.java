package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Picks a node: hard filters, then a score. The same view and request give the same decision on every machine. */
public final class Placement {
    private Placement() {}

    /** Where {@code request} goes among {@code offers}, which come in the order of the nodes' ids. */
    public static Decision decide(Iterable<NodeOffer> offers, PlacementRequest request, ScorePolicy policy) {
        List<Verdict> verdicts = new ArrayList<>();
        Verdict.Fits best = null;
        for (NodeOffer offer : offers) {
            Verdict verdict = verdict(offer, request, policy);
            verdicts.add(verdict);
            if (verdict instanceof Verdict.Fits fits && (best == null || isBetter(fits, best, request))) {
                best = fits;
            }
        }
        return best == null
                ? new Decision.Unplaceable(policy, verdicts)
                : new Decision.Placed(best.node(), policy, verdicts);
    }

    /** What one node says. */
    public static Verdict verdict(NodeOffer offer, PlacementRequest request, ScorePolicy policy) {
        List<Veto> vetoes = vetoes(offer, request);
        return vetoes.isEmpty()
                ? new Verdict.Fits(
                        offer.id(), policy.score(offer.total(), offer.reserved().plus(request.resources())))
                : new Verdict.Vetoed(offer.id(), vetoes);
    }

    private static boolean isBetter(Verdict.Fits fits, Verdict.Fits best, PlacementRequest request) {
        if (request.preferred().isPresent()) {
            if (request.preferred().get().equals(fits.node())) {
                return true;
            }
            if (request.preferred().get().equals(best.node())) {
                return false;
            }
        }
        return Decision.BEST_FIRST.compare(fits, best) < 0;
    }

    private static List<Veto> vetoes(NodeOffer offer, PlacementRequest request) {
        List<Veto> vetoes = new ArrayList<>(0);
        if (offer.status() != NodeStatus.ACTIVE) {
            vetoes.add(new Veto(Filter.STATUS, "the node is " + offer.status()));
        }
        if (!offer.types().contains(request.type())) {
            vetoes.add(new Veto(Filter.TYPE, "the node does not run this type of workload"));
        }
        for (Map.Entry<String, String> wanted : request.constraints().entrySet()) {
            String actual = offer.labels().get(wanted.getKey());
            if (!wanted.getValue().equals(actual)) {
                vetoes.add(new Veto(
                        Filter.LABELS,
                        "wants " + wanted.getKey() + "=" + wanted.getValue()
                                + (actual == null ? ", the node has no such label" : ", the node has " + actual)));
            }
        }
        Resources free = offer.total().minus(offer.reserved());
        Resources wanted = request.resources();
        if (free.cpuMillis() < wanted.cpuMillis()) {
            vetoes.add(new Veto(Filter.CPU, "wants " + wanted.cpu() + " cores, " + free.cpu() + " free"));
        }
        if (free.memoryMib() < wanted.memoryMib()) {
            vetoes.add(new Veto(Filter.MEMORY, "wants " + wanted.memoryMib() + " MiB, " + free.memoryMib() + " free"));
        }
        for (HostPort port : request.hostPorts()) {
            if (offer.takenPorts().contains(port)) {
                vetoes.add(new Veto(Filter.HOST_PORT, "host port " + port + " is taken"));
            }
        }
        return vetoes;
    }
}
