package dev.persys.agent;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.util.Optional;

/** What is told of a container, from what the engine says of it. Pure. */
final class Reports {
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

    /** @param oomSeen whether the engine told of a kill for want of memory since the last start */
    static ContainerReport of(ContainerLabels labels, ContainerState state, boolean oomSeen) {
        ContainerPhase phase = phase(labels.workloadId(), state.name(), state.status());
        return new ContainerReport(
                labels.workloadId(),
                labels.generation(),
                phase,
                phase == ContainerPhase.RENAMED ? "renamed to " + state.name() : state.error(),
                Optional.of(state.id()),
                state.exitCode(),
                state.oomKilled() || (oomSeen && state.exitCode().isPresent()),
                state.restartCount(),
                state.startedAt(),
                state.finishedAt(),
                state.ports(),
                state.health(),
                Optional.empty());
    }

    static ContainerReport pulling(Goal.Run goal, String message, Optional<PullProgress> progress) {
        ContainerReport bare =
                ContainerReport.of(goal.order().workloadId(), goal.generation(), ContainerPhase.PULLING, message);
        return new ContainerReport(
                bare.workloadId(),
                bare.generation(),
                bare.phase(),
                bare.message(),
                bare.containerId(),
                bare.exitCode(),
                bare.oomKilled(),
                bare.restartCount(),
                bare.startedAt(),
                bare.finishedAt(),
                bare.ports(),
                bare.health(),
                progress);
    }
}
