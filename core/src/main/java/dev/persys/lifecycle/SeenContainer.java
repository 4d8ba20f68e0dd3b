package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Unchanged;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.TakeLogs;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Health;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Retry;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a node's report of a container does to its workload. */
final class SeenContainer {
    private SeenContainer() {}

    /**
     * By how much a container may be newer than its record. Nothing was ever started so often; whoever says so would have
     * the next number be none.
     */
    private static final long REACHABLE = 1_000_000;

    /** @param stood for how long at least the workload has had its status, by a ticker */
    static Outcome on(Workload workload, WorkloadSignal.Seen seen, Instant now, Duration stood) {
        ContainerReport report = seen.report();
        if (report.phase() == ContainerPhase.UNKNOWN) {
            return Outcome.nothing();
        }
        boolean isThere = workload.containerNode().filter(seen.node()::equals).isPresent();
        if (!isThere || !report.generation().equals(workload.generation())) {
            return stray(workload, seen);
        }
        boolean isBehind = workload.run().number() < report.run() && isReachable(workload, report.runId());
        if (!isBehind) {
            return onItsContainer(workload, report, now, stood);
        }
        // The record is from before its container was started once more: orders of its run would be refused.
        Workload known = workload.caughtUp(report.runId());
        Outcome outcome = onItsContainer(known, report, now, stood);
        return outcome instanceof Outcome.Unchanged unchanged
                ? Outcome.Changed.to(known, unchanged.effects())
                : outcome;
    }

    private static Outcome onItsContainer(Workload workload, ContainerReport report, Instant now, Duration stood) {
        if (workload.desired() == Desired.DELETED) {
            return report.phase() == ContainerPhase.REMOVED ? WorkloadLifecycle.gone(workload) : Outcome.nothing();
        }
        if (workload.status().isTerminal() || workload.nodeId().isEmpty()) {
            return report.phase().isLive()
                    ? new Unchanged(List.of(WorkloadLifecycle.stop(workload)))
                    : Outcome.nothing();
        }
        if (workload.desired() == Desired.STOPPED) {
            return whileStopping(workload, report, now);
        }
        if (WorkloadLifecycle.isOldNews(workload, report)) {
            return WorkloadLifecycle.awaitsStart(workload)
                    ? new Unchanged(List.of(new RunContainer(workload)))
                    : Outcome.nothing();
        }
        // A start is due already: this is the end, the refusal or the loss that it follows.
        return WorkloadLifecycle.awaitsRetry(workload) && isEnd(report.phase())
                ? Outcome.nothing()
                : whileWanted(workload, report, now, stood);
    }

    private static boolean isEnd(ContainerPhase phase) {
        return switch (phase) {
            case EXITED, PULL_FAILED, START_REFUSED, UNUSABLE, RENAMED, REMOVED -> true;
            case PULLING, STARTING, RUNNING, PAUSED, RESTARTING, UNKNOWN -> false;
        };
    }

    /**
     * A container that nothing in the record speaks of any more: it goes, and the record stays. Where a new one is about to
     * take its place, that is ordered once more, since that is what ends it: not before the new one can be made.
     */
    private static Outcome stray(Workload workload, WorkloadSignal.Seen seen) {
        ContainerReport report = seen.report();
        boolean isReplaced = workload.desired() == Desired.RUNNING
                && WorkloadLifecycle.isPlacedOn(workload, seen.node())
                && report.generation().isOlderThan(workload.generation())
                && report.phase().isLive()
                && WorkloadLifecycle.awaitsStart(workload);
        if (isReplaced) {
            return new Unchanged(List.of(new RunContainer(workload)));
        }
        boolean container = report.phase().isLive()
                || report.phase() == ContainerPhase.EXITED
                || report.phase() == ContainerPhase.STARTING;
        return container && !WorkloadLifecycle.isAhead(workload, seen.node(), report.generation())
                ? new Unchanged(List.of(removeStray(workload, seen.node(), report.generation())))
                : Outcome.nothing();
    }

    /** On its own node the container is the workload's, and the record catches up; on another one it goes. */
    static Outcome foundAhead(Workload workload, WorkloadSignal.FoundAhead ahead) {
        Generation generation = ahead.run().generation();
        if (!WorkloadLifecycle.isAhead(workload, ahead.node(), generation)) {
            return Outcome.nothing();
        }
        boolean isThere = workload.containerNode().filter(ahead.node()::equals).isPresent();
        return isThere && isReachable(workload, ahead.run())
                ? Outcome.Changed.to(workload.caughtUp(ahead.run()), List.of())
                : new Unchanged(List.of(removeStray(workload, ahead.node(), generation)));
    }

    private static boolean isReachable(Workload workload, RunId run) {
        return run.generation().value() - workload.generation().value() <= REACHABLE
                && run.run() - workload.run().number() <= REACHABLE;
    }

    private static WorkloadEffect removeStray(Workload workload, NodeId node, Generation generation) {
        return new RemoveContainer(
                node, workload.id(), generation, workload.spec().stopGracePeriod(), false);
    }

