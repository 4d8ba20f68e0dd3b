package dev.persys.scheduler.workload;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.ClusterEvent;
import dev.persys.api.SpecDigest;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.SecretsInUse;
import dev.persys.lifecycle.WorkloadEffect;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ProofTerms;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.events.EventAbandoned;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.events.Events;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Sole writer of one workload's record.
 *
 * <p>Every change is decided by {@link WorkloadLifecycle}, committed, told to the leader, and only then acted on and
 * answered. What arrives while a write is in flight waits, so that each decision sees the committed state.
 */
public final class WorkloadActor implements RecordWriter.Owner<WorkloadActor.Command, WorkloadWrite> {
    public sealed interface Command {}

    /** To be the writer of a workload that was just accepted: placed, stored, then answered. The first to come, or: */
    public record Accept(Workload accepted, ActorRef<Reply<Accepted>> replyTo) implements Command {}

    /** To be the writer of a workload that was read: what its last leader may not have seen to is seen to. */
    public record Load(Stored<Workload> loaded) implements Command {}

    /** Something happened to the workload. */
    public record Signal(WorkloadSignal signal) implements Command {}

    /** Somebody wants something of it, if it still stands at {@code ifRevision}. */
    public record Request(
            WorkloadSignal.Request signal, Optional<Long> ifRevision, ActorRef<Reply<WorkloadView>> replyTo)
            implements Command {}

    /** Somebody wants it to have {@code spec}, or where that is absent the one before, if it still stands at {@code ifRevision}. */
    public record ChangeSpec(
            Optional<WorkloadSpec> spec,
            ProofTerms terms,
            boolean mayMove,
            Optional<Long> ifRevision,
            Optional<String> requestId,
            ActorRef<Reply<WorkloadView>> replyTo)
            implements Command {
        WorkloadSignal.ChangeAsked to(WorkloadSpec wanted, Workload workload) {
            return new WorkloadSignal.ChangeAsked(
                    wanted, terms, requestId, workload.idempotencyKey().map(key -> SpecDigest.of(workload.spec())));
        }
    }

    /** Something that a change of the specification waits for. */
    record Changing(SpecRequests.Step step) implements Command {}

    /** A request with the idempotency key of the one that made it: answered once that is durable. */
    public record Repeat(ActorRef<Reply<Accepted>> replyTo) implements Command {}

    /** Placement's answer to the {@link PlacementActor.Find} of this number: the newest, or one that means nothing. */
    public record PlacementAnswered(long number, WorkloadSignal signal) implements Command {}

    /** The end of its output, for the wish of this number: older news than what was taken by a later wish is none. */
    record LogsAnswered(long number, WorkloadSignal.LogsTaken signal) implements Command {}

    /** The leader has forgotten the workload: nothing comes after this. */
    public enum Retire implements Command {
        INSTANCE
    }

    private record Writing(RecordWriter.Step step) implements Command {}

