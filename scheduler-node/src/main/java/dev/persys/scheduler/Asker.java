package dev.persys.scheduler;

import akka.actor.typed.ActorRef;
import dev.persys.protocol.Reply;
import java.util.function.Consumer;

/**
 * Somebody who waits for a write.
 *
 * @param whenDurable answers with what is durable then
 */
record Asker<S, T>(ActorRef<Reply<T>> replyTo, Consumer<S> whenDurable) {
    void durable(S state) {
        whenDurable.accept(state);
    }

    /** Whether it was written is not known here any more, or nobody will know. */
    void unavailable(String detail) {
        replyTo.tell(new Reply.Unavailable<>(detail));
    }

    /** The store will never take it. */
    void refused(FencedWriter.Refused refused) {
        replyTo.tell(new Reply.Conflict<>("record-refused", refused.why() + "; ask for less in one record"));
    }
}
