package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node's agent says of one workload's container.
 *
 * @param generation from the container's label, or of the order being carried out
 * @param message Docker's own words where something failed, in full; otherwise empty
 * @param restartCount Docker's own count for this container
 * @param health of the image's health check, in the words of Docker
 * @param progress while {@link ContainerPhase#PULLING}
 */
public record ContainerReport(
        WorkloadId workloadId,
        Generation generation,
        ContainerPhase phase,
        String message,
        Optional<String> containerId,
        Optional<Integer> exitCode,
        boolean oomKilled,
        int restartCount,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        List<PublishedPort> ports,
        Optional<String> health,
        Optional<PullProgress> progress) {
    public ContainerReport {
        ports = List.copyOf(ports);
    }

    /** A report with no container behind it. */
    public static ContainerReport of(WorkloadId id, Generation generation, ContainerPhase phase, String message) {
        return new ContainerReport(
                id,
                generation,
                phase,
                message,
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
