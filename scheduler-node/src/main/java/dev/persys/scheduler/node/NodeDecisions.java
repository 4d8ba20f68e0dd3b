package dev.persys.scheduler.node;

import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.lifecycle.NodeSignal;
import dev.persys.lifecycle.NodeTimings;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.Stored;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What becomes of one node by its record and by what is heard of it, and what is refused. Confined to the {@link
 * NodeActor}.
 */
final class NodeDecisions {
    private final Liveness liveness;
    private final InstantSource clock;
    private final NodeTimings timings;
    private final Duration heartbeatWriteInterval;

    NodeDecisions(Liveness liveness, InstantSource clock, SchedulerSettings settings) {
        this.liveness = liveness;
        this.clock = clock;
        this.timings = settings.nodeTimings();
        this.heartbeatWriteInterval = settings.heartbeatWriteInterval();
    }

    Node on(Node node, NodeSignal signal) {
        return NodeLifecycle.on(node, signal, liveness.condition(), clock.instant(), timings);
    }

    /** The record with the newest heartbeat, and the status that follows from what is known. */
    Node known(Node written) {
        return on(written, liveness.beat().<NodeSignal>map(beat -> beat).orElse(NodeSignal.ConditionChecked.INSTANCE));
    }

    /** What is to be written: what follows from what is known, where that is more than a heartbeat or the written one is old. */
    Optional<Node> due(Node written) {
        Node next = known(written);
        boolean beatOnly =
                next.withHeartbeat(written.lastHeartbeat(), written.available()).equals(written);
        return beatOnly && !liveness.isWriteDue(heartbeatWriteInterval) ? Optional.empty() : Optional.of(next);
    }

    /** What an operator makes of it; absent where that is nothing. */
    Optional<Node> asked(Node known, NodeAction action) {
        return switch (action) {
            case DRAIN -> Optional.of(on(known, NodeSignal.DrainAsked.INSTANCE));
            case ACTIVATE -> Optional.of(on(known, NodeSignal.ActivateAsked.INSTANCE));
            case ACCEPT_ORPHANS -> Optional.of(on(known, NodeSignal.OrphansAccepted.INSTANCE));
            case DELETE -> Optional.empty();
        };
    }

    /** How long calls may go on failing before that is told; zero where it is, or they do not fail. */
    Duration untilTroubleIsTold() {
        Duration left = timings.unreachableAfter().minus(liveness.failingFor());
        return liveness.doCallsFail() && !left.isNegative() ? left : Duration.ZERO;
    }

    /** Whether calls have failed for so long that what was not taken is for other nodes. */
    boolean isToGiveUp(Node node) {
        return !node.status().isReachable() && liveness.failingFor().compareTo(timings.unreachableAfter()) >= 0;
    }

    /** Two agents of one name would each get what the other was told. */
    <T> Optional<Reply<T>> ofRegistration(Node node, NodeFacts facts) {
        NodeFacts known = node.facts();
        boolean beatsThere = liveness.doCallsWork() && liveness.silence().compareTo(timings.suspectAfter()) <= 0;
        return moves(known, facts) && beatsThere
                ? Optional.of(new Reply.Conflict<>(
                        "node-elsewhere",
                        "node " + node.id() + " beats, and answers at " + known.ipAddress() + ":" + known.agentPort()
                                + "; give this agent a node id of its own, or stop that one first"))
                : Optional.empty();
    }

    /** Whether the agent is to be called elsewhere from now on. */
    static boolean moves(NodeFacts known, NodeFacts next) {
        return !next.ipAddress().equals(known.ipAddress()) || next.agentPort() != known.agentPort();
    }

    /** What an operator asks of a node as it stands no longer. */
    static <T> Optional<Reply<T>> ofRevision(Stored<Node> written, Optional<Long> ifRevision) {
        return ifRevision
                .filter(revision -> revision != written.revision())
                .map(revision -> new Reply.PreconditionFailed<>(written.revision()));
    }

    /**
     * To delete a node on which workloads are, unless nobody has to wait for it any more.
     *
     * @param node as it is known to be
     * @param holding how many workloads hold a reservation on it
     */
    <T> Optional<Reply<T>> ofAction(Node node, NodeAction action, long holding) {
        return action == NodeAction.DELETE && holding > 0 && !countsAsGone(node)
                ? Optional.of(new Reply.Conflict<>(
                        "node-in-use",
                        holding + " workloads are on node " + node.id()
                                + "; drain it and stop or delete them, or wait until the node is Inactive or has not"
                                + " been reached for as long as that takes"))
                : Optional.empty();
    }

    /** Silent for so long, or not reached for so long though it beats. */
    private boolean countsAsGone(Node node) {
        return node.status() == NodeStatus.INACTIVE
                || !node.reached()
                || liveness.failingFor().compareTo(timings.inactiveAfter()) >= 0;
    }
}
