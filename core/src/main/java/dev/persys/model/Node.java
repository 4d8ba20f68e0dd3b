package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * The record of one node.
 *
 * @param message a sentence for people: why it stands so, and where useful what to do
 * @param draining whether an operator took it out of placement; outlives silence and registration
 * @param reached whether a call to its agent has ever succeeded: nothing is placed on it before
 * @param orphans what becomes of its containers that no record speaks of
 * @param settledIn the last epoch in which all its containers were found to have their records; {@link Epoch#NONE} where
 *     that was never written. Of importance only after records may have been lost ({@code Leadership.restoredIn})
 * @param foreign what of other clusters its agent has seen there
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
        Epoch settledIn,
        List<Foreign> foreign,
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
        Present.value(settledIn, "settledIn");
        foreign = Present.list(foreign, "foreign");
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
        return changed(it -> {
            it.since = next == status ? since : now;
            it.status = next;
            it.reason = why;
            it.message = sentence;
        });
    }

    public Node withDraining(boolean next) {
        return changed(it -> it.draining = next);
    }

    public Node withReached() {
        return changed(it -> it.reached = true);
    }

    public Node withOrphans(Orphans next) {
        return changed(it -> it.orphans = next);
    }

    /** With all its containers found to have their records. */
    public Node settled(Epoch epoch) {
        return changed(it -> {
            it.orphans = Orphans.REMOVED;
            it.settledIn = epoch;
        });
    }

    public Node withForeign(List<Foreign> next) {
        return changed(it -> it.foreign = next);
    }

    public Node withHeartbeat(Instant at, Resources free) {
        return changed(it -> {
            it.lastHeartbeat = at;
            it.available = free;
        });
    }

    public Node withFacts(NodeFacts next) {
        return changed(it -> it.facts = next);
    }

    private Node changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.node(this);
    }

    /** What may become another in a record that is otherwise the same. */
    private static final class Draft {
        private NodeFacts facts;
        private NodeStatus status;
        private NodeReason reason;
        private String message;
        private boolean draining;
        private boolean reached;
        private Orphans orphans;
        private Epoch settledIn;
        private List<Foreign> foreign;
        private Instant since;
        private Instant lastHeartbeat;
        private Resources available;

        Draft(Node from) {
            facts = from.facts;
            status = from.status;
            reason = from.reason;
            message = from.message;
            draining = from.draining;
            reached = from.reached;
            orphans = from.orphans;
            settledIn = from.settledIn;
            foreign = from.foreign;
            since = from.since;
            lastHeartbeat = from.lastHeartbeat;
            available = from.available;
        }

        Node node(Node from) {
            return new Node(
                    from.id,
                    facts,
                    status,
                    reason,
                    message,
                    draining,
                    reached,
                    orphans,
                    settledIn,
                    foreign,
                    since,
                    lastHeartbeat,
                    available,
                    from.registeredAt,
                    from.newer);
        }
    }
}
