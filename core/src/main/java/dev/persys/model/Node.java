package dev.persys.model;

import java.time.Instant;

/**
 * The record of one node.
 *
 * @param draining whether an operator took it out of placement; outlives silence and registration
 * @param since when {@code status} was entered
 * @param lastHeartbeat as last written; beats are gathered, so a newer one may be known to the leader
 * @param available what the agent last said is free on the machine, Persys' workloads or not
 */
public record Node(
        NodeId id,
        NodeFacts facts,
        NodeStatus status,
        boolean draining,
        Instant since,
        Instant lastHeartbeat,
        Resources available,
        Instant registeredAt) {

    /** Whether new work may be placed on it. */
    public boolean isSchedulable() {
        return status == NodeStatus.ACTIVE;
    }

    public Node withStatus(NodeStatus next, Instant now) {
        return new Node(
                id, facts, next, draining, next == status ? since : now, lastHeartbeat, available, registeredAt);
    }

    public Node withDraining(boolean next) {
        return new Node(id, facts, status, next, since, lastHeartbeat, available, registeredAt);
    }

    public Node withHeartbeat(Instant at, Resources free) {
        return new Node(id, facts, status, draining, since, at, free, registeredAt);
    }

    public Node withFacts(NodeFacts next) {
        return new Node(id, next, status, draining, since, lastHeartbeat, available, registeredAt);
    }
}
