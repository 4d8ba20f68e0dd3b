package dev.persys.scheduler.simulation;

import dev.persys.api.RunOrder;
import dev.persys.lifecycle.RestartRule;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one life of an agent knows of the run that a container is in.
 *
 * @param order by which it is kept running; absent once it has ended for good
 * @param start by which that run is told from others
 * @param next the number of the attempt that it waits for; zero for none
 * @param unwell whether it waits for that because it is unhealthy, and runs meanwhile
 */
record SimKeeping(
        RunId run,
        Optional<RunOrder> order,
        Optional<Instant> start,
        int restarts,
        int attempts,
        int next,
        boolean unwell) {
    static SimKeeping of(RunOrder order, Optional<Instant> start) {
        return new SimKeeping(
                order.runId(), Optional.of(order), start, order.restarts(), order.restartAttempts(), 0, false);
    }

    static SimKeeping stopped(RunId run) {
        return new SimKeeping(run, Optional.empty(), Optional.empty(), 0, 0, 0, false);
    }

    boolean isWaiting() {
        return next > 0;
    }

    SimKeeping restarting() {
        return new SimKeeping(run, order, start, restarts + 1, next, 0, false);
    }

    SimKeeping started(Optional<Instant> at) {
        return new SimKeeping(run, order, at, restarts, attempts, 0, false);
    }

    /**
     * @param life how long the container has lived, where it has ended
     * @param lasting how long it lives already, where it has not
     */
    SimKeeping after(SimContainer container, Optional<Duration> life, Duration lasting) {
        boolean same = container.startedAt.equals(start);
        if (container.isLive()) {
            return same && (!isWaiting() || unwell) ? running(container, lasting) : started(container.startedAt);
        }
        if (order.isEmpty() || container.phase != ContainerPhase.EXITED || (isWaiting() && !unwell && same)) {
            return this;
        }
        int attempt = RestartRule.nextAttempt(attempts, life);
        boolean again = RestartRule.allows(order.get().restartPolicy(), container.exitCode.orElse(0), attempt);
        return new SimKeeping(
                run,
                again ? order : Optional.empty(),
                container.startedAt,
                restarts,
                attempts,
                again ? attempt : 0,
                false);
    }

    /** It runs on: where it is to be restarted for want of health, until a pause is over in which it may recover. */
    private SimKeeping running(SimContainer container, Duration lasting) {
        boolean isToRestart = container.isUnhealthy()
                && order.flatMap(RunOrder::healthCheck)
                        .filter(check -> check.onUnhealthy() == OnUnhealthy.RESTART)
                        .isPresent();
        if (isToRestart == unwell) {
            return this;
        }
        int attempt = isToRestart ? RestartRule.nextAttempt(attempts, Optional.of(lasting)) : 0;
        boolean again =
                isToRestart && RestartRule.allowsUnhealthy(order.orElseThrow().restartPolicy(), attempt);
        return new SimKeeping(run, order, start, restarts, attempts, again ? attempt : 0, again);
    }

    ContainerReport told(ContainerReport shown) {
        if (unwell && shown.phase() == ContainerPhase.RUNNING) {
            int most = order.map(its -> its.restartPolicy().maxRetries()).orElse(0);
            return shown.ofRun(run.run(), restarts, attempts).trying(new Attempt(next, most, RestartRule.pause(next)));
        }
        return isWaiting() && shown.phase() == ContainerPhase.EXITED
                ? shown.as(ContainerPhase.RESTARTING, "started again").ofRun(run.run(), restarts, next - 1)
                : shown.ofRun(run.run(), restarts, attempts);
    }
}
