package dev.persys.scheduler.simulation;

import dev.persys.api.RunOrder;
import dev.persys.lifecycle.RestartRule;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
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
 */
record SimKeeping(RunId run, Optional<RunOrder> order, Optional<Instant> start, int restarts, int attempts, int next) {
    static SimKeeping of(RunOrder order, Optional<Instant> start) {
        return new SimKeeping(order.runId(), Optional.of(order), start, order.restarts(), order.restartAttempts(), 0);
    }

    static SimKeeping stopped(RunId run) {
        return new SimKeeping(run, Optional.empty(), Optional.empty(), 0, 0, 0);
    }

    boolean isWaiting() {
        return next > 0;
    }

    SimKeeping restarting() {
        return new SimKeeping(run, order, start, restarts + 1, next, 0);
    }

    SimKeeping started(Optional<Instant> at) {
        return new SimKeeping(run, order, at, restarts, attempts, 0);
    }

    /** @param life how long the container has lived, where it has ended */
    SimKeeping after(SimContainer container, Optional<Duration> life) {
        boolean same = container.startedAt.equals(start);
        if (container.isLive()) {
            return same && !isWaiting() ? this : started(container.startedAt);
        }
        if (order.isEmpty() || container.phase != ContainerPhase.EXITED || (isWaiting() && same)) {
            return this;
        }
        int attempt = RestartRule.nextAttempt(attempts, life);
        boolean again = RestartRule.allows(order.get().restartPolicy(), container.exitCode.orElse(0), attempt);
        return new SimKeeping(
                run, again ? order : Optional.empty(), container.startedAt, restarts, attempts, again ? attempt : 0);
    }

    ContainerReport told(ContainerReport shown) {
        return isWaiting() && shown.phase() == ContainerPhase.EXITED
                ? shown.as(ContainerPhase.RESTARTING, "started again").ofRun(run.run(), restarts, next - 1)
                : shown.ofRun(run.run(), restarts, attempts);
    }
}
