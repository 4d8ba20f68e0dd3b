package dev.persys.scheduler.reads;

import akka.actor.typed.ActorRef;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.KeptSpecs;
import dev.persys.api.Page;
import dev.persys.api.WorkloadView;
import dev.persys.model.Names;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.ExplainWorkload;
import dev.persys.protocol.SchedulerProtocol.GetClusterMetrics;
import dev.persys.protocol.SchedulerProtocol.GetNode;
import dev.persys.protocol.SchedulerProtocol.GetSpecs;
import dev.persys.protocol.SchedulerProtocol.GetWorkload;
import dev.persys.protocol.SchedulerProtocol.ListNodes;
import dev.persys.protocol.SchedulerProtocol.ListWorkloads;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Stored;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.StateStore;
import dev.persys.store.StoreTrouble;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers what is asked of the records and changes none, from the {@link Directory} and what placement adds to that. */
public final class Reads {
    private final Directory directory;
    private final ActorRef<PlacementActor.Command> placement;
    private final Leadership leadership;
    private final StateStore store;
    private final KeptOutput output;

    public Reads(
            Directory directory,
            ActorRef<PlacementActor.Command> placement,
            Leadership leadership,
            StateStore store,
            KeptOutput output) {
        this.directory = directory;
        this.placement = placement;
        this.leadership = leadership;
        this.store = store;
        this.output = output;
    }

    public void answer(GetWorkload request) {
        resolved(
                request.reference(),
                request.replyTo(),
                id -> output.of(view(id), shown -> request.replyTo().tell(new Reply.Ok<>(shown))));
    }

    public void answer(GetSpecs request) {
        resolved(request.reference(), request.replyTo(), id -> {
            WorkloadView view = view(id);
            store.read(List.of(Keys.specs(id)))
                    .whenComplete((found, failure) -> request.replyTo()
                            .tell(
                                    failure == null
                                            ? new Reply.Ok<>(kept(found, view))
                                            : new Reply.Unavailable<>("the state store does not answer")));
        });
    }

    private static KeptSpecs kept(List<Entry> found, WorkloadView view) {
        return KeptSpecs.of(view.workload(), found.stream().findFirst().map(Entry::value));
    }

    public void answer(ExplainWorkload request) {
        resolved(
                request.reference(),
                request.replyTo(),
                id -> placement.tell(new PlacementActor.Explain(view(id), request.replyTo())));
    }

    public void answer(ListWorkloads request) {
        if (request.after().filter(text -> !Directory.isPlace(text)).isPresent()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "bad-continue", "'continue' is what a page before gave; start again without it"));
            return;
        }
        List<WorkloadView> page = directory.page(request.filter(), request.limit() + 1, request.after());
        boolean more = page.size() > request.limit();
        List<WorkloadView> shown = more ? page.subList(0, request.limit()) : page;
        Optional<String> next =
                more ? Optional.of(Directory.continueAfter(shown.get(shown.size() - 1))) : Optional.empty();
        request.replyTo().tell(new Reply.Ok<>(new Page<>(shown, next)));
    }

    public void answer(GetNode request) {
        directory
                .node(request.id())
                .ifPresentOrElse(
                        known -> placement.tell(new PlacementActor.DescribeNode(known, request.replyTo())),
                        () -> request.replyTo()
                                .tell(new Reply.NotFound<>("node", request.id().value())));
    }

    public void answer(ListNodes request) {
        if (request.after().filter(text -> !Names.isDnsName(text)).isPresent()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "bad-continue", "'continue' is what a page before gave; start again without it"));
            return;
        }
        List<Stored<Node>> page =
                directory.nodePage(request.limit() + 1, request.after().map(NodeId::of));
        boolean more = page.size() > request.limit();
        List<Stored<Node>> shown = more ? page.subList(0, request.limit()) : page;
        Optional<String> next =
                more ? Optional.of(shown.get(shown.size() - 1).value().id().value()) : Optional.empty();
        placement.tell(new PlacementActor.DescribePage(shown, next, request.replyTo()));
    }

    public void answer(GetClusterMetrics request) {
        List<Node> nodes = directory.nodes().stream().map(Stored::value).toList();
        ClusterMetrics counts = new ClusterMetrics(
                leadership.clusterId(),
                leadership.epoch(),
                directory.nodeCounts(),
                directory.workloadCounts(),
                directory.healthCounts(),
                Resources.NONE,
                Resources.NONE,
                Resources.NONE,
                store.trouble().map(StoreTrouble::detail));
        placement.tell(new PlacementActor.Measure(counts, nodes, request.replyTo()));
    }

    /** Has {@code then} go on with the one workload that {@code reference} means, or tells why there is none. */
    public <T> void resolved(String reference, ActorRef<Reply<T>> replyTo, Consumer<WorkloadId> then) {
        List<WorkloadId> found = directory.resolve(reference);
        if (found.isEmpty()) {
            replyTo.tell(new Reply.NotFound<>("workload", reference));
        } else if (found.size() > 1) {
            replyTo.tell(new Reply.Ambiguous<>(
                    reference,
                    found.stream()
                            .limit(Reply.Ambiguous.MAX_CANDIDATES)
                            .map(id -> Reply.Candidate.of(view(id).workload()))
                            .toList(),
                    found.size()));
        } else {
            then.accept(found.get(0));
        }
    }

    private WorkloadView view(WorkloadId id) {
        return directory.workload(id).orElseThrow();
    }
}
