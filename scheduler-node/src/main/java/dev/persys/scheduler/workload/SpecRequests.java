package dev.persys.scheduler.workload;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.KeptSpecs;
import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.placement.Veto;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.workload.WorkloadActor.ChangeSpec;
import dev.persys.scheduler.workload.WorkloadActor.Changing;
import dev.persys.scheduler.workload.WorkloadActor.Command;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What has to be found out before a workload is given another specification: which one was before, where it is to go back,
 * and whether its node has room for it. Everything else waits meanwhile. For one {@link WorkloadActor}.
 */
final class SpecRequests {
    /** Something was found out. */
    sealed interface Step {}

    /** What is kept of its specifications; empty where the store could not be read. */
    private record Read(Optional<KeptSpecs> kept) implements Step {}

    /** What is in the way of the specification on the workload's node. */
    private record Fitted(List<Veto> vetoes) implements Step {}

    private final WorkloadActor actor;
    private final ActorContext<Command> context;
    private final WorkloadActor.Shared shared;
    private final RecordWriter<Command, WorkloadWrite> writer;

    SpecRequests(
            WorkloadActor actor,
            ActorContext<Command> context,
            WorkloadActor.Shared shared,
            RecordWriter<Command, WorkloadWrite> writer) {
        this.actor = actor;
        this.context = context;
        this.shared = shared;
        this.writer = writer;
    }

    Behavior<Command> begin(Stored<Workload> state, ChangeSpec asked) {
        if (WorkloadActor.hasMoved(state, asked.ifRevision(), asked.replyTo())) {
            return Behaviors.same();
        }
        return asked.spec().map(spec -> change(state, asked, spec)).orElseGet(() -> lookBack(state, asked));
    }

    private Behavior<Command> lookBack(Stored<Workload> state, ChangeSpec asked) {
        context.pipeToSelf(
                shared.environment()
                        .store()
                        .read(List.of(Keys.specs(state.value().id()))),
                (found, failure) -> new Changing(new Read(
                        failure == null
                                ? Optional.of(KeptSpecs.of(
                                        state.value(),
                                        found.stream().findFirst().map(Entry::value)))
                                : Optional.empty())));
        return actor.finding(asked, step -> onRead(state, asked, (Read) step));
    }

    private Behavior<Command> onRead(Stored<Workload> state, ChangeSpec asked, Read read) {
        if (read.kept().isEmpty()) {
            asked.replyTo().tell(new Reply.Unavailable<>("the state store does not say what was before"));
            return goOn(state);
        }
        long version = state.value().versions().current();
        Optional<WorkloadSpec> before = read.kept().get().before(version).flatMap(KeptSpecs.KeptSpec::read);
        if (before.isEmpty()) {
            asked.replyTo()
                    .tell(new Reply.Conflict<>(
                            "nothing-to-undo",
                            "no specification before version " + version
                                    + " is kept that this scheduler can run; send the one that is wanted with PUT"));
            return goOn(state);
        }
        return change(state, asked, before.get());
    }

    /** What runs is replaced only where there is room for what takes its place: that is asked first. */
    private Behavior<Command> change(Stored<Workload> state, ChangeSpec asked, WorkloadSpec spec) {
        WorkloadSignal.ChangeAsked signal = asked.to(spec, state.value());
        Outcome outcome = actor.decide(state, signal);
        Optional<Workload> next = outcome instanceof Outcome.Changed changed ? changed.next() : Optional.empty();
        if (next.filter(Workload::holdsReservation).isEmpty()) {
            return settled(actor.answer(outcome, state, asked.replyTo()), state);
        }
        shared.placement()
                .tell(new PlacementActor.Exchange(
                        next.get(), vetoes -> context.getSelf().tell(new Changing(new Fitted(vetoes)))));
        return actor.finding(asked, step -> onFitted(state, asked, signal, (Fitted) step));
    }

    private Behavior<Command> onFitted(
            Stored<Workload> state, ChangeSpec asked, WorkloadSignal.ChangeAsked signal, Fitted fitted) {
        if (fitted.vetoes().isEmpty()) {
            return settled(actor.answer(actor.decide(state, signal), state, asked.replyTo()), state);
        }
        asked.replyTo()
                .tell(new Reply.Conflict<>(
                        "does-not-fit",
                        "the specification does not fit on node "
                                + state.value().nodeId().orElseThrow() + ", where the workload is: "
                                + fitted.vetoes().stream().map(Veto::detail).collect(Collectors.joining(", "))
                                + "; nothing was changed, and what ran goes on. Ask for less; or stop it, change it and"
                                + " start it: then it goes where there is room"));
        return goOn(state);
    }

    /** What was decided is written, or there is nothing to write. */
    private Behavior<Command> settled(Behavior<Command> next, Stored<Workload> state) {
        return next == Behaviors.<Command>same() ? goOn(state) : next;
    }

    private Behavior<Command> goOn(Stored<Workload> state) {
        return writer.release(actor.ready(state));
    }
}
