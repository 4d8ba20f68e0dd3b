package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Unchanged;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.TakeLogs;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a node's report of a container does to its workload. */
final class SeenContainer {
    private SeenContainer() {}

    static Outcome on(Workload workload, WorkloadSignal.Seen seen, Instant now) {
        ContainerReport report = seen.report();
        if (!WorkloadLifecycle.isPlacedOn(workload, seen.node())
                || !report.generation().equals(workload.generation())) {
            return stray(workload, seen);
        }
        if (workload.desired() == Desired.DELETED) {
            return report.phase() == ContainerPhase.REMOVED ? WorkloadLifecycle.gone(workload) : Outcome.nothing();
        }
        if (workload.status().isTerminal()) {
            return report.phase().isLive()
                    ? new Unchanged(List.of(WorkloadLifecycle.stop(workload)))
                    : Outcome.nothing();
        }
        if (workload.desired() == Desired.STOPPED) {
            return whileStopping(workload, report, now);
        }
        return whileWanted(workload, report, now);
    }

    /** A container that nothing in the record speaks of any more: it goes, and the record stays. */
    private static Outcome stray(Workload workload, WorkloadSignal.Seen seen) {
        ContainerReport report = seen.report();
        boolean container = report.phase().isLive()
                || report.phase() == ContainerPhase.EXITED
                || report.phase() == ContainerPhase.STARTING;
        return container
                ? new Unchanged(List.of(new RemoveContainer(
                        seen.node(),
                        workload.id(),
                        report.generation(),
                        workload.spec().stopGracePeriod())))
                : Outcome.nothing();
    }

    /** One that still lives is stopped again: the first order may never have reached its node. */
    private static Outcome whileStopping(Workload workload, ContainerReport report, Instant now) {
        return switch (report.phase()) {
            case EXITED, REMOVED, PULL_FAILED, START_REFUSED ->
                withLogs(WorkloadLifecycle.stopped(workload, facts(workload, report), now), workload, report);
            case PULLING, UNKNOWN -> Outcome.nothing();
            case STARTING -> new Unchanged(List.of(WorkloadLifecycle.stop(workload)));
            case RUNNING, PAUSED, RESTARTING, RENAMED ->
                WorkloadLifecycle.changed(
                        workload,
                        workload.withObserved(
                                facts(workload, report).as(WorkloadStatus.RUNNING, Reason.STOPPING, "stopping", now)),
                        List.of(WorkloadLifecycle.stop(workload)));
        };
    }

    private static Outcome whileWanted(Workload workload, ContainerReport report, Instant now) {
        Observation facts = facts(workload, report);
        return switch (report.phase()) {
            case PULLING ->
                becomes(
                        workload,
                        facts.as(
                                WorkloadStatus.PULLING,
                                Reason.PULLING_IMAGE,
                                "pulling " + workload.spec().image(),
                                now));
            case STARTING -> starting(workload, facts, now);
            case RUNNING ->
                withLogs(
                        becomes(workload, facts.as(WorkloadStatus.RUNNING, Reason.CONTAINER_RUNNING, "running", now)),
                        workload,
                        report);
            case PAUSED ->
                becomes(
                        workload,
                        facts.as(
                                WorkloadStatus.RUNNING,
                                Reason.CONTAINER_PAUSED,
                                "paused on its node by somebody; 'docker unpause' lets it go on",
                                now));
            case RESTARTING ->
                withLogs(
                        becomes(
                                workload,
                                facts.as(
                                        WorkloadStatus.RESTARTING,
                                        Reason.CONTAINER_RESTARTING,
                                        Sentences.ended(report, workload.spec().limits()) + "; Docker starts it again",
                                        now)),
                        workload,
                        report);
            // A new one is due already: this is the end that it follows, or of one that we had removed.
            case EXITED ->
                WorkloadLifecycle.awaitsRetry(workload)
                        ? Outcome.nothing()
                        : withLogs(ended(workload, facts, report, now), workload, report);
            case PULL_FAILED ->
                becomes(
                        workload,
                        facts.as(
                                WorkloadStatus.FAILED,
                                Reason.IMAGE_PULL_FAILED,
                                "cannot pull " + workload.spec().image() + ": " + report.message(),
                                now));
            case START_REFUSED ->
                becomes(
                        workload,
                        facts.as(
                                WorkloadStatus.FAILED,
                                Reason.START_REFUSED,
                                "Docker refused to start it: " + report.message(),
                                now));
            case RENAMED -> renamed(workload, report, now);
            case REMOVED -> missing(workload, now);
            case UNKNOWN -> Outcome.nothing();
        };
    }

    /**
     * Seen so once more, it is ordered again: an agent that was killed between creating and starting a container does
     * not know that it was to be started.
     */
    private static Outcome starting(Workload workload, Observation facts, Instant now) {
        Observation next = facts.as(WorkloadStatus.STARTING, Reason.STARTING_CONTAINER, "starting the container", now);
        return workload.observed().equals(next)
                ? new Unchanged(List.of(new RunContainer(workload)))
                : becomes(workload, next);
    }

