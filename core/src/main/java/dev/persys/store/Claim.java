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
 */
public record Claim(String owner, ClusterId clusterIdIfNew, Epoch above) {
    private static final int MAX_OWNER_LENGTH = 255;

    public Claim {
        if (owner.isBlank() || owner.length() > MAX_OWNER_LENGTH) {
            throw new IllegalArgumentException(
                    "an owner has 1 to " + MAX_OWNER_LENGTH + " characters, not " + owner.length());
        }
    }
}
