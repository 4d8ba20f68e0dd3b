package dev.persys.agent;

import dev.persys.agent.ContainerMemory.Work;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HostPort;
import dev.persys.model.Probed;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.util.List;
import java.util.Optional;

/** What is told of a container, from what the engine says of it. Pure. */
final class Reports {
    /** The code of a process that was ended by SIGKILL. */
    private static final int KILLED = 137;

    private Reports() {}

    /**
     * Docker marks a container as being removed before it kills it: whoever looks after the death sees that it did not
     * end by itself.
     *
     * @param name the container's; its workload's id, unless somebody renamed it
     */
    static ContainerPhase phase(WorkloadId workload, String name, ContainerStatus status) {
        if (status.isLive() && !name.equals(workload.value())) {
            return ContainerPhase.RENAMED;
        }
        return switch (status) {
            case CREATED -> ContainerPhase.STARTING;
            // Of one that may be alive nothing worse is told: what is taken for ended is made anew.
            case RUNNING, UNKNOWN -> ContainerPhase.RUNNING;
            case PAUSED -> ContainerPhase.PAUSED;
            case RESTARTING -> ContainerPhase.RESTARTING;
            case EXITED -> ContainerPhase.EXITED;
            case REMOVING, DEAD -> ContainerPhase.REMOVED;
        };
    }

    /**
     * Of the container as it is shown, whatever is known of it besides. The engine marks a container of which any process
     * was killed for want of memory, and keeps the mark while it lives on: the end was by that only where it was a kill.
     *
     * @param oomSeen whether the engine told of a kill for want of memory since the last start
     */
    static ContainerReport of(ContainerLabels labels, ContainerState state, boolean oomSeen) {
        ContainerPhase phase = phase(labels.workloadId(), state.name(), state.status());
        // What the agent checks itself has just begun where nobody says what it came to.
        Optional<Health> health = state.health()
                .or(() -> Checking.of(state).filter(HealthCheck::isOfAgent).map(its -> Health.starting()))
                .filter(it -> phase == ContainerPhase.RUNNING);
        boolean killed = state.exitCode().filter(code -> code == KILLED).isPresent();
        return new ContainerReport(
                labels.workloadId(),
                labels.generation(),
                phase,
                switch (phase) {
                    case RENAMED -> "renamed to " + state.name();
                    case RUNNING -> ChangedLimits.told(state);
                    default -> state.error();
                },
                Optional.of(state.id()),
                state.exitCode(),
                killed && (state.oomKilled() || oomSeen),
                state.restartCount(),
                state.startedAt(),
                state.finishedAt(),
                state.ports(),
                health.map(it -> it.status().text()),
                Optional.empty(),
                0,
                0,
                health.map(it -> new Probed(it.failures(), it.message())),
                Optional.empty());
    }

    /** @param container that is there for it, if there is one */
    private static ContainerReport of(
            RunOrder order,
            Optional<String> container,
            ContainerPhase phase,
            String message,
            Optional<PullProgress> progress) {
        return new ContainerReport(
                order.workloadId(),
                order.generation(),
                phase,
                message,
                container,
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                progress,
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * What is told of a container that the engine shows so; empty where the order being carried out tells how it goes.
     *
     * @param shown as {@link #of(ContainerLabels, ContainerState, boolean)} has it
     */
    static Optional<ContainerReport> told(ContainerMemory memory, ContainerReport shown) {
        if (memory.work().isEmpty()) {
            return Optional.of(memory.kept()
                    .filter(keeping -> keeping.run().generation().equals(shown.generation()))
                    .map(keeping -> keeping.told(shown))
                    .orElse(shown));
        }
        Work work = memory.work().get();
        if (!shown.generation().equals(work.goal().generation()) || work.goal() instanceof Goal.Remove) {
            return Optional.empty();
        }
        if (work.goal() instanceof Goal.Stop stop) {
            return shown.phase() == ContainerPhase.EXITED
                    ? Optional.of(shown.ofRun(stop.runId().run(), shown.restartCount(), 0))
                    : Optional.empty();
        }
        boolean isOfOrder = shown.phase() == ContainerPhase.STARTING
                || (shown.phase().isLive() && !work.isEarlier(shown.startedAt()));
        return isOfOrder ? Optional.of(counted(memory, ((Goal.Run) work.goal()).order(), shown)) : Optional.empty();
    }

    /** How the run order that is being carried out goes. */
    static ContainerReport ofOrder(
            ContainerMemory memory, ContainerPhase phase, String message, Optional<PullProgress> progress) {
        RunOrder order = ((Goal.Run) memory.work().orElseThrow().goal()).order();
        Optional<String> container = memory.seen() instanceof Seen.Present present
                        && present.generation().equals(order.generation())
                        && present.startedAt().isPresent()
                ? Optional.of(present.containerId())
                : Optional.empty();
        return counted(memory, order, of(order, container, phase, message, progress));
    }

    /** The port of the node that the order wants which is {@code said}; an engine may not say of which protocol. */
    static Optional<HostPort> wanted(ContainerMemory memory, HostPort said) {
        RunOrder order = ((Goal.Run) memory.work().orElseThrow().goal()).order();
        List<HostPort> wanted =
                order.ports().stream().flatMap(port -> port.hostPort().stream()).toList();
        return wanted.contains(said)
                ? Optional.of(said)
                : wanted.stream().filter(port -> port.port() == said.port()).findFirst();
    }

    /** Of a workload's container that is gone, or is not there. */
    static ContainerReport removed(WorkloadId workload, Generation generation, ContainerMemory memory) {
        ContainerReport bare = ContainerReport.of(workload, generation, ContainerPhase.REMOVED, "");
        return memory.kept().map(keeping -> keeping.told(bare)).orElse(bare);
    }

    /** With the counts of the run: of the agent's own restarts, or as the order has them. */
    private static ContainerReport counted(ContainerMemory memory, RunOrder order, ContainerReport report) {
        return memory.kept()
                .filter(keeping -> keeping.run().equals(order.runId()))
                .map(keeping -> keeping.told(report))
                .orElseGet(() -> report.ofRun(order.run(), order.restarts(), order.restartAttempts()));
    }
}
