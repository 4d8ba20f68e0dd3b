package dev.persys.reconcile;

import dev.persys.model.Orphans;

/**
 * When containers that no record speaks of are kept, and somebody is asked. A few are left-overs. Where most of a node's
 * are, the records are what may be missing: the store is another one, an old copy, or empty.
 *
 * @param sharePercent of a node's containers, above which it is asked; 100 never asks
 * @param minimum how many there have to be for that
 */
public record OrphanRule(int sharePercent, int minimum) {
    /**
     * Whether nothing is to be removed.
     *
     * @param decided what holds for the node so far
     * @param orphans containers that no record speaks of
     * @param containers all of ours on the node
     * @param newStore whether no leader ever wrote to the store before this one, and this is the first that it sees of the
     *     node: whatever is there is from before, be it ever so few
     */
    public boolean holds(Orphans decided, int orphans, int containers, boolean newStore) {
        if (orphans == 0 || decided == Orphans.ACCEPTED) {
            return false;
        }
        boolean most = orphans * 100L > (long) containers * sharePercent;
        return decided == Orphans.HELD || (most && (newStore || orphans >= minimum));
    }
}
