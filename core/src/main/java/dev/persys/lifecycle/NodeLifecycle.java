package dev.persys.lifecycle;

import dev.persys.lifecycle.NodeCondition.Calls;
import dev.persys.model.Epoch;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.Resources;
import java.time.Instant;
import java.util.List;

/**
 * The node state machine. Draining is an operator's wish and outlives everything else; the status shows what is wrong
 * before it shows draining. A node that is in trouble leaves it only when this leader has heard it and reached it: one
 * that only beats takes no orders, and one that only answers may be gone the next moment.
 */
public final class NodeLifecycle {
    private static final String NOT_REACHED_YET =
            "it has registered; nothing is placed on it before a call to its agent has succeeded";

    private static final String HELD =
            ", and nothing of that is removed: it may be the records that are missing or old;"
                    + " put the store right, or go on with the records as they are: persys node accept-orphans ";

    private NodeLifecycle() {}

    /** A node that registers for the first time. */
    public static Node registered(NodeId id, NodeFacts facts, Instant now) {
        return new Node(
                id,
                facts,
                NodeStatus.ACTIVE,
                NodeReason.NOT_REACHED_YET,
                NOT_REACHED_YET,
                false,
                false,
                Orphans.REMOVED,
                Epoch.NONE,
                List.of(),
                now,
                now,
                facts.total(),
                now,
                Newer.NONE);
    }

    /** What {@code signal} makes of {@code node} at {@code now}; the same node where it changes nothing. */
    public static Node on(Node node, NodeSignal signal, NodeCondition condition, Instant now, NodeTimings timings) {
        return judged(signal.readBy(new Signalled(node, now)), condition, now, timings);
    }

    private record Signalled(Node node, Instant now) implements NodeSignal.Reader<Node> {
        @Override
        public Node registered(NodeSignal.Registered signal) {
            return withTotalKept(node, signal.facts()).withHeartbeat(now, node.available());
        }

        @Override
        public Node beat(NodeSignal.Beat signal) {
            return withTotalKnown(node, signal.available()).withHeartbeat(signal.at(), signal.available());
        }

        @Override
        public Node orphansHeld(NodeSignal.OrphansHeld signal) {
            return node.orphans() == Orphans.REMOVED ? held(node, signal, now) : node;
        }

        @Override
        public Node noOrphans(NodeSignal.NoOrphans signal) {
            return node.settled(signal.epoch());
        }

        @Override
        public Node foreignSeen(NodeSignal.ForeignSeen signal) {
            return node.foreign().equals(signal.found()) ? node : foreign(node.withForeign(signal.found()), now);
        }

        @Override
        public Node orphansAccepted() {
            return node.orphans() == Orphans.HELD ? node.withOrphans(Orphans.ACCEPTED) : node;
        }

        @Override
        public Node conditionChecked() {
            return node;
        }

        @Override
        public Node drainAsked() {
            return node.withDraining(true);
        }

        @Override
        public Node activateAsked() {
            return node.withDraining(false);
        }
    }

    private static Node judged(Node known, NodeCondition condition, Instant now, NodeTimings timings) {
        boolean works = condition.calls() == Calls.Work.INSTANCE;
        Node node = works && !known.reached() ? known.withReached() : known;
        if (condition.silence().compareTo(timings.inactiveAfter()) > 0) {
            return becomes(
                    node,
                    NodeStatus.INACTIVE,
                    NodeReason.SILENT,
                    "no heartbeat for more than " + Sentences.exactly(timings.inactiveAfter())
                            + "; it counts as gone until it beats again",
                    now);
        }
        if (node.status() == NodeStatus.INACTIVE && !condition.heard()) {
            return node;
        }
        boolean silent = condition.silence().compareTo(timings.suspectAfter()) > 0;
        if (condition.engineAway() && !silent) {
            return suspect(
                    node, NodeReason.ENGINE_AWAY, "its agent says that its container engine does not answer", now);
        }
        if (condition.calls() instanceof Calls.Fail fail && fail.lasting().compareTo(timings.unreachableAfter()) >= 0) {
            return suspect(node, fail.reason(), fail.sentence(), now);
        }
        if (silent) {
            return suspect(
                    node,
                    NodeReason.SILENT,
                    "no heartbeat for more than " + Sentences.exactly(timings.suspectAfter()),
                    now);
        }
        return node.status().isReachable() || (condition.heard() && works) ? reachable(node, now) : node;
    }

    private static Node suspect(Node node, NodeReason reason, String sentence, Instant now) {
        return becomes(node, NodeStatus.SUSPECT, reason, sentence, now);
    }

    private static Node held(Node node, NodeSignal.OrphansHeld held, Instant now) {
        Node asked = node.withOrphans(Orphans.HELD);
        return node.status().isReachable()
                ? becomes(asked, node.status(), NodeReason.ORPHANS_HELD, Sentences.held(held) + HELD + node.id(), now)
                : asked;
    }

    /** Whatever was said before, how many there are has changed. */
    private static Node foreign(Node node, Instant now) {
        boolean isSaid = node.status().isReachable()
                && node.orphans() != Orphans.HELD
                && !node.foreign().isEmpty();
        return isSaid
                ? node.withStatus(node.status(), NodeReason.FOREIGN_CONTAINERS, Sentences.foreign(node.foreign()), now)
                : node;
    }

    private static Node reachable(Node node, Instant now) {
        NodeStatus wanted = node.draining() ? NodeStatus.DRAINING : NodeStatus.ACTIVE;
        if (node.orphans() == Orphans.HELD) {
            return becomes(
                    node,
                    wanted,
                    NodeReason.ORPHANS_HELD,
                    "some of its containers have no record, or one that is older than they are" + HELD + node.id(),
                    now);
        }
        if (!node.foreign().isEmpty()) {
            return becomes(node, wanted, NodeReason.FOREIGN_CONTAINERS, Sentences.foreign(node.foreign()), now);
        }
        if (node.draining()) {
            return becomes(node, NodeStatus.DRAINING, NodeReason.DRAIN_ASKED, "cordoned by an operator", now);
        }
        return node.reached()
                ? becomes(node, NodeStatus.ACTIVE, NodeReason.HEARTBEAT, "it beats, and its agent answers", now)
                : becomes(node, NodeStatus.ACTIVE, NodeReason.NOT_REACHED_YET, NOT_REACHED_YET, now);
    }

    /** The sentence stays while status and reason do, so that an agent that words each refusal anew costs no writes. */
    private static Node becomes(Node node, NodeStatus status, NodeReason reason, String sentence, Instant now) {
        return node.status() == status && node.reason() == reason
                ? node
                : node.withStatus(status, reason, sentence, now);
    }

    /** What the node has stays known where its agent, this time, does not say. */
    private static Node withTotalKept(Node node, NodeFacts facts) {
        return node.withFacts(
                facts.total().equals(Resources.NONE)
                        ? facts.withTotal(node.facts().total())
                        : facts);
    }

    /** An agent that registers with the seed's fields alone does not say what it has; its first beat does. */
    private static Node withTotalKnown(Node node, Resources available) {
        return node.facts().total().equals(Resources.NONE)
                ? node.withFacts(node.facts().withTotal(available))
                : node;
    }
}
