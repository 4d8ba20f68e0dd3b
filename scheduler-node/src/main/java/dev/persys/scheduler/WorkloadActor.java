package dev.persys.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RecordJson;
import dev.persys.api.RunOrder;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.WorkloadEffect;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sole writer of one workload's record.
 *
 * <p>Every change is decided by {@link WorkloadLifecycle}, committed, told to the leader, and only then acted on and
 * answered. What arrives while a write is in flight waits, so that each decision sees the committed state.
 */
final class WorkloadActor {
    sealed interface Command {}

    /** Something happened to the workload. */
    record Signal(WorkloadSignal signal) implements Command {}

    /** Somebody wants something of it, if it still stands at {@code ifRevision}. */
    record Request(WorkloadSignal.Request signal, Optional<Long> ifRevision, ActorRef<Reply<WorkloadView>> replyTo)
            implements Command {}

    /** A request with the idempotency key of the one that made it: answered once that is durable. */
    record Repeat(ActorRef<Reply<Accepted>> replyTo) implements Command {}

    private record WriteEnded(Write write, FencedWriter.Result result) implements Command {}

    private record WriteAgain(Write write) implements Command {}

    /**
     * A committed record, or one that is about to be committed for the first time.
     *
     * @param revision {@link Change#ABSENT} before the first commit
     */
    record Versioned(Workload workload, long revision) {
        WorkloadView view() {
            return new WorkloadView(workload, revision, Optional.empty());
        }
    }

    /** A decision on its way into the store, and what to do when it has arrived. */
    private record Write(Outcome.Changed change, Versioned before, Consumer<Versioned> whenDurable, Runnable whenNot) {}

