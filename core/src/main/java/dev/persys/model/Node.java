package dev.persys.model;

import java.time.Instant;

/**
 * The record of one node.
 *
 * @param draining whether an operator took it out of placement; outlives silence and registration
 * @param since when {@code status} was entered
 * @param lastHeartbeat as last written; beats are gathered, so a newer one may be known to the leader
 * @param available what the agent last said is free on the machine, Persys' workloads or not
 * @param newer what a newer version keeps in the record beside all this
 */
public record Node(
        NodeId id,
        NodeFacts facts,
        NodeStatus status,
        boolean draining,
        Instant since,
        Instant lastHeartbeat,
        Resources available,
        Instant registeredAt,
        Newer newer) {
    public Node {
        Present.value(id, "id");
        Present.value(facts, "facts");
        Present.value(status, "status");
        Present.value(since, "since");
        Present.value(lastHeartbeat, "lastHeartbeat");
        Present.value(available, "available");
        Present.value(registeredAt, "registeredAt");
        Present.value(newer, "newer");
    }

    /** Whether new work may be placed on it. */
    public boolean isSchedulable() {
        return status == NodeStatus.ACTIVE;
    }

    public Node withStatus(NodeStatus next, Instant now) {
        return new Node(
                id, facts, next, draining, next == status ? since : now, lastHeartbeat, available, registeredAt, newer);
    }

    public Node withDraining(boolean next) {
        return new Node(id, facts, status, next, since, lastHeartbeat, available, registeredAt, newer);
    }

    public Node withHeartbeat(Instant at, Resources free) {
        return new Node(id, facts, status, draining, since, at, free, registeredAt, newer);
    }

    public Node withFacts(NodeFacts next) {
        return new Node(id, next, status, draining, since, lastHeartbeat, available, registeredAt, newer);
    }
}
