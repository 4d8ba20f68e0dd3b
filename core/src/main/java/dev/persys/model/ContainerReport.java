package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node's agent says of one workload's container.
 *
 * @param generation from the container's label, or of the order being carried out
 * @param message Docker's own words where something failed; otherwise empty
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
    /** The longest message that is kept, in characters: Docker's refusals are a line or two. */
    private static final int MAX_MESSAGE = 8 * 1024;

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    /** Docker's ids are 64 characters, and the words of a health check one. */
    private static final int MAX_WORD = 256;

    public ContainerReport {
        Present.value(workloadId, "workloadId");
        Present.value(generation, "generation");
        Present.value(phase, "phase");
        Present.value(exitCode, "exitCode");
        Present.value(startedAt, "startedAt");
        Present.value(finishedAt, "finishedAt");
        Present.value(progress, "progress");
        startedAt.ifPresent(ContainerReport::checkYear);
        finishedAt.ifPresent(ContainerReport::checkYear);
        message = Present.beginning(message, MAX_MESSAGE, "message");
        Present.value(containerId, "containerId").ifPresent(id -> Present.text(id, MAX_WORD, "containerId"));
        Present.value(health, "health").ifPresent(word -> Present.text(word, MAX_WORD, "health"));
        ports = Present.list(ports, "ports");
    }

    /** Times are counted with: one that a clock cannot show would overflow somewhere. */
    private static void checkYear(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("a time of a container is between the years 1970 and 9999: " + time);
        }
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
