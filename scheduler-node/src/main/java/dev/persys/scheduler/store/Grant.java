package dev.persys.scheduler.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Claim;
import dev.persys.store.ImportUnfinishedException;
import dev.persys.store.Leadership;
import java.util.Optional;

/**
 * Who leads, as it is stored.
 *
 * @param importing whether the store has part of an import only
 * @param restoredIn as {@link Leadership} has it; absent where that is none
 */
record Grant(
        Epoch epoch,
        String owner,
        ClusterId clusterId,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean importing,
        Optional<Epoch> restoredIn) {
    /**
     * What a claim comes to where {@code current} is in force.
     *
     * @throws ImportUnfinishedException if it is to lead with part of an import
     * @throws IllegalStateException if it is to end an import that is not in force any more
     */
    static Grant granted(Claim claim, Optional<Grant> current) {
        boolean isImporting = current.map(Grant::importing).orElse(false);
        if (claim.purpose() == Claim.Purpose.LEAD && isImporting) {
            throw new ImportUnfinishedException(current.orElseThrow().identity());
        }
        Epoch inForce = current.map(Grant::epoch).orElse(Epoch.NONE);
        if (claim.purpose() == Claim.Purpose.END_IMPORT && !(isImporting && inForce.equals(claim.above()))) {
            throw new IllegalStateException(
                    "The import of epoch " + claim.above() + " is not in force: epoch " + inForce + " is");
        }
        Epoch highest = inForce.isOlderThan(claim.above()) ? claim.above() : inForce;
        ClusterId clusterId = current.map(Grant::clusterId).orElse(claim.clusterIdIfNew());
        Epoch granted = highest.next();
        Optional<Epoch> restoredIn =
                claim.purpose() == Claim.Purpose.END_IMPORT ? Optional.of(granted) : current.flatMap(Grant::restoredIn);
        return new Grant(granted, claim.owner(), clusterId, claim.purpose() == Claim.Purpose.IMPORT, restoredIn);
    }

    /** The same in an epoch that is not older than {@code other}, with records that may be missing. */
    Grant lossAccepted(Epoch other) {
        Epoch newest = epoch.isOlderThan(other) ? other : epoch;
        return new Grant(newest, owner, clusterId, importing, Optional.of(newest.next()));
    }

    /** What was granted. */
    Leadership identity() {
        return new Leadership(epoch, clusterId, restoredIn.orElse(Epoch.NONE));
    }

    /**
     * What is in force.
     *
     * @throws ImportUnfinishedException if that is part of an import
     */
    Leadership leadership() {
        if (importing) {
            throw new ImportUnfinishedException(identity());
        }
        return identity();
    }
}
