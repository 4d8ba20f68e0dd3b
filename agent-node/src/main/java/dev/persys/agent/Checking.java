package dev.persys.agent;

import dev.persys.api.Json;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthStatus;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the agent's own checks of one run of a container have come to. Until one has succeeded it is asked often, so that
 * whoever waits for that does not wait long; but as Docker counts them, at most one failure counts in an interval. Pure;
 * all readings are of the monotonic clock.
 *
 * @param startedAt which run of the container it is
 * @param begun when this agent began to look at that run
 * @param counted when a failure counted last, or {@code begun}
 * @param health as of the last check
 */
record Checking(
        String containerId, Optional<Instant> startedAt, HealthCheck check, long begun, long counted, Health health) {
    private static final Duration WHILE_STARTING = Duration.ofSeconds(1);

    /** How the container's health is checked, by its label; empty where that says nothing, or nothing that is known. */
    static Optional<HealthCheck> of(ContainerState state) {
        try {
            return Optional.ofNullable(state.labels().get(ContainerLabels.HEALTH))
                    .map(label -> Json.read(label, HealthCheck.class));
        } catch (UncheckedIOException e) {
            return Optional.empty();
        }
    }

    static Checking begin(ContainerState state, HealthCheck check, long nanos) {
        return new Checking(state.id(), state.startedAt(), check, nanos, nanos, Health.starting());
    }

    /** Whether it is of that run, and of that check. */
    boolean isOf(ContainerState state, HealthCheck other) {
        return state.id().equals(containerId) && state.startedAt().equals(startedAt) && other.equals(check);
    }

    /** From the end of a check to the beginning of the next. */
    Duration pause() {
        Duration interval = interval();
        boolean soon = health.status() == HealthStatus.STARTING && interval.compareTo(WHILE_STARTING) > 0;
        return soon ? WHILE_STARTING : interval;
    }

    /** @param trouble of a check that ended at {@code nanos}; empty where it was good */
    Checking after(Optional<String> trouble, long nanos) {
        if (trouble.isEmpty()) {
            return with(nanos, new Health(HealthStatus.HEALTHY, 0, ""));
        }
        boolean starts = health.status() == HealthStatus.STARTING;
        boolean isEarly = starts && nanos - begun < startPeriod().toNanos();
        boolean isSoon = starts && nanos - counted < interval().toNanos();
        if (isEarly || isSoon) {
            return with(counted, new Health(HealthStatus.STARTING, health.failures(), trouble.get()));
        }
        int failures = health.failures() + 1;
        HealthStatus status = failures >= retries() ? HealthStatus.UNHEALTHY : health.status();
        return with(nanos, new Health(status, failures, trouble.get()));
    }

    private Checking with(long nanos, Health next) {
        return new Checking(containerId, startedAt, check, begun, nanos, next);
    }

    private Duration interval() {
        return check.interval().orElse(HealthCheck.DEFAULT_INTERVAL);
    }

    private Duration startPeriod() {
        return check.startPeriod().orElse(HealthCheck.DEFAULT_START_PERIOD);
    }

    private int retries() {
        return check.retries().orElse(HealthCheck.DEFAULT_RETRIES);
    }
}
