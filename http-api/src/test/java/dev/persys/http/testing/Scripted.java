package dev.persys.http.testing;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * An actor that does what the test at hand says, and keeps what it was sent.
 *
 * @param <C> its commands
 */
public final class Scripted<C> {
    private final AtomicReference<Consumer<C>> script = new AtomicReference<>(command -> {});
    private final Queue<C> received = new ConcurrentLinkedQueue<>();
    private final ActorRef<C> ref;

    public Scripted(ActorTestKit kit) {
        this.ref = kit.spawn(Behaviors.receiveMessage(command -> {
            received.add(command);
            script.get().accept(command);
            return Behaviors.same();
        }));
    }

    public ActorRef<C> ref() {
        return ref;
    }

    /** From now on, with nothing received yet. */
    public void answer(Consumer<C> next) {
        received.clear();
        script.set(next);
    }

    public Queue<C> received() {
        return received;
    }

    /** The one command received. */
    public C only() {
        if (received.size() != 1) {
            throw new AssertionError("received " + received);
        }
        return received.element();
    }
}
