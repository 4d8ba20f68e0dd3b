package dev.persys.scheduler.simulation;

import akka.actor.ActorPath;
import akka.actor.ActorPaths;
import akka.actor.typed.ActorRef;
import java.util.function.Consumer;

/** Where an answer to somebody outside the control plane arrives: no actor, only what is done with it. */
final class SimReply<T> implements ActorRef<T> {
    private static final long serialVersionUID = 1L;
    private static final ActorPath PATH = ActorPaths.fromString("akka://simulation/user/outside");

    private final transient Consumer<T> then;

    SimReply(Consumer<T> then) {
        this.then = then;
    }

    @Override
    public void tell(T message) {
        then.accept(message);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <U extends T> ActorRef<U> narrow() {
        return (ActorRef<U>) this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <U> ActorRef<U> unsafeUpcast() {
        return (ActorRef<U>) this;
    }

    @Override
    public ActorPath path() {
        return PATH;
    }

    @Override
    public int compareTo(ActorRef<?> other) {
        return PATH.compareTo(other.path());
    }

    @Override
    public String toString() {
        return "outside";
    }
}
