package dev.persys.agent;

import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeFailure;
import java.util.Map;
import java.util.Optional;

/** How a {@link Step} ended. */
sealed interface StepOutcome {
    <T> T readBy(Reader<T> reader);

    /** Whoever has an answer to each kind. */
    interface Reader<T> {
        T saw(Saw outcome);

        T inspected(Inspected outcome);

        T imageThere(ImageThere outcome);

        T lookedAt(LookedAt outcome);

        T broke(Broke outcome);
    }

    record Saw(Seen seen) implements StepOutcome {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.saw(this);
        }
    }

    record Inspected(Optional<ContainerState> state) implements StepOutcome {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.inspected(this);
        }
    }

    record ImageThere(boolean isThere) implements StepOutcome {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.imageThere(this);
        }
    }

    /** Where paths of the node lead. */
    record LookedAt(Map<String, HostPaths.Place> places) implements StepOutcome {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.lookedAt(this);
        }
    }

    /**
     * It failed.
     *
     * @param engineAway whether the engine did not answer a ping either: then the failure tells nothing of the container
     */
    record Broke(RuntimeFailure failure, boolean engineAway) implements StepOutcome {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.broke(this);
        }
    }
}
