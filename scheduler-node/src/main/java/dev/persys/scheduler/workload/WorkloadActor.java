package dev.persys.scheduler.workload;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.WorkloadEffect;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.leadership.Leader;
import dev.persys.scheduler.leadership.Term;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.FencedWriter;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sole writer of one workload's record.
 *
 * <p>Every change is decided by {@link WorkloadLifecycle}, committed, told to the leader, and only then acted on and
 * answered. What arrives while a write is in flight waits, so that each decision sees the committed state.
 */
public final class WorkloadActor {
    public sealed interface Command {}

    /** Something happened to the workload. */
    public record Signal(WorkloadSignal signal) implements Command {}

    /** Somebody wants something of it, if it still stands at {@code ifRevision}. */
    public record Request(
            WorkloadSignal.Request signal, Optional<Long> ifRevision, ActorRef<Reply<WorkloadView>> replyTo)
            implements Command {}

    /** A request with the idempotency key of the one that made it: answered once that is durable. */
    public record Repeat(ActorRef<Reply<Accepted>> replyTo) implements Command {}

    /** Placement's answer to the {@link PlacementActor.Find} of this number: the newest, or one that means nothing. */
    public record PlacementAnswered(long number, WorkloadSignal signal) implements Command {}

    /** The leader has forgotten the workload: nothing comes after this. */
    public enum Retire implements Command {
        INSTANCE
    }

    private record WriteEnded(Write write, FencedWriter.Result result) implements Command {}

    private record WriteAgain(Write write) implements Command {}

    /**
     * A committed record, or one that is about to be committed for the first time.
     *
     * @param revision {@link Change#ABSENT} before the first commit
     */
    public record Versioned(Workload workload, long revision) {
        WorkloadView view() {
            return new WorkloadView(workload, revision, Optional.empty());
        }
    }

    /**
     * A decision on its way into the store.
     *
     * @param value the record's new text; absent to delete it
     * @param failures attempts to which the store did not say anything
     */
    private record Write(
            Outcome.Changed change,
            Optional<String> value,
            Versioned before,
            Optional<Asker<Versioned, ?>> asker,
            int failures) {
        Write failed() {
            return new Write(change, value, before, asker, failures + 1);
        }
    }

