package dev.persys.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;

/**
 * A wish to lead.
 *
 * @param owner names the claimant for people who read the record; 1 to 255 characters
 * @param clusterIdIfNew becomes the cluster's identity where the store has none yet
 * @param above the epoch granted is greater than this and than the one in force: {@link Epoch#NONE}, or where
 *     state was carried over from another store, the epoch that agents may have seen there
 * @param purpose what the leadership is for
 */
public record Claim(String owner, ClusterId clusterIdIfNew, Epoch above, Purpose purpose) {
    private static final int MAX_OWNER_LENGTH = 255;

    /** What a leadership is for. */
    public enum Purpose {
        /** To run the cluster. Fails with {@link ImportUnfinishedException} on a store with part of an import. */
        LEAD,
        /** To fill the store. Until that is said to be done, the store has part of an import, whatever happens. */
        IMPORT,
        /**
         * To say that the import of epoch {@code above} is done; fails where that is not the epoch in force. The epoch
         * granted is {@link Leadership#restoredIn()} from then on.
         */
        END_IMPORT
    }

    /** To run the cluster. */
    public Claim(String owner, ClusterId clusterIdIfNew, Epoch above) {
        this(owner, clusterIdIfNew, above, Purpose.LEAD);
    }

    public Claim {
        if (owner.isBlank() || owner.length() > MAX_OWNER_LENGTH) {
            throw new IllegalArgumentException(
                    "an owner has 1 to " + MAX_OWNER_LENGTH + " characters, not " + owner.length());
        }
    }
}
