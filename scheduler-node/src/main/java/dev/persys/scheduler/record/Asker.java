package dev.persys.scheduler.record;

import akka.actor.typed.ActorRef;
import dev.persys.protocol.Reply;
import java.util.function.Consumer;

/**
 * Somebody who waits for a write.
 *
 * @param whenDurable answers with what is durable then
 */
public record Asker<S, T>(ActorRef<Reply<T>> replyTo, Consumer<S> whenDurable) {
    public void durable(S state) {
        whenDurable.accept(state);
    }

    /** Whether it was written is not known here any more, or nobody will know. */
    public void unavailable(String detail) {
        replyTo.tell(new Reply.Unavailable<>(detail));
    }

    /** The store will never take it. */
    public void refused(FencedWriter.Refused refused) {
        replyTo.tell(new Reply.Conflict<>("record-refused", refused.why() + "; ask for less in one record"));
    }
}