    /** What all workload actors of one leader share. */
    public record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Term.Command> term,
            ActorRef<PlacementActor.Command> placement) {}

    /** Places of the stash kept free for what is never sent twice: placement's answer, a retry that is due. */
    private static final int RESERVE = 8;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StashBuffer<Command> stash;
    private final Shared shared;
    private final FencedWriter writer;
    private final WorkloadEffects effects;

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
        this.effects = new WorkloadEffects(shared, timers, context.getSelf());
        this.writer = new FencedWriter(
                shared.environment().store(), shared.leadership().epoch(), Keys.workload(id));
    }

    /** For a workload that was just accepted: placed, stored, then answered. */
    public static Behavior<Command> createNew(Workload accepted, ActorRef<Reply<Accepted>> replyTo, Shared shared) {
        return create(accepted.id(), shared, actor -> actor.placing(accepted, replyTo));
    }

    /** For a workload that was read from the store: what its last leader may not have seen to is seen to. */
    public static Behavior<Command> createLoaded(Versioned loaded, Shared shared) {
        return create(loaded.workload().id(), shared, actor -> {
            actor.effects.carryOut(WorkloadLifecycle.resume(loaded.workload()));
            return actor.ready(loaded);
        });
    }

    private static Behavior<Command> create(
            WorkloadId id, Shared shared, Function<WorkloadActor, Behavior<Command>> start) {
        int waiting = shared.environment().settings().waitingPerRecord();
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.withStash(
                waiting + RESERVE, stash -> start.apply(new WorkloadActor(context, timers, stash, shared, id)))));
    }

    /** Before the first commit: the first thing to come is placement's answer. */
    private Behavior<Command> placing(Workload accepted, ActorRef<Reply<Accepted>> replyTo) {
        Versioned unwritten = new Versioned(accepted, Change.ABSENT);
        Asker<Versioned, Accepted> asker =
                new Asker<>(replyTo, durable -> replyTo.tell(new Reply.Ok<>(new Accepted(durable.view(), false))));
        effects.findPlacement(new WorkloadEffect.FindPlacement(accepted, Optional.empty()));
        return Behaviors.receive(Command.class)
                .onMessage(
                        PlacementAnswered.class,
                        command -> settle(decide(unwritten, command.signal()), unwritten, Optional.of(asker)))
                .onAnyMessage(this::onWaiting)
                .onSignal(PostStop.class, signal -> onStopped(Optional.of(asker)))
                .build();
    }

    private Behavior<Command> ready(Versioned state) {
        return Behaviors.receive(Command.class)
                .onMessage(Signal.class, command -> onSignal(state, command))
                .onMessage(PlacementAnswered.class, command -> onPlacementAnswered(state, command))
                .onMessage(Request.class, command -> onRequest(state, command))
                .onMessage(Repeat.class, command -> onRepeat(state, command))
                .build();
    }

    private Behavior<Command> committing(Write write) {
        return Behaviors.receive(Command.class)
                .onMessage(WriteEnded.class, this::onWriteEnded)
                .onMessage(WriteAgain.class, this::onWriteAgain)
                .onAnyMessage(this::onWaiting)
                .onSignal(PostStop.class, signal -> onStopped(write.asker()))
                .build();
    }

    /** There is no record any more: whoever still comes is told, until the leader sends nobody. */
    private Behavior<Command> gone(WorkloadId id) {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, command -> {
                    command.replyTo().tell(new Reply.NotFound<>("workload", id.value()));
                    return Behaviors.same();
                })
                .onMessage(Repeat.class, command -> {
                    command.replyTo().tell(new Reply.Unavailable<>(Leader.BUSY));
                    return Behaviors.same();
                })
                .onMessage(Retire.class, command -> onRetire())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onSignal(Versioned state, Signal command) {
        return settle(decide(state, command.signal()), state, Optional.empty());
    }

    /** An answer that is not the newest names a reservation that a later message to placement has undone. */
    private Behavior<Command> onPlacementAnswered(Versioned state, PlacementAnswered command) {
        return effects.isCurrent(command)
                ? settle(decide(state, command.signal()), state, Optional.empty())
                : Behaviors.same();
    }

    private Behavior<Command> onRequest(Versioned state, Request command) {
        ActorRef<Reply<WorkloadView>> replyTo = command.replyTo();
        if (command.ifRevision()
                .filter(revision -> revision != state.revision())
                .isPresent()) {
            replyTo.tell(new Reply.PreconditionFailed<>(state.revision()));
            return Behaviors.same();
        }
        Outcome outcome = decide(state, command.signal());
        if (outcome instanceof Outcome.Refused refused) {
            replyTo.tell(new Reply.Conflict<>(refused.type(), refused.detail()));
            return Behaviors.same();
        }
        return settle(
                outcome,
                state,
                Optional.of(new Asker<>(replyTo, durable -> replyTo.tell(new Reply.Ok<>(durable.view())))));
    }

    private Behavior<Command> onRepeat(Versioned state, Repeat command) {
        command.replyTo().tell(new Reply.Ok<>(new Accepted(state.view(), true)));
        return Behaviors.same();
    }

    private Behavior<Command> onRetire() {
        return Behaviors.stopped();
    }

    private Behavior<Command> onWriteEnded(WriteEnded command) {
        Write write = command.write();
        if (command.result() instanceof FencedWriter.Written written) {
            return onDurable(write, written.revision());
        }
        if (command.result() instanceof FencedWriter.Refused refused) {
            return onRefused(write, refused);
        }
        if (command.result() instanceof FencedWriter.Unknown unknown) {
            context.getLog()
                    .warn(
                            "the store did not say whether {} was written; asking again: {}",
                            writer.key(),
                            String.valueOf(unknown.cause()));
            Write again = write.failed();
            timers.startSingleTimer(
                    new WriteAgain(again), shared.environment().settings().storeRetry(again.failures()));
            return Behaviors.same();
        }
        shared.term().tell(new Term.LeadershipLost(command.result().toString()));
        return Behaviors.stopped();
    }

    private Behavior<Command> onWriteAgain(WriteAgain command) {
        send(command.write());
        return committing(command.write());
    }

    private Behavior<Command> onDurable(Write write, long revision) {
        Optional<Workload> next = write.change().next();
        Versioned durable = new Versioned(write.change().last(), revision);
        Optional<Workload> before = write.before().revision() == Change.ABSENT
                ? Optional.empty()
                : Optional.of(write.before().workload());
        shared.term().tell(new Term.WorkloadCommitted(before, next, durable.workload(), revision));
        write.asker().ifPresent(asker -> asker.durable(durable));
        effects.carryOut(write.change().effects());
        return stash.unstashAll(
                next.isPresent() ? ready(durable) : gone(durable.workload().id()));
    }

    /** No store takes the record: what was decided is dropped, and a workload that was never written is forgotten. */
    private Behavior<Command> onRefused(Write write, FencedWriter.Refused refused) {
        context.getLog().error("the record {} cannot be written: {}", writer.key(), refused.why());
        write.asker().ifPresent(asker -> asker.refused(refused));
        if (write.before().revision() != Change.ABSENT) {
            return stash.unstashAll(ready(write.before()));
        }
        WorkloadId id = write.before().workload().id();
        effects.release(new WorkloadEffect.ReleaseReservation(id));
        shared.term().tell(new Term.WorkloadRefused(id));
        return stash.unstashAll(gone(id));
    }

    /** Whoever still waits when the actor ends before its write does has to ask again. */
    private Behavior<Command> onStopped(Optional<Asker<Versioned, ?>> asker) {
        asker.ifPresent(waiting -> waiting.unavailable(Leader.DEPOSED));
        stash.forEach(command -> refuse(command, Leader.DEPOSED));
        return Behaviors.same();
    }

    private Behavior<Command> onWaiting(Command command) {
        int places = shared.environment().settings().waitingPerRecord();
        boolean once = command instanceof PlacementAnswered
                || (command instanceof Signal signal && signal.signal() instanceof WorkloadSignal.RetryDue);
        if (stash.size() < places || (once && !stash.isFull())) {
            stash.stash(command);
        } else {
            refuse(command, Leader.BUSY);
        }
        return Behaviors.same();
    }

    private void refuse(Command command, String detail) {
        if (command instanceof Request request) {
            request.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (command instanceof Repeat repeat) {
            repeat.replyTo().tell(new Reply.Unavailable<>(detail));
        } else {
            context.getLog().debug("dropped {} for {}; the next pass finds it", command, writer.key());
        }
    }

    private Outcome decide(Versioned state, WorkloadSignal signal) {
        return WorkloadLifecycle.on(
                state.workload(), signal, shared.environment().clock().instant());
    }

    private Behavior<Command> settle(Outcome outcome, Versioned state, Optional<Asker<Versioned, ?>> asker) {
        if (outcome instanceof Outcome.Changed changed) {
            Optional<String> value =
                    changed.next().map(next -> RecordJson.toJson(next).toString());
            Write write = new Write(changed, value, state, asker, 0);
            send(write);
            return committing(write);
        }
        asker.ifPresent(waiting -> waiting.durable(state));
        if (outcome instanceof Outcome.Unchanged unchanged) {
            effects.carryOut(unchanged.effects());
        }
        return Behaviors.same();
    }

    private void send(Write write) {
        context.pipeToSelf(
                writer.write(write.value(), write.before().revision()),
                (result, failure) ->
                        new WriteEnded(write, failure == null ? result : new FencedWriter.Unknown(failure)));
    }
}
