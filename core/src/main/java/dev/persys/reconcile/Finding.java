package dev.persys.reconcile;

import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;

/** Where an inventory and the records differ. */
public sealed interface Finding {
    WorkloadId workload();

    /** The record does not say what the node says, or something remains to be done: tell the workload. */
    record Tell(WorkloadId workload, WorkloadSignal signal) implements Finding {}

    /**
     * A container that is newer than its record: the record must be an old one.
     *
     * @param run of the container, as far as its node knows it
     */
    record Ahead(NodeId node, WorkloadId workload, RunId run) implements Finding {}

    /**
     * A container of ours that no record speaks of, or the record of which is to go.
     *
     * @param volumes whether the volumes that were made for the workload go with it, as somebody asked
     */
    record Orphan(NodeId node, WorkloadId workload, Generation generation, boolean volumes) implements Finding {}
}