    /** What all workload actors of one leader share. */
    record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Term.Command> term,
            ActorRef<PlacementActor.Command> placement) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StashBuffer<Command> stash;
    private final Shared shared;
    private final FencedWriter writer;
    private final WorkloadEffect.Runner effects = new Effects();

    private WorkloadActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            StashBuffer<Command> stash,
            Shared shared,
            WorkloadId id) {
        this.context = context;
        this.timers = timers;
        this.stash = stash;
        this.shared = shared;
        this.writer = new FencedWriter(
                shared.environment().store(), shared.leadership().epoch(), Keys.workload(id));
    }

    /** For a workload that was just accepted: placed, stored, then answered. */
    static Behavior<Command> createNew(Workload accepted, ActorRef<Reply<Accepted>> replyTo, Shared shared) {
        return create(accepted.id(), shared, actor -> actor.placing(accepted, replyTo));
    }

    /** For a workload that was read from the store: what its last leader may not have seen to is seen to. */
    static Behavior<Command> createLoaded(Versioned loaded, Shared shared) {
        return create(loaded.workload().id(), shared, actor -> {
            WorkloadLifecycle.resume(loaded.workload()).forEach(effect -> effect.runWith(actor.effects));
            return actor.ready(loaded);
        });
    }

    private static Behavior<Command> create(
            WorkloadId id, Shared shared, java.util.function.Function<WorkloadActor, Behavior<Command>> start) {
        int waiting = shared.environment().settings().waitingPerRecord();
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.withStash(
                waiting, stash -> start.apply(new WorkloadActor(context, timers, stash, shared, id)))));
    }

    /** Before the first commit: the first thing to come is placement's answer. */
    private Behavior<Command> placing(Workload accepted, ActorRef<Reply<Accepted>> replyTo) {
        Versioned unwritten = new Versioned(accepted, Change.ABSENT);
        effects.findPlacement(new WorkloadEffect.FindPlacement(accepted, Optional.empty()));
        return Behaviors.receive(Command.class)
                .onMessage(Signal.class, command -> onFirstPlacement(unwritten, command, replyTo))
                .onAnyMessage(this::onWaiting)
                .build();
    }

    private Behavior<Command> ready(Versioned state) {
        return Behaviors.receive(Command.class)
                .onMessage(Signal.class, command -> onSignal(state, command))
                .onMessage(Request.class, command -> onRequest(state, command))
                .onMessage(Repeat.class, command -> onRepeat(state, command))
                .build();
    }

    private Behavior<Command> committing() {
        return Behaviors.receive(Command.class)
                .onMessage(WriteEnded.class, this::onWriteEnded)
                .onMessage(WriteAgain.class, this::onWriteAgain)
                .onAnyMessage(this::onWaiting)
                .build();
    }

    private Behavior<Command> onFirstPlacement(Versioned unwritten, Signal command, ActorRef<Reply<Accepted>> replyTo) {
        boolean answered = command.signal() instanceof WorkloadSignal.Placed
                || command.signal() instanceof WorkloadSignal.Unplaceable;
        if (!answered) {
            return onWaiting(command);
        }
        Outcome outcome = WorkloadLifecycle.on(
                unwritten.workload(),
                command.signal(),
                shared.environment().clock().instant());
        return commit(
                (Outcome.Changed) outcome,
                unwritten,
                durable -> replyTo.tell(new Reply.Ok<>(new Accepted(durable.view(), false))),
                () -> replyTo.tell(new Reply.Unavailable<>(Leader.DEPOSED)));
    }

    private Behavior<Command> onSignal(Versioned state, Signal command) {
        return settle(decide(state, command.signal()), state, durable -> {}, () -> {});
    }

    private Behavior<Command> onRequest(Versioned state, Request command) {
        if (command.ifRevision()
                .filter(revision -> revision != state.revision())
                .isPresent()) {
            command.replyTo().tell(new Reply.PreconditionFailed<>(state.revision()));
            return Behaviors.same();
        }
        Outcome outcome = decide(state, command.signal());
        if (outcome instanceof Outcome.Refused refused) {
            command.replyTo().tell(new Reply.Conflict<>(refused.type(), refused.detail()));
            return Behaviors.same();
        }
        return settle(
                outcome,
                state,
                durable -> command.replyTo().tell(new Reply.Ok<>(durable.view())),
                () -> command.replyTo().tell(new Reply.Unavailable<>(Leader.DEPOSED)));
    }

    private Behavior<Command> onRepeat(Versioned state, Repeat command) {
        command.replyTo().tell(new Reply.Ok<>(new Accepted(state.view(), true)));
        return Behaviors.same();
    }

    private Behavior<Command> onWriteEnded(WriteEnded command) {
        Write write = command.write();
        if (command.result() instanceof FencedWriter.Written written) {
            return onDurable(write, written.revision());
        }
        if (command.result() instanceof FencedWriter.Unknown unknown) {
            context.getLog()
                    .warn("the store did not say whether {} was written; asking again", writer.key(), unknown.cause());
            timers.startSingleTimer(
                    new WriteAgain(write), shared.environment().settings().storeRetryDelay());
            return Behaviors.same();
        }
        write.whenNot().run();
        shared.term().tell(new Term.LeadershipLost(command.result().toString()));
        return Behaviors.stopped();
    }

    private Behavior<Command> onWriteAgain(WriteAgain command) {
        send(command.write());
        return Behaviors.same();
    }

    private Behavior<Command> onDurable(Write write, long revision) {
        Optional<Workload> next = write.change().next();
        Versioned durable = new Versioned(next.orElse(write.before().workload()), revision);
        Optional<Workload> before = write.before().revision() == Change.ABSENT
                ? Optional.empty()
                : Optional.of(write.before().workload());
        shared.term().tell(new Term.WorkloadCommitted(before, next, durable.workload(), revision));
        write.change().effects().forEach(effect -> effect.runWith(effects));
        write.whenDurable().accept(durable);
        return next.isPresent() ? stash.unstashAll(ready(durable)) : gone(durable);
    }

    /** The record is deleted: whoever still waits is told, and the actor ends. */
    private Behavior<Command> gone(Versioned last) {
        stash.forEach(command -> {
            if (command instanceof Request request) {
                request.replyTo()
                        .tell(new Reply.NotFound<>(
                                "workload", last.workload().id().value()));
            }
        });
        return Behaviors.stopped();
    }

    private Behavior<Command> onWaiting(Command command) {
        if (!stash.isFull()) {
            stash.stash(command);
        } else if (command instanceof Request request) {
            request.replyTo().tell(new Reply.Unavailable<>(Leader.BUSY));
        } else if (command instanceof Repeat repeat) {
            repeat.replyTo().tell(new Reply.Unavailable<>(Leader.BUSY));
        } else {
            context.getLog().warn("dropped {}: too much waits for {}; the next pass finds it", command, writer.key());
        }
        return Behaviors.same();
    }

    private Outcome decide(Versioned state, WorkloadSignal signal) {
        return WorkloadLifecycle.on(
                state.workload(), signal, shared.environment().clock().instant());
    }

    private Behavior<Command> settle(
            Outcome outcome, Versioned state, Consumer<Versioned> whenDurable, Runnable whenNot) {
        if (outcome instanceof Outcome.Changed changed) {
            return commit(changed, state, whenDurable, whenNot);
        }
        if (outcome instanceof Outcome.Unchanged unchanged) {
            unchanged.effects().forEach(effect -> effect.runWith(effects));
        }
        whenDurable.accept(state);
        return Behaviors.same();
    }

    private Behavior<Command> commit(
            Outcome.Changed change, Versioned state, Consumer<Versioned> whenDurable, Runnable whenNot) {
        send(new Write(change, state, whenDurable, whenNot));
        return committing();
    }

    private void send(Write write) {
        Optional<String> value =
                write.change().next().map(next -> RecordJson.toJson(next).toString());
        context.pipeToSelf(
                writer.write(value, write.before().revision()),
                (result, failure) ->
                        new WriteEnded(write, failure == null ? result : new FencedWriter.Unknown(failure)));
    }

    /** Carries out what a committed decision asks for. */
    private final class Effects implements WorkloadEffect.Runner {
        @Override
        public void run(WorkloadEffect.RunContainer effect) {
            Workload workload = effect.workload();
            RunOrder order = RunOrder.of(
                    workload.id(),
                    workload.spec(),
                    workload.generation(),
                    shared.leadership().epoch(),
                    shared.leadership().clusterId(),
                    workload.requestId());
            deliver(workload.nodeId().orElseThrow(), new AgentOrder.Run(order));
        }

        @Override
        public void stop(WorkloadEffect.StopContainer effect) {
            deliver(effect.node(), new AgentOrder.Stop(order(effect.id(), effect.generation(), effect.grace())));
        }

        @Override
        public void remove(WorkloadEffect.RemoveContainer effect) {
            deliver(effect.node(), new AgentOrder.Remove(order(effect.id(), effect.generation(), effect.grace())));
        }

        @Override
        public void findPlacement(WorkloadEffect.FindPlacement effect) {
            shared.placement().tell(new PlacementActor.Find(effect.workload(), effect.preferred(), context.getSelf()));
        }

        @Override
        public void release(WorkloadEffect.ReleaseReservation effect) {
            shared.placement().tell(new PlacementActor.Release(List.of(effect.id())));
        }

        @Override
        public void retryLater(WorkloadEffect.RetryLater effect) {
            timers.startSingleTimer(
                    WorkloadSignal.RetryDue.class, new Signal(new WorkloadSignal.RetryDue()), effect.delay());
        }

        @Override
        public void takeLogs(WorkloadEffect.TakeLogs effect) {
            shared.term().tell(new Term.TakeLogs(effect.node(), effect.id(), context.getSelf()));
        }

        private void deliver(NodeId node, AgentOrder order) {
            shared.term().tell(new Term.Deliver(node, order));
        }

        private ContainerOrder order(WorkloadId id, Generation generation, Duration grace) {
            return new ContainerOrder(
                    id,
                    generation,
                    shared.leadership().epoch(),
                    shared.leadership().clusterId(),
                    grace,
                    Optional.empty());
        }
    }
}
