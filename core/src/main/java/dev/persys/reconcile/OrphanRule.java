package dev.persys.reconcile;

import dev.persys.model.Orphans;

/**
 * When containers that no record speaks of are kept, and somebody is asked. A few are left-overs. Where most of a node's
 * are, or one is newer than its record, the records are what may be wrong: the store is another one, an old copy, or empty.
 *
 * @param sharePercent of a node's containers, above which it is asked; of a store that is whole, 100 never asks
 * @param minimum how many there have to be for that
 */
public record OrphanRule(int sharePercent, int minimum) {
    /**
     * What an inventory has beside what the records speak of.
     *
     * @param orphans containers that no record speaks of
     * @param ahead containers that are newer than their record
     * @param containers all of ours on the node
     */
    public record Surplus(int orphans, int ahead, int containers) {
        public boolean isNone() {
            return orphans == 0 && ahead == 0;
        }
    }

    /** How far the records can be relied on. */
    public enum Trust {
        /** Nothing speaks against them. */
        WHOLE,
        /**
         * No leader ever wrote to the store before this one, and this is the first that it sees of the node: whatever is
         * there is from before, be it ever so few.
         */
        NEW,
        /** The state was imported, or a loss was accepted, and since then the node was not found to be as they say. */
        DOUBTFUL
    }

    /**
     * Whether nothing is to be removed.
     *
     * @param decided what holds for the node so far
     */
    public boolean holds(Orphans decided, Surplus found, Trust trust) {
        if (found.isNone() || decided == Orphans.ACCEPTED) {
            return false;
        }
        boolean most = found.orphans() * 100L > (long) found.containers() * sharePercent;
        return decided == Orphans.HELD
                || trust == Trust.DOUBTFUL
                || found.ahead() > 0
                || (most && (trust == Trust.NEW || found.orphans() >= minimum));
    }
}
