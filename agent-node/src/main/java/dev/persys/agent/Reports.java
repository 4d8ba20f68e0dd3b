package dev.persys.agent;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.PullProgress;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import java.util.Optional;

/** What is told of a container, from what the engine says of it. Pure. */
final class Reports {
    private Reports() {}

    static ContainerPhase phase(ContainerStatus status) {
        return switch (status) {
            case CREATED -> ContainerPhase.STARTING;
            case RUNNING -> ContainerPhase.RUNNING;
            case PAUSED -> ContainerPhase.PAUSED;
            case RESTARTING -> ContainerPhase.RESTARTING;
            case REMOVING, EXITED, DEAD -> ContainerPhase.EXITED;
        };
    }

    /** @param oomSeen whether the engine told of a kill for want of memory since the last start */
    static ContainerReport of(ContainerLabels labels, ContainerState state, boolean oomSeen) {
        return new ContainerReport(
                labels.workloadId(),
                labels.generation(),
                phase(state.status()),
                state.error(),
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
