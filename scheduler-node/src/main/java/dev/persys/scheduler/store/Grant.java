package dev.persys.scheduler.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Claim;
import dev.persys.store.Leadership;
import java.util.Optional;

/** Who leads, as it is stored. */
record Grant(Epoch epoch, String owner, ClusterId clusterId) {
    /** What a claim comes to where {@code current} is in force. */
    static Grant granted(Claim claim, Optional<Grant> current) {
        Epoch inForce = current.map(Grant::epoch).orElse(Epoch.NONE);
        Epoch highest = inForce.isOlderThan(claim.above()) ? claim.above() : inForce;
        ClusterId clusterId = current.map(Grant::clusterId).orElse(claim.clusterIdIfNew());
        return new Grant(highest.next(), claim.owner(), clusterId);
    }

    /** The same in an epoch that is not older than {@code other}. */
    Grant notBefore(Epoch other) {
        return new Grant(epoch.isOlderThan(other) ? other : epoch, owner, clusterId);
    }

    Leadership leadership() {
        return new Leadership(epoch, clusterId);
    }
}
