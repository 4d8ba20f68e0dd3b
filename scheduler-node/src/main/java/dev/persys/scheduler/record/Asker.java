package dev.persys.scheduler.record;

import akka.actor.typed.ActorRef;
import dev.persys.protocol.Reply;
import java.util.function.Consumer;

/** Somebody who waits for a write, and is answered once. Confined to the actor that writes. */
public final class Asker<S, T> {
    private final ActorRef<Reply<T>> replyTo;
    private final Consumer<S> whenDurable;
    private boolean answered;

    /** @param whenDurable answers with what is durable then */
    public Asker(ActorRef<Reply<T>> replyTo, Consumer<S> whenDurable) {
        this.replyTo = replyTo;
        this.whenDurable = whenDurable;
    }

    public void durable(S state) {
        if (!answered) {
            answered = true;
            whenDurable.accept(state);
        }
    }

    /** Whether it was written is not known here any more, or nobody will know. */
    public void unavailable(TurnedAway why) {
        answer(why.reply());
    }

    /** The store will never take it. */
    public void refused(FencedWriter.Refused refused) {
        answer(new Reply.Conflict<>("record-refused", refused.why() + "; ask for less in one record"));
    }

    private void answer(Reply<T> reply) {
        if (!answered) {
            answered = true;
            replyTo.tell(reply);
        }
    }
}
