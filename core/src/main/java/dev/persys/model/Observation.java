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
 * @param restartCount how often it was started again without being asked to, since somebody last asked
 * @param restartAttempts how many of those were in a row, without a long life between
 * @param containerId Docker's id
 * @param startedAt the last start of the run that is wanted; absent until that is seen
 * @param ports as Docker published them
 * @param awaitsRetry whether the next start is the scheduler's to order, after a pause; otherwise it is its node's
 * @param health while it runs and something is checked; as it was when that status of it was entered
 * @param retry what is tried again, by its node or by the scheduler
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
        List<PublishedPort> ports,
        boolean awaitsRetry,
        Optional<Health> health,
        Optional<Retry> retry) {

    public Observation {
        Present.value(status, "status");
        Present.value(since, "since");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(exitCode, "exitCode");
        Present.value(containerId, "containerId");
        Present.value(startedAt, "startedAt");
        Present.value(finishedAt, "finishedAt");
        Present.value(health, "health");
        Present.value(retry, "retry");
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
                List.of(),
                false,
                Optional.empty(),
                Optional.empty());
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
                ports,
                false,
                next == WorkloadStatus.RUNNING ? health : Optional.empty(),
                Optional.empty());
    }

    /** The same, and the scheduler is to order the start that {@code next} says, when it says so. */
    public Observation awaitingRetry(Retry next) {
        return new Observation(
                status,
                since,
                reason,
                message,
                exitCode,
                oomKilled,
                restartCount,
                next.attempt(),
                containerId,
                startedAt,
                finishedAt,
                ports,
                true,
                Optional.empty(),
                Optional.of(next));
    }

    /** Of a run that is only just ordered of the container that {@code before} speaks of, with what stays true of it. */
    public Observation againAfter(Observation before) {
        return new Observation(
                status,
                since,
                reason,
                message,
                before.exitCode,
                false,
                restartCount,
                restartAttempts,
                before.containerId,
                Optional.empty(),
                before.finishedAt,
                List.of(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    /** The same with these counts. */
    public Observation counting(int restarts, int attempts) {
        return new Observation(
                status,
                since,
                reason,
                message,
                exitCode,
                oomKilled,
                restarts,
                attempts,
                containerId,
                startedAt,
                finishedAt,
                ports,
                awaitsRetry,
                health,
                retry);
    }

    /**
     * The same, and its node tries again by itself. Whoever told of that attempt first knew best when it is due: what an
     * inventory shows was told some time ago.
     *
     * @param before what was known before
     */
    public Observation retriedByNode(Optional<Attempt> next, Observation before, Instant now) {
        Optional<Retry> told = next.map(attempt -> Retry.told(attempt, now));
        Optional<Retry> first =
                before.retry.filter(known -> told.filter(known::isSameAttempt).isPresent());
        return new Observation(
                status,
                since,
                reason,
                message,
                exitCode,
                oomKilled,
                restartCount,
                restartAttempts,
                containerId,
                startedAt,
                finishedAt,
                ports,
                awaitsRetry,
                health,
                first.or(() -> told));
    }

    /** The same, and a placement is looked for again as {@code next} says; where that is absent, as soon as a node fits. */
    public Observation soughtAgain(Optional<Attempt> next, Instant now) {
        return new Observation(
                status,
                since,
                reason,
                message,
                exitCode,
                oomKilled,
                restartCount,
                restartAttempts,
                containerId,
                startedAt,
                finishedAt,
                ports,
                awaitsRetry,
                health,
                next.map(attempt -> Retry.told(attempt, now)));
    }

    /** Whether nothing that is checked of it says that it does not do what it should: without a check, nothing does. */
    public boolean isWell() {
        return health.map(it -> it.status() == HealthStatus.HEALTHY).orElse(true);
    }
}
