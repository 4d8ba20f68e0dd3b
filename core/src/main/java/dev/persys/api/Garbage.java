package dev.persys.api;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a pass of retention removes, or would.
 *
 * @param dryRun whether nothing was changed
 * @param expired how many workloads are kept no longer
 * @param waiting how many of those stay for now, because their node does not answer at the moment
 * @param removing how many of earlier passes are still being removed
 * @param kept how many that have ended stay
 * @param workloads the expired ones, those that ended first in front; as many as were asked for
 */
public record Garbage(boolean dryRun, int expired, int waiting, int removing, int kept, List<Item> workloads) {
    public Garbage {
        workloads = List.copyOf(workloads);
    }

    /**
     * A workload that is kept no longer.
     *
     * @param statusSince when it ended
     * @param why a sentence for people
     */
    public record Item(
            WorkloadId id,
            String name,
            WorkloadStatus status,
            Optional<NodeId> nodeId,
            Instant statusSince,
            String why) {}
}
