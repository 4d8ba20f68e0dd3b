package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.NodeId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerRuntime.Watch;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * Owns the connection on which the container engine tells what happens. After each connection it lists the engine whole,
 * hands that on first and then what happened meanwhile; it asks regularly whether the engine still answers, because one
 * that hangs keeps its connections open.
 */
final class RuntimeWatch {
    sealed interface Command {}

    /** To list the engine again. */
    record Resync() implements Command {}

    private record Signalled(long connection, RuntimeSignal signal) implements Command {}

    private record Listed(long connection, List<ContainerState> containers) implements Command {}

    private record ListFailed(long connection, RuntimeFailure failure) implements Command {}

    private record Reconnect() implements Command {}

    private record Ping() implements Command {}

    private record Pinged(Optional<RuntimeFailure> failure) implements Command {}

    /** What the parent is told. */
    sealed interface News {}

    /** The engine answers, and these are all containers with this node's label. */
    record Synced(List<ContainerState> containers) implements News {}

    /** Something happened to a container with this node's label. */
    record Happened(RuntimeSignal.Happened event) implements News {}

    /** The engine does not answer; {@link Synced} follows once it does. */
    record Lost(String why) implements News {}

    /** Events that wait for a listing; more, and a new connection is better than the wait. */
    private static final int MAX_HELD_BACK = 4_096;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ContainerRuntime runtime;
    private final Map<String, String> labels;
    private final int parallelism;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final ActorRef<News> parent;
    private final List<RuntimeSignal.Happened> heldBack = new ArrayList<>();
    private Optional<Watch> watch = Optional.empty();
    private Optional<Instant> lastEvent = Optional.empty();
    private boolean listing;
    private boolean answers = true;
    private boolean pinging;
    private long connection;
    private int failures;

    private RuntimeWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ContainerRuntime runtime,
            NodeId nodeId,
            AgentSettings settings,
            RandomGenerator random,
            ActorRef<News> parent) {
        this.context = context;
        this.timers = timers;
        this.runtime = runtime;
        this.labels = Map.of(ContainerLabels.NODE, nodeId.value());
        this.parallelism = settings.listingParallelism();
        this.backoff = settings.retryBackoff();
        this.random = random;
        this.parent = parent;
    }

    static Behavior<Command> create(
            ContainerRuntime runtime,
            NodeId nodeId,
            AgentSettings settings,
            RandomGenerator random,
            ActorRef<News> parent) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            RuntimeWatch actor = new RuntimeWatch(context, timers, runtime, nodeId, settings, random, parent);
            timers.startTimerWithFixedDelay(new Ping(), settings.pingInterval());
            actor.connect();
            return actor.watching();
        }));
    }

    private Behavior<Command> watching() {
        return Behaviors.receive(Command.class)
                .onMessage(Signalled.class, this::onSignalled)
                .onMessage(Listed.class, this::onListed)
                .onMessage(ListFailed.class, this::onListFailed)
                .onMessage(Resync.class, command -> onResync())
                .onMessage(Reconnect.class, command -> onReconnect())
                .onMessage(Ping.class, command -> onPing())
                .onMessage(Pinged.class, this::onPinged)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onSignalled(Signalled command) {
        if (command.connection() != connection) {
            return Behaviors.same();
        }
        if (command.signal() instanceof RuntimeSignal.Happened event) {
            lastEvent = Optional.of(event.at());
            if (!listing) {
                parent.tell(new Happened(event));
            } else if (heldBack.size() < MAX_HELD_BACK) {
                heldBack.add(event);
            } else {
                lose("too much happens while Docker is listed");
            }
        } else if (command.signal() instanceof RuntimeSignal.Closed closed) {
            lose(closed.failure().getMessage());
        } else {
            list();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onListed(Listed command) {
        if (command.connection() == connection && listing) {
            listing = false;
            failures = 0;
            answers = true;
            parent.tell(new Synced(command.containers()));
            heldBack.forEach(event -> parent.tell(new Happened(event)));
            heldBack.clear();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onListFailed(ListFailed command) {
        if (command.connection() == connection) {
            lose(command.failure().getMessage());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onResync() {
        if (watch.isPresent() && !listing) {
            list();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onReconnect() {
        connect();
        return Behaviors.same();
    }

    private Behavior<Command> onPing() {
        if (!pinging) {
            pinging = true;
            context.pipeToSelf(
                    runtime.ping(),
                    (done, failure) -> new Pinged(Optional.ofNullable(failure).map(RuntimeFailure::from)));
        }
        return Behaviors.same();
    }

    private Behavior<Command> onPinged(Pinged command) {
        pinging = false;
        if (command.failure().isPresent()) {
            if (answers && watch.isPresent()) {
                String why = command.failure().get().getMessage();
                context.getLog().warn("Docker does not answer: {}", why);
                answers = false;
                parent.tell(new Lost(why));
            }
            return Behaviors.same();
        }
        return answers ? Behaviors.same() : onResync();
    }

    private Behavior<Command> onStopped() {
        watch.ifPresent(Watch::close);
        return Behaviors.same();
    }

    private void connect() {
        connection++;
        long number = connection;
        ActorRef<Command> self = context.getSelf();
        watch = Optional.of(runtime.watch(labels, lastEvent, signal -> self.tell(new Signalled(number, signal))));
    }

    private void list() {
        listing = true;
        long number = connection;
        context.pipeToSelf(
                states(),
                (containers, failure) -> failure == null
                        ? new Listed(number, containers)
                        : new ListFailed(number, RuntimeFailure.from(failure)));
    }

    private void lose(String why) {
        watch.ifPresent(Watch::close);
        watch = Optional.empty();
        connection++;
        listing = false;
        heldBack.clear();
        answers = false;
        failures++;
        Duration pause = backoff.after(failures, random);
        context.getLog().warn("The connection to Docker is lost, next attempt in {} ms: {}", pause.toMillis(), why);
        parent.tell(new Lost(why));
        timers.startSingleTimer(new Reconnect(), pause);
    }

    /** A few at a time: orders are refused until all are known, and what they need of the engine goes first then. */
    private CompletionStage<List<ContainerState>> states() {
        return runtime.list(labels).thenCompose(found -> {
            CompletionStage<List<ContainerState>> all = CompletableFuture.completedFuture(List.of());
            for (int lane = 0; lane < parallelism; lane++) {
                all = all.thenCombine(inspected(found, lane), (some, others) -> {
                    List<ContainerState> both = new ArrayList<>(some);
                    both.addAll(others);
                    return both;
                });
            }
            return all;
        });
    }

    /** Every so manieth of {@code found}, one after the other. */
    private CompletionStage<List<ContainerState>> inspected(List<ContainerSummary> found, int first) {
        CompletionStage<List<ContainerState>> known = CompletableFuture.completedFuture(new ArrayList<>());
        for (int i = first; i < found.size(); i += parallelism) {
            String id = found.get(i).id();
            known = known.thenCompose(states -> runtime.inspect(id).thenApply(state -> {
                state.ifPresent(states::add);
                return states;
            }));
        }
        return known;
    }
}
