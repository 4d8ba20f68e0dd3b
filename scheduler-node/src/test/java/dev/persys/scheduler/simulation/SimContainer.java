package dev.persys.scheduler.simulation;

import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
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
    }

    void ended(int code, Instant now) {
        phase = ContainerPhase.EXITED;
        exitCode = Optional.of(code);
        finishedAt = Optional.of(now);
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
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public String toString() {
        return containerId + " of " + workload + " generation " + generation + " " + phase;
    }
}
