package dev.persys.scheduler.leadership;

import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * When a leader claims anew because of what an agent says: where the agent has heard of a newer epoch than the one that
 * is in force. So it is where the store was put back from an older copy, and then the agents would refuse every order.
 *
 * <p>An agent may say anything, so each is believed once, by a bounded step: what an agent has heard of grows only by
 * orders of a leader, and those it gets from this one from then on. Confined to the {@link Leader}.
 */
final class ClaimRule {
    /** By how much an epoch may be newer: one a minute for two years. */
    static final long FURTHEST = 1_000_000;

    private final Set<NodeId> believed = new HashSet<>();
    private final Set<NodeId> disbelieved = new HashSet<>();

    /**
     * Above which epoch to claim; empty where that is not done, or not again.
     *
     * @param inForce the epoch of this leader, as the store confirms
     * @param heardOf what the agent of {@code node} says
     */
    Optional<Epoch> above(Epoch inForce, NodeId node, Epoch heardOf) {
        boolean isNewer = inForce.isOlderThan(heardOf);
        boolean isPossible = heardOf.value() - inForce.value() <= FURTHEST;
        return isNewer && isPossible && believed.add(node) ? Optional.of(heardOf) : Optional.empty();
    }

    /** Whether that this node's agent is not believed has not been said yet. */
    boolean isNews(NodeId node) {
        return disbelieved.add(node);
    }
}
