package dev.persys.scheduler.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Claim;
import dev.persys.store.Leadership;
import java.util.Optional;

/** Who leads, as it is stored. */
record Term(Epoch epoch, String owner, ClusterId clusterId) {
    /** What a claim comes to where {@code current} is in force. */
    static Term granted(Claim claim, Optional<Term> current) {
        Epoch inForce = current.map(Term::epoch).orElse(Epoch.NONE);
        Epoch highest = inForce.isOlderThan(claim.above()) ? claim.above() : inForce;
        ClusterId clusterId = current.map(Term::clusterId).orElse(claim.clusterIdIfNew());
        return new Term(highest.next(), claim.owner(), clusterId);
    }

    Leadership leadership() {
        return new Leadership(epoch, clusterId);
    }
}
