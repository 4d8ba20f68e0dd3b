package dev.persys.lifecycle;

import dev.persys.model.NodeReason;
import java.time.Duration;

/**
 * What a leader knows of a node beside its record: it is never written down, and the next leader begins anew. Spans of
 * time are measured, never taken from a wall clock.
 *
 * @param heard whether this leader has had a heartbeat, or a registration, of it
 * @param silence since the last one; since the leader took over where there was none
 * @param engineAway whether the last heartbeat said that its container engine does not answer
 */
public record NodeCondition(boolean heard, Duration silence, boolean engineAway, Calls calls) {
    /** How calls to the node's agent go. */
    public sealed interface Calls {
        /** None of this leader's has been answered or refused yet. */
        enum Untried implements Calls {
            INSTANCE
        }

        /** Its inventory was taken, its events are followed, and it takes orders. */
        enum Work implements Calls {
            INSTANCE
        }

        /**
         * They fail.
         *
         * @param sentence what the agent answered, or that it did not
         * @param lasting since they began to
         */
        record Fail(NodeReason reason, String sentence, Duration lasting) implements Calls {}
    }

    /** Of a node that has just been heard. */
    public static NodeCondition heardNow(Calls calls) {
        return new NodeCondition(true, Duration.ZERO, false, calls);
    }
}
