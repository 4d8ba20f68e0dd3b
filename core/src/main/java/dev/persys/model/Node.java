package dev.persys.model;

import java.time.Instant;

/**
 * The record of one node.
 *
 * @param message a sentence for people: why it stands so, and where useful what to do
 * @param draining whether an operator took it out of placement; outlives silence and registration
 * @param reached whether a call to its agent has ever succeeded: nothing is placed on it before
 * @param orphans what becomes of its containers that no record speaks of
 * @param since when {@code status} was entered
 * @param lastHeartbeat as last written; beats are gathered, so a newer one may be known to the leader
 * @param available what the agent last said is free on the machine, Persys' workloads or not
 * @param newer what a newer version keeps in the record beside all this
 */
public record Node(
        NodeId id,
        NodeFacts facts,
        NodeStatus status,
        NodeReason reason,
        String message,
        boolean draining,
        boolean reached,
        Orphans orphans,
        Instant since,
        Instant lastHeartbeat,
        Resources available,
        Instant registeredAt,
        Newer newer) {
    public Node {
        Present.value(id, "id");
        Present.value(facts, "facts");
        Present.value(status, "status");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(orphans, "orphans");
        Present.value(since, "since");
        Present.value(lastHeartbeat, "lastHeartbeat");
        Present.value(available, "available");
        Present.value(registeredAt, "registeredAt");
        Present.value(newer, "newer");
    }

    /** Whether new work may be placed on it. */
    public boolean isSchedulable() {
        return status == NodeStatus.ACTIVE && reached;
    }

    /** {@code since} moves only where the status does. */
    public Node withStatus(NodeStatus next, NodeReason why, String sentence, Instant now) {
        return new Node(
                id,
                facts,
                next,
                why,
                sentence,
                draining,
                reached,
                orphans,
                next == status ? since : now,
                lastHeartbeat,
                available,
                registeredAt,
                newer);
    }

    public Node withDraining(boolean next) {
        return new Node(
                id,
                facts,
                status,
                reason,
                message,
                next,
                reached,
                orphans,
                since,
                lastHeartbeat,
                available,
                registeredAt,
                newer);
    }

    public Node withReached() {
        return new Node(
                id,
                facts,
                status,
                reason,
                message,
                draining,
                true,
                orphans,
                since,
                lastHeartbeat,
                available,
                registeredAt,
                newer);
    }

    public Node withOrphans(Orphans next) {
        return new Node(
                id,
                facts,
                status,
                reason,
                message,
                draining,
                reached,
                next,
                since,
                lastHeartbeat,
                available,
                registeredAt,
                newer);
    }

    public Node withHeartbeat(Instant at, Resources free) {
        return new Node(
                id, facts, status, reason, message, draining, reached, orphans, since, at, free, registeredAt, newer);
    }

    public Node withFacts(NodeFacts next) {
        return new Node(
                id,
                next,
                status,
                reason,
                message,
                draining,
                reached,
                orphans,
                since,
                lastHeartbeat,
                available,
                registeredAt,
                newer);
    }
}
