package dev.persys.agent;

import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeFailure;
import java.util.Optional;

/** How a {@link Step} ended. */
sealed interface StepOutcome {
    record Saw(Seen seen) implements StepOutcome {}

    record Inspected(Optional<ContainerState> state) implements StepOutcome {}

    record ImageThere(boolean isThere) implements StepOutcome {}

    /**
     * It failed.
     *
     * @param engineAway whether the engine did not answer a ping either: then the failure tells nothing of the container
     */
    record Broke(RuntimeFailure failure, boolean engineAway) implements StepOutcome {}
}
