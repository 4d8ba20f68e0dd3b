package dev.persys.agent;

import dev.persys.api.RunOrder;
import dev.persys.lifecycle.RestartRule;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.HealthStatus;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.RunId;
import dev.persys.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What this life of the agent knows of the run that a container is in: which it is, how it got there, and whether the
 * agent is the one that starts the container again when it ends. Pure.
 *
 * @param order by which it is kept running; absent once it was stopped, or is left ended
 * @param start when the engine started it last
 * @param since a reading of the monotonic clock at that start; absent where nobody here saw it
 * @param restarts how often it was started again by its policy since somebody asked for a start
 * @param attempts how many of those in a row
 * @param next the number of the attempt that it waits for; zero while it waits for none
 * @param unwell whether it waits for that because it is unhealthy, and runs meanwhile
 */
record Keeping(
        RunId run,
        Optional<RunOrder> order,
        Optional<Instant> start,
        Optional<Long> since,
        int restarts,
        int attempts,
        int next,
        boolean unwell) {

    /** From an order that was carried out. */
    static Keeping of(RunOrder order, Optional<Instant> start, Optional<Long> since) {
        return new Keeping(
                order.runId(), Optional.of(order), start, since, order.restarts(), order.restartAttempts(), 0, false);
    }

    /** Of a container that was stopped by an order about {@code run}. */
    static Keeping stopped(RunId run, Optional<Keeping> before) {
        return new Keeping(
                run,
                Optional.empty(),
                before.flatMap(Keeping::start),
                Optional.empty(),
                before.map(Keeping::restarts).orElse(0),
                before.map(Keeping::attempts).orElse(0),
                0,
                false);
    }

    boolean isWaiting() {
        return next > 0;
    }

    /** How long it waits in all. */
    Duration pause() {
        return RestartRule.pause(next);
    }

    /** The pause is over. */
    Keeping restarting() {
        return new Keeping(run, order, start, since, restarts + 1, next, 0, false);
    }

    /** It was started as it is shown now. */
    Keeping started(Optional<Instant> at, long nanos) {
        return new Keeping(run, order, at, Optional.of(nanos), restarts, attempts, 0, false);
    }

    /**
     * After the engine showed it so, with no order under way: waiting where it ended and is to be started again, over
     * where it ended for good.
     *
     * @param nanos the monotonic clock now
     */
    Keeping after(ContainerState state, long nanos) {
        boolean isSameStart = state.startedAt().equals(start);
        return switch (state.status()) {
            case RUNNING, PAUSED, RESTARTING, UNKNOWN ->
                isSameStart && (!isWaiting() || unwell) ? running(state, nanos) : started(state.startedAt(), nanos);
            case EXITED, DEAD ->
                order.isEmpty() || (isWaiting() && !unwell && isSameStart) ? this : ended(state, nanos);
            case CREATED, REMOVING -> this;
        };
    }

    private Keeping ended(ContainerState state, long nanos) {
        Optional<Duration> life = since.filter(seen -> state.startedAt().equals(start))
                .map(seen -> Duration.ofNanos(nanos - seen))
                // By the engine's own clock, which may have been set meanwhile: better than nothing.
                .or(() -> state.startedAt().flatMap(from -> state.finishedAt().map(to -> Duration.between(from, to))));
        int attempt = RestartRule.nextAttempt(attempts, life);
        boolean again = RestartRule.allows(
                order.orElseThrow().restartPolicy(), state.exitCode().orElse(0), attempt);
        return new Keeping(
                run,
                again ? order : Optional.empty(),
                state.startedAt(),
                Optional.empty(),
                restarts,
                attempts,
                again ? attempt : 0,
                false);
    }

    /** It runs on: where it is unhealthy and to be restarted for that, until a pause is over in which it may recover. */
    private Keeping running(ContainerState state, long nanos) {
        boolean isUnhealthy = state.health()
                .filter(it -> it.status() == HealthStatus.UNHEALTHY)
                .isPresent();
        boolean isToRestart = isUnhealthy
                && order.flatMap(RunOrder::healthCheck)
                        .filter(check -> check.onUnhealthy() == OnUnhealthy.RESTART)
                        .isPresent();
        if (isToRestart == unwell) {
            return this;
        }
        int attempt =
                isToRestart ? RestartRule.nextAttempt(attempts, since.map(seen -> Duration.ofNanos(nanos - seen))) : 0;
        boolean again =
                isToRestart && RestartRule.allowsUnhealthy(order.orElseThrow().restartPolicy(), attempt);
        return new Keeping(run, order, start, since, restarts, attempts, again ? attempt : 0, again);
    }

    /** What is told of the container, as the engine shows it, with what is known here. */
    ContainerReport told(ContainerReport shown) {
        ContainerReport counted = shown.ofRun(run.run(), restarts, attempts);
        if (unwell && shown.phase() == ContainerPhase.RUNNING) {
            return counted.trying(due());
        }
        if (!isWaiting() || shown.phase() != ContainerPhase.EXITED) {
            return counted;
        }
        return shown.as(ContainerPhase.RESTARTING, "started again in " + pause().toSeconds() + " s")
                .ofRun(run.run(), restarts, next - 1)
                .trying(due());
    }

    /** As of when it began to wait. */
    private Attempt due() {
        int most = order.map(its -> its.restartPolicy().maxRetries()).orElse(0);
        return new Attempt(next, most, pause());
    }
}
