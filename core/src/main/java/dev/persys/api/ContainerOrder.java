package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Present;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.Optional;

/**
 * An order about a container that exists: to stop it, or to stop and remove it. It speaks of the container of
 * {@code generation} and of any older one; a newer one is not touched, and the order is refused.
 *
 * @param grace from the stop signal to the kill
 */
public record ContainerOrder(
        WorkloadId workloadId,
        Generation generation,
        Epoch epoch,
        ClusterId clusterId,
        Duration grace,
        Optional<String> requestId) {
    public ContainerOrder {
        Present.value(workloadId, "workloadId");
        Present.value(generation, "generation");
        Present.value(epoch, "epoch");
        Present.value(clusterId, "clusterId");
        Present.value(grace, "grace");
        Present.value(requestId, "requestId");
    }
}
