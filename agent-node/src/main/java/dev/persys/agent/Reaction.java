package dev.persys.agent;

import dev.persys.model.ContainerPhase;
import dev.persys.model.HostPort;
import dev.persys.runtime.RuntimeFailure;
import java.util.Optional;

/** What follows from a step that did not do what it was meant to. */
sealed interface Reaction {
    <T> T readBy(Reader<T> reader);

    /** Whoever has an answer to each kind. */
    interface Reader<T> {
        T perform(Perform reaction);

        T backOff(BackOff reaction);

        T giveUp(GiveUp reaction);
    }

    /** Another step, to find out more or to put it right. */
    record Perform(Step step) implements Reaction {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.perform(this);
        }
    }

    /**
     * Once more, but not at once.
     *
     * @param engineAway whether that is why: then it counts as no attempt
     */
    record BackOff(RuntimeFailure failure, boolean engineAway) implements Reaction {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.backOff(this);
        }
    }

    /**
     * The order failed for good.
     *
     * @param portInUse where that is why
     * @param notAllowed what the node's settings do not allow, where that is why
     */
    record GiveUp(ContainerPhase phase, String message, Optional<HostPort> portInUse, Optional<String> notAllowed)
            implements Reaction {
        /** For another reason than these two. */
        GiveUp(ContainerPhase phase, String message) {
            this(phase, message, Optional.empty());
        }

        /** For a port, or for another reason than these two. */
        GiveUp(ContainerPhase phase, String message, Optional<HostPort> portInUse) {
            this(phase, message, portInUse, Optional.empty());
        }

        /** The node's settings do not allow it. */
        static GiveUp of(Allowed.Refusal refusal) {
            return new GiveUp(
                    ContainerPhase.START_REFUSED, refusal.sentence(), Optional.empty(), Optional.of(refusal.what()));
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.giveUp(this);
        }
    }
}
