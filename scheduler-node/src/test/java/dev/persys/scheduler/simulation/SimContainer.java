package dev.persys.scheduler.simulation;

import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthStatus;
import dev.persys.model.Probed;
import dev.persys.model.WorkloadId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A container of a node's engine. Outlives the agent. */
final class SimContainer {
    final String containerId;
    final WorkloadId workload;
    final Generation generation;
    final Epoch epoch;
    final ClusterId cluster;
    String image = "";
    boolean crashing;
    boolean refused;
    Optional<HealthCheck> check = Optional.empty();
    Optional<HealthStatus> health = Optional.empty();
    boolean wasHealthy;
    long startedNanos;
    ContainerPhase phase = ContainerPhase.STARTING;
    Optional<Integer> exitCode = Optional.empty();
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();

    SimContainer(String containerId, WorkloadId workload, Generation generation, Epoch epoch, ClusterId cluster) {
        this.containerId = containerId;
        this.workload = workload;
        this.generation = generation;
        this.epoch = epoch;
        this.cluster = cluster;
    }

    boolean isLive() {
        return phase.isLive();
    }

    /** Whether anything has happened after which its workload may be over. */
    boolean hasEndedOnce() {
        return finishedAt.isPresent() || refused;
    }

    void started(Instant now) {
        phase = ContainerPhase.RUNNING;
        startedAt = Optional.of(now);
        exitCode = Optional.empty();
        health = check.map(each -> HealthStatus.STARTING);
    }

    boolean isUnhealthy() {
        return isLive()
                && health.filter(status -> status == HealthStatus.UNHEALTHY).isPresent();
    }

    void found(HealthStatus next) {
        health = Optional.of(next);
        wasHealthy |= next == HealthStatus.HEALTHY;
    }

    void ended(int code, Instant now) {
        phase = ContainerPhase.EXITED;
        exitCode = Optional.of(code);
        finishedAt = Optional.of(now);
        health = Optional.empty();
    }

    /** As an agent tells it that knows nothing else of it. */
    ContainerReport report() {
        return new ContainerReport(
                workload,
                generation,
                phase,
                "",
                Optional.of(containerId),
                exitCode,
                false,
                0,
                startedAt,
                finishedAt,
                List.of(),
                health.map(HealthStatus::text),
                Optional.empty(),
                0,
                0,
                health.map(status -> new Probed(status == HealthStatus.UNHEALTHY ? 3 : 0, "")),
                Optional.empty());
    }

    @Override
    public String toString() {
        return containerId + " of " + workload + " generation " + generation + " " + phase;
    }
}
