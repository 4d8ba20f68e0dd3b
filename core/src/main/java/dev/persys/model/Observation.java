package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was last seen of a workload, with why and since when.
 *
 * @param since when {@code status} was entered
 * @param message a sentence for people: what happened, and where useful what to do
 * @param exitCode of the last container that ended
 * @param oomKilled whether the kernel ended it for want of memory
 * @param restartCount how often Docker has restarted the container of this generation
 * @param restartAttempts how often the scheduler has replaced a container that went missing, since it last ran
 * @param containerId Docker's id
 * @param ports as Docker published them
 */
public record Observation(
        WorkloadStatus status,
        Instant since,
        Reason reason,
        String message,
        Optional<Integer> exitCode,
        boolean oomKilled,
        int restartCount,
        int restartAttempts,
        Optional<String> containerId,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        List<PublishedPort> ports) {

    public Observation {
        Present.value(status, "status");
        Present.value(since, "since");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(exitCode, "exitCode");
        Present.value(containerId, "containerId");
        Present.value(startedAt, "startedAt");
        Present.value(finishedAt, "finishedAt");
        ports = Present.list(ports, "ports");
    }

    /** A status with nothing known of a container. */
    public static Observation of(WorkloadStatus status, Instant since, Reason reason, String message) {
        return new Observation(
                status,
                since,
                reason,
                message,
                Optional.empty(),
                false,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** The same facts under another status; {@code since} moves only where the status does. */
    public Observation as(WorkloadStatus next, Reason why, String sentence, Instant now) {
        return new Observation(
                next,
                next == status ? since : now,
                why,
                sentence,
                exitCode,
                oomKilled,
                restartCount,
                restartAttempts,
                containerId,
                startedAt,
                finishedAt,
                ports);
    }

    public Observation withRestartAttempts(int attempts) {
        return new Observation(
                status,
                since,
                reason,
                message,
                exitCode,
                oomKilled,
                restartCount,
                attempts,
                containerId,
                startedAt,
                finishedAt,
                ports);
    }
}