    private static Outcome ended(Workload workload, Observation facts, ContainerReport report, Instant now) {
        int code = report.exitCode().orElse(0);
        Reason reason =
                report.oomKilled() ? Reason.OUT_OF_MEMORY : code == 0 ? Reason.COMPLETED : Reason.EXITED_WITH_ERROR;
        if (isRestartedByUs(workload, report, code)) {
            return retried(
                    workload,
                    facts,
                    WorkloadStatus.RESTARTING,
                    reason,
                    Sentences.ended(report, workload.spec().limits()),
                    now);
        }
        if (code == 0) {
            return becomes(workload, facts.as(WorkloadStatus.EXITED, Reason.COMPLETED, "completed", now));
        }
        return becomes(
                workload,
                facts.as(
                        WorkloadStatus.FAILED,
                        reason,
                        Sentences.ended(report, workload.spec().limits()),
                        now));
    }

    /**
     * Whether a container that Docker leaves ended should be running by its policy: Docker does not restart what
     * somebody stopped or killed by hand.
     */
    private static boolean isRestartedByUs(Workload workload, ContainerReport report, int code) {
        RestartPolicy policy = workload.spec().restartPolicy();
        int restarts = report.restartCount() + workload.observed().restartAttempts();
        return switch (policy.mode()) {
            case NO -> false;
            case ON_FAILURE -> code != 0 && (policy.maxRetries() == 0 || restarts < policy.maxRetries());
            case ALWAYS, UNLESS_STOPPED -> true;
        };
    }

    /** The container is gone, and nobody of ours removed it. */
    static Outcome missing(Workload workload, Instant now) {
        return retried(
                workload,
                workload.observed(),
                WorkloadStatus.MISSING,
                Reason.CONTAINER_GONE,
                "its container is gone from " + workload.nodeId().orElseThrow(),
                now);
    }

    /** What has another name cannot be found by anybody but us: it makes room for one with the right name. */
    private static Outcome renamed(Workload workload, ContainerReport report, Instant now) {
        Outcome outcome = retried(
                workload,
                workload.observed(),
                WorkloadStatus.MISSING,
                Reason.CONTAINER_GONE,
                "its container was " + report.message() + " by somebody and is removed",
                now);
        if (outcome instanceof Outcome.Changed changed) {
            List<WorkloadEffect> effects = new ArrayList<>(changed.effects());
            effects.add(0, WorkloadLifecycle.remove(workload));
            return new Outcome.Changed(changed.next(), changed.last(), effects);
        }
        return outcome;
    }

    private static Outcome retried(
            Workload workload, Observation facts, WorkloadStatus status, Reason reason, String what, Instant now) {
        if (WorkloadLifecycle.awaitsRetry(workload)) {
            return Outcome.nothing();
        }
        Instant since = facts.startedAt().orElse(now);
        boolean stable = Duration.between(since, now).compareTo(Backoff.STABLE) >= 0;
        int attempt = stable ? 1 : facts.restartAttempts() + 1;
        Duration delay = Backoff.before(attempt);
        String sentence = what + "; a new one follows in " + delay.toSeconds() + " s";
        return WorkloadLifecycle.changed(
                workload,
                workload.withObserved(facts.as(status, reason, sentence, now).withRestartAttempts(attempt)),
                List.of(new RetryLater(delay)));
    }

    private static Outcome becomes(Workload workload, Observation next) {
        return WorkloadLifecycle.changed(workload, workload.withObserved(next), List.of());
    }

    /** The output is worth keeping each time the status of a container that wrote some has changed. */
    private static Outcome withLogs(Outcome outcome, Workload before, ContainerReport report) {
        if (outcome instanceof Outcome.Changed changed
                && report.containerId().isPresent()
                && changed.next()
                        .filter(next -> next.status() != before.status())
                        .isPresent()) {
            List<WorkloadEffect> effects = new ArrayList<>(changed.effects());
            effects.add(new TakeLogs(before.nodeId().orElseThrow(), before.id()));
            return new Outcome.Changed(changed.next(), changed.last(), effects);
        }
        return outcome;
    }

    /** The record's observation with what the report knows in place; status, reason and message stay. */
    private static Observation facts(Workload workload, ContainerReport report) {
        Observation before = workload.observed();
        return new Observation(
                before.status(),
                before.since(),
                before.reason(),
                before.message(),
                report.exitCode().or(before::exitCode),
                report.oomKilled(),
                report.restartCount(),
                before.restartAttempts(),
                report.containerId().or(before::containerId),
                report.startedAt().or(before::startedAt),
                report.finishedAt().or(before::finishedAt),
                report.ports());
    }
}
