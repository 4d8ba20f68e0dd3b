package dev.persys.scheduler.simulation;

import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.RestartPolicy;
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
    final RestartPolicy policy;
    ContainerPhase phase = ContainerPhase.STARTING;
    Optional<Integer> exitCode = Optional.empty();
    int restarts;
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();

    SimContainer(
            String containerId,
            WorkloadId workload,
            Generation generation,
            Epoch epoch,
            ClusterId cluster,
            RestartPolicy policy) {
        this.containerId = containerId;
        this.workload = workload;
        this.generation = generation;
        this.epoch = epoch;
        this.cluster = cluster;
        this.policy = policy;
    }

    boolean isLive() {
        return phase.isLive();
    }

    void started(Instant now) {
        phase = ContainerPhase.RUNNING;
        startedAt = Optional.of(now);
        exitCode = Optional.empty();
    }

    void ended(int code, Instant now) {
        phase = ContainerPhase.EXITED;
        exitCode = Optional.of(code);
        finishedAt = Optional.of(now);
    }

    /** Whether Docker itself starts it again after it ended by itself. */
    boolean isRestartedByDocker() {
        int code = exitCode.orElse(0);
        return switch (policy.mode()) {
            case NO -> false;
            case ON_FAILURE -> code != 0 && (policy.maxRetries() == 0 || restarts < policy.maxRetries());
            case ALWAYS, UNLESS_STOPPED -> true;
        };
    }

    ContainerReport report() {
        return new ContainerReport(
                workload,
                generation,
                phase,
                "",
                Optional.of(containerId),
                exitCode,
                false,
                restarts,
                startedAt,
                finishedAt,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public String toString() {
        return containerId + " of " + workload + " generation " + generation + " " + phase;
    }
}
