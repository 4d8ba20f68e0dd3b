package dev.persys.lifecycle;

import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import java.time.Duration;
import java.time.Instant;

/**
 * The node state machine. Draining is an operator's wish and outlives everything else; the status shows silence
 * before it shows draining.
 */
public final class NodeLifecycle {
    private NodeLifecycle() {}

    /** A node that registers for the first time. */
    public static Node registered(NodeId id, NodeFacts facts, Instant now) {
        return new Node(id, facts, NodeStatus.ACTIVE, false, now, now, facts.total(), now, Newer.NONE);
    }

    /** What {@code signal} makes of {@code node} at {@code now}; the same node where it changes nothing. */
    public static Node on(Node node, NodeSignal signal, Instant now, NodeTimings timings) {
        if (signal instanceof NodeSignal.Registered registered) {
            return heard(withTotalKept(node, registered.facts()), node.available(), now);
        } else if (signal instanceof NodeSignal.Beat beat) {
            return onBeat(withTotalKnown(node, beat.available()), beat, now);
        } else if (signal instanceof NodeSignal.SilenceChecked) {
            return onSilenceChecked(node, now, timings);
        } else if (signal instanceof NodeSignal.DrainAsked) {
            return withReachableStatus(node.withDraining(true), now);
        } else if (signal instanceof NodeSignal.ActivateAsked) {
            return withReachableStatus(node.withDraining(false), now);
        }
        throw new IllegalArgumentException("unknown signal: " + signal);
    }

    /** An agent whose engine is away can neither start anything nor see what runs. */
    private static Node onBeat(Node node, NodeSignal.Beat beat, Instant now) {
        return beat.degraded()
                ? node.withHeartbeat(now, beat.available()).withStatus(NodeStatus.SUSPECT, now)
                : heard(node, beat.available(), now);
    }

    private static Node onSilenceChecked(Node node, Instant now, NodeTimings timings) {
        Duration silence = Duration.between(node.lastHeartbeat(), now);
        if (silence.compareTo(timings.inactiveAfter()) > 0) {
            return node.withStatus(NodeStatus.INACTIVE, now);
        }
        if (silence.compareTo(timings.suspectAfter()) > 0 && node.status() != NodeStatus.INACTIVE) {
            return node.withStatus(NodeStatus.SUSPECT, now);
        }
        return node;
    }

    private static Node heard(Node node, Resources available, Instant now) {
        Node beaten = node.withHeartbeat(now, available);
        return beaten.withStatus(beaten.draining() ? NodeStatus.DRAINING : NodeStatus.ACTIVE, now);
    }

    private static Node withReachableStatus(Node node, Instant now) {
        return node.status().isReachable()
                ? node.withStatus(node.draining() ? NodeStatus.DRAINING : NodeStatus.ACTIVE, now)
                : node;
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
