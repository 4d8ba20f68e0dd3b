package dev.persys.reconcile;

import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.util.Optional;

/** The records as whoever reconciles knows them. */
public interface Records {
    /** Those that name this node. */
    Iterable<Workload> placedOn(NodeId node);

    /** Any by its id, wherever it is placed. */
    Optional<Workload> record(WorkloadId id);

    /**
     * When the workload came to the status that its record has, as a reading of the ticker of {@link Inventory#asOf}. What
     * the record itself says of that is a label: another leader may have written it, by another clock.
     */
    long since(WorkloadId id);
}
