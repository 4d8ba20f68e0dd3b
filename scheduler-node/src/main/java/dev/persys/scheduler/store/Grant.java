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
 */
record Grant(
        Epoch epoch,
        String owner,
        ClusterId clusterId,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean importing) {
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
        return new Grant(highest.next(), claim.owner(), clusterId, claim.purpose() == Claim.Purpose.IMPORT);
    }

    /** The same in an epoch that is not older than {@code other}. */
    Grant notBefore(Epoch other) {
        return new Grant(epoch.isOlderThan(other) ? other : epoch, owner, clusterId, importing);
    }

    /** What was granted. */
    Leadership identity() {
        return new Leadership(epoch, clusterId);
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
