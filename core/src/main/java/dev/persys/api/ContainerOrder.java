package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Present;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.Optional;

/**
 * An order about a container that exists: to stop it, or to stop and remove it. It speaks of the container of
 * {@code generation} and of any older one; a newer one is not touched, and the order is refused.
 *
 * @param grace from the stop signal to the kill
 * @param run to be stopped: a start that was ordered later is not touched; without meaning where it is to be removed
 * @param volumes whether the volumes that were made for the workload are removed, too, with what is in them
 */
public record ContainerOrder(
        WorkloadId workloadId,
        Generation generation,
        Epoch epoch,
        ClusterId clusterId,
        Duration grace,
        Optional<String> requestId,
        long run,
        boolean volumes) {
    public ContainerOrder {
        Present.value(workloadId, "workloadId");
        Present.value(generation, "generation");
        Present.value(epoch, "epoch");
        Present.value(clusterId, "clusterId");
        Present.value(grace, "grace");
        Present.value(requestId, "requestId");
    }

    /** Which start this is about. */
    public RunId runId() {
        return new RunId(generation, run);
    }
}
