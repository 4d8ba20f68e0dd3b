package dev.persys.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;

/**
 * The outcome of a claim.
 *
 * @param epoch what every commit of this leader carries
 * @param clusterId made by the first claim on an empty store, and kept from then on
 * @param restoredIn the epoch in which the state was last carried over from elsewhere, or gone on with after a loss: what
 *     ran before may have no record, or one that is older than it; {@link Epoch#NONE} where that never was
 */
public record Leadership(Epoch epoch, ClusterId clusterId, Epoch restoredIn) {
    /** Over a state that was never carried over, and of which nothing was ever lost. */
    public Leadership(Epoch epoch, ClusterId clusterId) {
        this(epoch, clusterId, Epoch.NONE);
    }
}