    /** What all workload actors of one leader share. */
    public record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<TermMessage> term,
            ActorRef<PlacementActor.Command> placement,
            EventNumbers numbers) {}

    private final ActorContext<Command> context;
    private final Shared shared;
    private final RecordWriter<Command, WorkloadWrite> writer;
    private final WorkloadEffects effects;
    private final SpecRequests changes;

    /** Since when, by the ticker, the record is known to have the status that it has; the record itself has a label. */
    private long standingSince;

    private WorkloadActor(RecordWriter.Means<Command> means, Shared shared) {
        this.context = means.context();
        this.shared = shared;
        this.effects = new WorkloadEffects(shared, means.timers(), context.getSelf());
        this.standingSince = shared.environment().ticker().nanos();
        this.writer = new RecordWriter<>(
                means,
                new RecordWriter.Mandate(
                        shared.environment(), shared.leadership().epoch(), shared.term()),
                this,
                Writing::new);
        this.changes = new SpecRequests(this, context, shared, writer);
    }

    /** Waits for {@link Accept} or {@link Load}. The record is no part of what Akka keeps for as long as the actor is. */
    public static Behavior<Command> create(Shared shared) {
        return RecordWriter.Means.given(
                shared.environment().settings(), means -> new WorkloadActor(means, shared).beginning());
    }

    private Behavior<Command> beginning() {
        return Behaviors.receive(Command.class)
                .onMessage(Accept.class, this::onAccept)
                .onMessage(Load.class, this::onLoad)
                .build();
    }

    /** Before the first commit: the first thing to come is placement's answer. */
    private Behavior<Command> placing(Stored<Workload> unwritten, Asker<Stored<Workload>, Accepted> asker) {
        return Behaviors.receive(Command.class)
                .onMessage(
                        PlacementAnswered.class,
                        command -> settle(decide(unwritten, command.signal()), unwritten, Optional.of(asker)))
                .onAnyMessage(writer::keep)
                .onSignal(PostStop.class, signal -> {
                    asker.unavailable(TurnedAway.DEPOSED);
                    return writer.onStopped();
                })
                .build();
    }

    Behavior<Command> ready(Stored<Workload> state) {
        return Behaviors.receive(Command.class)
                .onMessage(Signal.class, command -> onSignal(state, command))
                .onMessage(PlacementAnswered.class, command -> onPlacementAnswered(state, command))
                .onMessage(LogsAnswered.class, command -> onLogsAnswered(state, command))
                .onMessage(Request.class, command -> onRequest(state, command))
                .onMessage(ChangeSpec.class, command -> onChangeSpec(state, command))
                .onMessage(Repeat.class, command -> onRepeat(state, command))
                .build();
    }

    /** While something is found out that a change of the specification depends on. */
    Behavior<Command> finding(ChangeSpec asked, Function<SpecRequests.Step, Behavior<Command>> then) {
        return Behaviors.receive(Command.class)
                .onMessage(Changing.class, command -> onChanging(command, then))
                .onAnyMessage(writer::keep)
                .onSignal(PostStop.class, signal -> {
                    turnAway(asked, TurnedAway.DEPOSED);
                    return writer.onStopped();
                })
                .build();
    }

    private Behavior<Command> writing() {
        return Behaviors.receive(Command.class)
                .onMessage(Writing.class, this::onWriting)
                .onAnyMessage(writer::keep)
                .onSignal(PostStop.class, signal -> writer.onStopped())
                .build();
    }

    /** There is no record any more: whoever still comes is told, until the leader sends nobody. */
    private Behavior<Command> gone(WorkloadId id) {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, command -> {
                    command.replyTo().tell(new Reply.NotFound<>("workload", id.value()));
                    return Behaviors.same();
                })
                .onMessage(ChangeSpec.class, command -> {
                    command.replyTo().tell(new Reply.NotFound<>("workload", id.value()));
                    return Behaviors.same();
                })
                .onMessage(Repeat.class, command -> {
                    command.replyTo().tell(TurnedAway.BUSY.reply());
                    return Behaviors.same();
                })
                .onMessage(Retire.class, command -> onRetire())
                .onAnyMessage(late -> Behaviors.same())
                .build();
    }

    private Behavior<Command> onAccept(Accept command) {
        Workload accepted = command.accepted();
        ActorRef<Reply<Accepted>> replyTo = command.replyTo();
        effects.findPlacement(new WorkloadEffect.FindPlacement(accepted, Optional.empty()));
        return placing(
                new Stored<>(accepted, Change.ABSENT),
                new Asker<>(replyTo, durable -> replyTo.tell(new Reply.Ok<>(new Accepted(view(durable), false)))));
    }

    private Behavior<Command> onLoad(Load command) {
        effects.carryOut(WorkloadLifecycle.resume(command.loaded().value()), false);
        return ready(command.loaded());
    }

    private Behavior<Command> onSignal(Stored<Workload> state, Signal command) {
        return settle(decide(state, command.signal()), state, Optional.empty());
    }

    /** An answer that is not the newest names a reservation that a later message to placement has undone. */
    private Behavior<Command> onPlacementAnswered(Stored<Workload> state, PlacementAnswered command) {
        return effects.isCurrent(command)
                ? settle(decide(state, command.signal()), state, Optional.empty())
                : Behaviors.same();
    }

    private Behavior<Command> onLogsAnswered(Stored<Workload> state, LogsAnswered command) {
        return effects.isNews(command)
                ? settle(decide(state, command.signal()), state, Optional.empty())
                : Behaviors.same();
    }

    private Behavior<Command> onRequest(Stored<Workload> state, Request command) {
        return hasMoved(state, command.ifRevision(), command.replyTo())
                ? Behaviors.same()
                : answer(decide(state, command.signal()), state, command.replyTo());
    }

    /** Whether the record is not what the request was for, which is then answered. */
    static boolean hasMoved(Stored<Workload> state, Optional<Long> expected, ActorRef<Reply<WorkloadView>> replyTo) {
        boolean hasMoved =
                expected.filter(revision -> revision != state.revision()).isPresent();
        if (hasMoved) {
            replyTo.tell(new Reply.PreconditionFailed<>(state.revision()));
        }
        return hasMoved;
    }

    Behavior<Command> answer(Outcome outcome, Stored<Workload> state, ActorRef<Reply<WorkloadView>> replyTo) {
        if (outcome instanceof Outcome.Refused refused) {
            replyTo.tell(new Reply.Conflict<>(refused.type(), refused.detail()));
            return Behaviors.same();
        }
        return settle(
                outcome,
                state,
                Optional.of(new Asker<>(replyTo, durable -> replyTo.tell(new Reply.Ok<>(view(durable))))));
    }

    private Behavior<Command> onChangeSpec(Stored<Workload> state, ChangeSpec command) {
        return changes.begin(state, command);
    }

    private static Behavior<Command> onChanging(Changing command, Function<SpecRequests.Step, Behavior<Command>> then) {
        return then.apply(command.step());
    }

    private Behavior<Command> onRepeat(Stored<Workload> state, Repeat command) {
        command.replyTo().tell(new Reply.Ok<>(new Accepted(view(state), true)));
        return Behaviors.same();
    }

    private Behavior<Command> onRetire() {
        return Behaviors.stopped();
    }

    private Behavior<Command> onWriting(Writing command) {
        return writer.on(command.step());
    }

    @Override
    public Behavior<Command> onWritten(WorkloadWrite write, long revision) {
        Optional<Workload> next = write.change().next();
        Stored<Workload> durable = new Stored<>(write.change().last(), revision);
        shared.term().tell(new WorkloadNews.Committed(write.before().written(), next, durable, write.event()));
        write.asker().ifPresent(asker -> asker.durable(durable));
        Workload was = write.before().value();
        if (was.status() != durable.value().status()
                || !was.observed().since().equals(durable.value().observed().since())) {
            standingSince = shared.environment().ticker().nanos();
        }
        // One that comes back to the node that has its container is not new there, and must not lose it.
        boolean comesToItsNode = !was.nodeId().equals(durable.value().nodeId())
                && was.generation().isOlderThan(durable.value().generation());
        effects.carryOut(write.change().effects(), comesToItsNode);
        return next.isPresent() ? ready(durable) : gone(durable.value().id());
    }

    @Override
    public Behavior<Command> onUnneeded(WorkloadWrite write) {
        effects.carryOut(write.change().effects(), false);
        return ready(write.before());
    }

    /** A workload that was never written is forgotten. */
    @Override
    public Behavior<Command> onRefused(WorkloadWrite write) {
        write.event().ifPresent(event -> shared.term().tell(new EventAbandoned(event)));
        if (write.before().isWritten()) {
            // Placement may have given it what it was to hold.
            effects.carryOut(
                    List.of(new WorkloadEffect.HoldReservation(write.before().value())), false);
            return ready(write.before());
        }
        WorkloadId id = write.before().value().id();
        effects.release(new WorkloadEffect.ReleaseReservation(id));
        shared.term().tell(new WorkloadNews.Refused(id));
        return gone(id);
    }

    @Override
    public boolean comesOnce(Command command) {
        return command instanceof PlacementAnswered
                || command instanceof Changing
                || command instanceof LogsAnswered
                || (command instanceof Signal signal && isToldOnce(signal.signal()));
    }

    /** A container is looked at again with the next inventory, and retention judges again; nothing else comes again. */
    private static boolean isToldOnce(WorkloadSignal signal) {
        return !(signal instanceof WorkloadSignal.Seen
                || signal instanceof WorkloadSignal.Absent
                || signal instanceof WorkloadSignal.Expired);
    }

    @Override
    public boolean isAsked(Command command) {
        return command instanceof Request || command instanceof ChangeSpec || command instanceof Repeat;
    }

    @Override
    public void turnAway(Command command, TurnedAway why) {
        if (command instanceof Request request) {
            request.replyTo().tell(why.reply());
        } else if (command instanceof ChangeSpec change) {
            change.replyTo().tell(why.reply());
        } else if (command instanceof Repeat repeat) {
            repeat.replyTo().tell(why.reply());
        } else {
            context.getLog().debug("dropped {}; the next pass finds it", command);
        }
    }

    Outcome decide(Stored<Workload> state, WorkloadSignal signal) {
        Workload workload = state.value();
        Map<String, Long> secrets = shared.environment().secrets().versions(SecretsInUse.named(workload, signal));
        Outcome outcome = WorkloadLifecycle.on(
                SecretsInUse.before(workload, signal, secrets),
                signal,
                shared.environment().clock().instant(),
                shared.environment().ticker().since(standingSince));
        return SecretsInUse.after(workload, outcome, secrets);
    }

    private Behavior<Command> settle(
            Outcome outcome, Stored<Workload> state, Optional<Asker<Stored<Workload>, ?>> asker) {
        if (outcome instanceof Outcome.Changed changed) {
            Instant now = shared.environment().clock().instant();
            writer.write(new WorkloadWrite(changed, state, asker, event(changed, state), now));
            return writing();
        }
        asker.ifPresent(waiting -> waiting.durable(state));
        if (outcome instanceof Outcome.Unchanged unchanged) {
            effects.carryOut(unchanged.effects(), false);
        }
        return Behaviors.same();
    }

    private Optional<ClusterEvent> event(Outcome.Changed change, Stored<Workload> state) {
        return Events.of(
                        state.written(),
                        change.next(),
                        change.last(),
                        shared.environment().clock().instant())
                .map(event -> shared.numbers().take(Keys.workload(state.value().id()), event));
    }

    private static WorkloadView view(Stored<Workload> state) {
        return new WorkloadView(state.value(), state.revision(), Optional.empty());
    }
}
