package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterEvent.Kind;
import dev.persys.model.ClusterId;
import dev.persys.model.Foreign;
import dev.persys.model.Node;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.PullProgress;
import dev.persys.model.Reason;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What followers are told of a change; numbers are given by {@link EventLog}. */
public final class Events {
    static final String DELETED = "Deleted";
    private static final String UNNUMBERED = "";
    private static final String SPEC_CHANGED = "SpecChanged";

    private Events() {}

    /** Empty where nothing changed that people follow: a longer log tail is no news. */
    public static Optional<ClusterEvent> of(
            Optional<Workload> before, Optional<Workload> after, Workload last, Instant now) {
        boolean sameToFollowers = before.isPresent()
                && after.isPresent()
                && before.get().observed().equals(after.get().observed())
                && before.get().desired() == after.get().desired()
                && changeWord(before, after).isEmpty();
        if (sameToFollowers) {
            return Optional.empty();
        }
        return Optional.of(new ClusterEvent(
                UNNUMBERED,
                now,
                Kind.WORKLOAD,
                Optional.of(last.id()),
                Optional.of(last.spec().name()),
                last.nodeId(),
                before.map(Workload::status).map(WorkloadStatus::text),
                after.map(Workload::status).map(WorkloadStatus::text).orElse(DELETED),
                changeWord(before, after).orElse(last.observed().reason().text()),
                changeWord(before, after).isPresent()
                        ? changeSentence(after.orElseThrow())
                        : after.isPresent() || last.observed().reason() == Reason.EXPIRED
                                ? last.observed().message()
                                : "its container is removed, and its record with it",
                last.requestId(),
                Optional.empty()));
    }

    /** The word for what is new of a change of its specification: that it was made, or what came of it. */
    private static Optional<String> changeWord(Optional<Workload> before, Optional<Workload> after) {
        Optional<SpecChange> was =
                before.flatMap(workload -> workload.versions().change());
        Optional<SpecChange> is = after.flatMap(workload -> workload.versions().change());
        boolean isNews = before.isPresent()
                && is.filter(change -> was.filter(
                                        earlier -> earlier.to() == change.to() && earlier.state() == change.state())
                                .isEmpty())
                        .isPresent();
        return is.filter(change -> isNews).map(change -> switch (change.state()) {
            case PROVING -> SPEC_CHANGED;
            case STABLE -> "SpecStable";
            case UNDONE -> "SpecUndone";
            case KEPT -> was.filter(earlier -> earlier.to() == change.to()).isPresent() ? "SpecKept" : SPEC_CHANGED;
        });
    }

    private static String changeSentence(Workload workload) {
        SpecChange change = workload.versions().change().orElseThrow();
        return "specification " + change.to() + " in the place of " + change.from() + ": " + change.message();
    }

    /**
     * Empty where the status is the same, nobody is asked about its containers or has answered, and none of another cluster
     * is found that was not known.
     */
    public static Optional<ClusterEvent> of(Optional<Node> before, Optional<Node> after, Node last, Instant now) {
        Optional<NodeStatus> from = before.map(Node::status);
        Optional<NodeStatus> to = after.map(Node::status);
        Optional<Orphans> asked = after.map(Node::orphans)
                .filter(orphans ->
                        orphans != Orphans.REMOVED && !before.map(Node::orphans).equals(Optional.of(orphans)));
        boolean isForeign = after.filter(node ->
                        !before.map(Events::foreignClusters).orElse(Set.of()).containsAll(foreignClusters(node)))
                .isPresent();
        if (from.equals(to) && asked.isEmpty() && !isForeign) {
            return Optional.empty();
        }
        return Optional.of(new ClusterEvent(
                UNNUMBERED,
                now,
                Kind.NODE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(last.id()),
                from.map(NodeStatus::text),
                to.map(NodeStatus::text).orElse(DELETED),
                asked.map(orphans -> "NodeOrphans" + orphans.text())
                        .or(() -> Optional.of("Node" + NodeReason.FOREIGN_CONTAINERS.text())
                                .filter(word -> isForeign))
                        .or(() -> to.map(status -> "Node" + status.text()))
                        .orElse("NodeDeleted"),
                after.map(node -> isForeign && asked.isEmpty() ? node.message() : sentence(node, asked))
                        .orElse("taken out of the cluster"),
                Optional.empty(),
                Optional.empty()));
    }

    private static Set<ClusterId> foreignClusters(Node node) {
        return node.foreign().stream().map(Foreign::cluster).collect(Collectors.toSet());
    }

    public static ClusterEvent progress(Workload workload, PullProgress progress, Instant now) {
        return new ClusterEvent(
                UNNUMBERED,
                now,
                Kind.PROGRESS,
                Optional.of(workload.id()),
                Optional.of(workload.spec().name()),
                workload.nodeId(),
                Optional.of(workload.status().text()),
                workload.status().text(),
                workload.observed().reason().text(),
                workload.observed().message(),
                workload.requestId(),
                Optional.of(progress));
    }

    private static String sentence(Node node, Optional<Orphans> asked) {
        if (asked.filter(orphans -> orphans == Orphans.ACCEPTED).isPresent()) {
            return "an operator has its containers without a record removed";
        }
        boolean says = asked.isPresent() || node.status() == NodeStatus.SUSPECT;
        return says && !node.message().isEmpty() ? node.message() : sentence(node.status());
    }

    private static String sentence(NodeStatus status) {
        return switch (status) {
            case ACTIVE -> "its agent answers; workloads are placed there";
            case DRAINING -> "nothing new is placed there; what runs goes on";
            case SUSPECT -> "its agent misses heartbeats; nothing new is placed there";
            case INACTIVE -> "its agent has been silent for too long; it counts as gone";
        };
    }
}
