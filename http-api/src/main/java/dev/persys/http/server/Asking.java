package dev.persys.http.server;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import dev.persys.http.Stages;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Asks one actor. A stage that fails: no answer came in time.
 *
 * @param <C> the actor's commands
 */
public final class Asking<C> {
    /** Writing long answers must not take the threads of those who decide. */
    private static final String DISPATCHER = "persys.http.dispatcher";

    private final ActorRef<C> actor;
    private final Duration timeout;
    private final ActorSystem<?> system;
    private final Executor executor;

    public Asking(ActorRef<C> actor, Duration timeout, ActorSystem<?> system) {
        this.actor = actor;
        this.timeout = timeout;
        this.system = system;
        this.executor = system.dispatchers().lookup(DispatcherSelector.fromConfig(DISPATCHER));
    }

    /** The same actor, asked with less patience. */
    public Asking<C> within(Duration limit) {
        return new Asking<>(actor, limit.compareTo(timeout) < 0 ? limit : timeout, system);
    }

    /** Sends what {@code command} makes of the reference to answer to; {@code then} runs off the actor's thread. */
    public <R, T> CompletionStage<T> ask(Function<ActorRef<R>, C> command, Function<R, T> then) {
        return this.<R>send(command).thenApply(then);
    }

    /** As {@link #ask}, where more has to be waited for. */
    public <R, T> CompletionStage<T> askThen(Function<ActorRef<R>, C> command, Function<R, CompletionStage<T>> then) {
        return this.<R>send(command).thenCompose(then);
    }

    private <R> CompletionStage<R> send(Function<ActorRef<R>, C> command) {
        return Stages.on(AskPattern.<C, R>ask(actor, command::apply, timeout, system.scheduler()), executor());
    }

    /** Where the stages go on. */
    public Executor executor() {
        return executor;
    }
}