    /** One that still lives is stopped again, and so is one that ended before: the order may never have arrived. */
    private static Outcome whileStopping(Workload workload, ContainerReport report, Instant now) {
        boolean before = report.run() > 0 && report.run() < workload.run().number();
        if (before && report.phase() != ContainerPhase.PULLING) {
            return new Unchanged(List.of(WorkloadLifecycle.stop(workload)));
        }
        return switch (report.phase()) {
            case EXITED, REMOVED, PULL_FAILED, START_REFUSED, UNUSABLE ->
                withLogs(WorkloadLifecycle.stopped(workload, SeenFacts.of(workload, report), now), workload, report);
            case PULLING, UNKNOWN -> Outcome.nothing();
            case STARTING -> new Unchanged(List.of(WorkloadLifecycle.stop(workload)));
            case RUNNING, PAUSED, RESTARTING, RENAMED ->
                WorkloadLifecycle.changed(
                        workload,
                        workload.withObserved(SeenFacts.of(workload, report)
                                .as(WorkloadStatus.RUNNING, Reason.STOPPING, "stopping", now)),
                        List.of(WorkloadLifecycle.stop(workload)));
        };
    }

    private static Outcome whileWanted(Workload before, ContainerReport report, Instant now, Duration stood) {
        Workload workload = namesWhatHasRun(report) ? before.begun() : before;
        Observation facts = SeenFacts.of(workload, report);
        return switch (report.phase()) {
            case PULLING ->
                becomes(
                        workload,
                        facts.as(
                                        WorkloadStatus.PULLING,
                                        Reason.PULLING_IMAGE,
                                        Sentences.with(
                                                "pulling " + workload.spec().image(), report.message()),
                                        now)
                                .retriedByNode(report.next(), workload.observed(), now));
            case STARTING -> starting(workload, facts, report, now);
            case RUNNING -> running(workload, facts, report, now);
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
                                                report.oomKilled() ? Reason.OUT_OF_MEMORY : Reason.CONTAINER_RESTARTING,
                                                Sentences.ended(
                                                                report,
                                                                workload.spec().limits()) + "; "
                                                        + (report.message().isEmpty()
                                                                ? "Docker starts it again"
                                                                : report.message()),
                                                now)
                                        .retriedByNode(report.next(), workload.observed(), now)),
                        workload,
                        report);
            case EXITED -> withLogs(ended(workload, facts, report, now), workload, report);
            case PULL_FAILED ->
                refused(
                        workload,
                        facts,
                        Reason.IMAGE_PULL_FAILED,
                        "cannot pull " + workload.spec().image() + ": " + report.message(),
                        now);
            case START_REFUSED -> RefusedStart.on(workload, facts, report, now);
            case UNUSABLE ->
                retried(
                        workload,
                        facts,
                        WorkloadStatus.RESTARTING,
                        Reason.CONTAINER_UNUSABLE,
                        "Docker cannot start its container any more: " + report.message() + "; a new one follows",
                        attempt(facts, Optional.empty()),
                        now);
            case RENAMED -> renamed(workload, report, now, stood);
            case REMOVED -> missing(workload, now, stood);
            case UNKNOWN -> Outcome.nothing();
        };
    }

    /** Of an order that failed an agent names the container only where that had been started before. */
    private static boolean namesWhatHasRun(ContainerReport report) {
        return switch (report.phase()) {
            case PULL_FAILED, START_REFUSED, UNUSABLE -> report.containerId().isPresent();
            default -> false;
        };
    }

    /** One that is unhealthy and to be restarted for that is restarted by its agent, if that knows its order. */
    private static Outcome running(Workload workload, Observation facts, ContainerReport report, Instant now) {
        HealthStatus health = facts.health().map(Health::status).orElse(HealthStatus.NONE);
        boolean isLeft = health == HealthStatus.UNHEALTHY
                && report.run() == 0
                && workload.spec().restartsUnhealthy();
        int attempt = attempt(facts, Optional.of(Duration.between(facts.since(), now)));
        if (isLeft && RestartRule.allowsUnhealthy(workload.spec().restartPolicy(), attempt)) {
            return WorkloadLifecycle.ordered(workload, facts.restartCount() + 1, attempt, now);
        }
        Reason reason = switch (health) {
            case HEALTHY -> Reason.HEALTHY;
            case UNHEALTHY -> Reason.UNHEALTHY;
            case NONE, STARTING -> Reason.CONTAINER_RUNNING;
        };
        String sentence = Sentences.followed(Sentences.running(facts.health()), report.message());
        Observation next = facts.as(WorkloadStatus.RUNNING, reason, sentence, now)
                .retriedByNode(report.next(), workload.observed(), now);
        return withLogs(becomes(workload, next), workload, report);
    }

    /**
     * Seen so once more, it is ordered again: an agent that was killed between creating and starting a container does
     * not know that it was to be started.
     */
    private static Outcome starting(Workload workload, Observation facts, ContainerReport report, Instant now) {
        Observation next = facts.as(
                        WorkloadStatus.STARTING,
                        Reason.STARTING_CONTAINER,
                        Sentences.with("starting the container", report.message()),
                        now)
                .retriedByNode(report.next(), workload.observed(), now);
        return workload.observed().equals(next)
                ? new Unchanged(List.of(new RunContainer(workload)))
                : becomes(workload, next);
    }

    /** The agent leaves it ended: what follows is decided here. */
    private static Outcome ended(Workload workload, Observation facts, ContainerReport report, Instant now) {
        int code = report.exitCode().orElse(0);
        Reason reason =
                report.oomKilled() ? Reason.OUT_OF_MEMORY : code == 0 ? Reason.COMPLETED : Reason.EXITED_WITH_ERROR;
        int attempt = attempt(facts, life(report));
        if (RestartRule.allows(workload.spec().restartPolicy(), code, attempt)) {
            String sentence = Sentences.ended(report, workload.spec().limits()) + "; started again";
            return retried(workload, facts, WorkloadStatus.RESTARTING, reason, sentence, attempt, now);
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

    /** Most of what stands in a start's way passes: what is to be restarted when it ends is tried again here as well. */
    static Outcome refused(Workload workload, Observation facts, Reason reason, String sentence, Instant now) {
        int attempt = attempt(facts, Optional.empty());
        return RestartRule.allows(workload.spec().restartPolicy(), 1, attempt)
                ? retried(workload, facts, WorkloadStatus.RESTARTING, reason, sentence + "; tried again", attempt, now)
                : becomes(workload, facts.as(WorkloadStatus.FAILED, reason, sentence, now));
    }

    /** The container is gone, and nobody of ours removed it. */
    static Outcome missing(Workload workload, Instant now, Duration stood) {
        return lost(
                workload,
                "its container is gone from " + workload.nodeId().orElseThrow() + "; a new one follows",
                now,
                stood);
    }

    /** What has another name cannot be found by anybody but us: it makes room for one with the right name. */
    private static Outcome renamed(Workload workload, ContainerReport report, Instant now, Duration stood) {
        Outcome outcome = lost(
                workload,
                "its container was " + report.message() + " by somebody and is removed; a new one follows",
                now,
                stood);
        return outcome instanceof Outcome.Changed changed ? changed.first(WorkloadLifecycle.remove(workload)) : outcome;
    }

    /** Nobody saw its end: how long it lived is how long the record was seen to have had it running. */
    private static Outcome lost(Workload workload, String sentence, Instant now, Duration stood) {
        Observation seen = workload.observed();
        Optional<Duration> life = seen.status() == WorkloadStatus.RUNNING ? Optional.of(stood) : Optional.empty();
        return retried(
                workload, seen, WorkloadStatus.MISSING, Reason.CONTAINER_GONE, sentence, attempt(seen, life), now);
    }

    private static Outcome retried(
            Workload workload,
            Observation facts,
            WorkloadStatus status,
            Reason reason,
            String what,
            int attempt,
            Instant now) {
        Duration delay = RestartRule.pause(attempt);
        String sentence = what + " in " + delay.toSeconds() + " s";
        int most = workload.spec().restartPolicy().maxRetries();
        Optional<Integer> of = Optional.of(most).filter(limit -> limit > 0 && status != WorkloadStatus.MISSING);
        Retry retry = new Retry(attempt, of, now.plus(delay));
        return WorkloadLifecycle.changed(
                workload,
                workload.withObserved(facts.as(status, reason, sentence, now).awaitingRetry(retry)),
                List.of(new RetryLater(delay)));
    }

    private static int attempt(Observation facts, Optional<Duration> life) {
        return RestartRule.nextAttempt(facts.restartAttempts(), life);
    }

    /** By the engine's clock alone: it may be any time off from ours. */
    private static Optional<Duration> life(ContainerReport report) {
        return report.startedAt().flatMap(start -> report.finishedAt().map(end -> Duration.between(start, end)));
    }

    private static Outcome becomes(Workload workload, Observation next) {
        return WorkloadLifecycle.changed(workload, workload.withObserved(next), List.of());
    }

    /**
     * The output is worth keeping each time the status of a container that wrote some has changed. Of one that has ended
     * nothing else asks for it: the record says that it is due, for the leader after one that did not come to take it.
     */
    private static Outcome withLogs(Outcome outcome, Workload before, ContainerReport report) {
        if (outcome instanceof Outcome.Changed changed
                && report.containerId().isPresent()
                && changed.next()
                        .filter(next -> next.status() != before.status())
                        .isPresent()) {
            TakeLogs take = new TakeLogs(before.nodeId().orElseThrow(), before.id(), before.runId());
            Workload next = changed.next().orElseThrow();
            return next.status().isTerminal()
                    ? changed.instead(next.withOutputDue(true), changed.effects())
                            .then(take)
                    : changed.then(take);
        }
        return outcome;
    }
}
