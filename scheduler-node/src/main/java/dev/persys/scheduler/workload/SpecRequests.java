package dev.persys.scheduler.workload;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.KeptSpecs;
import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.Sentences;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.SpecVersions;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
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

    /** Whether there is room for the specification, and where. */
    private record Fitted(PlacementActor.Exchanged exchanged) implements Step {}

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
            asked.replyTo().tell(new Reply.Conflict<>("nothing-to-undo", nothingBefore(state.value(), version)));
            return goOn(state);
        }
        return change(state, asked, before.get());
    }

    private static String nothingBefore(Workload workload, long version) {
        return version <= SpecVersions.FIRST.current()
                ? workload.spec().name() + " was never changed: there is nothing to undo"
                : "no specification before version " + version
                        + " is kept that this scheduler can run: it cannot be undone any further; say what is wanted in full";
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
                        next.get(),
                        asked.mayMove() && isReached(state.value()),
                        exchanged -> context.getSelf().tell(new Changing(new Fitted(exchanged)))));
        return actor.finding(asked, step -> onFitted(state, asked, signal, next.get(), (Fitted) step));
    }

    private Behavior<Command> onFitted(
            Stored<Workload> state,
            ChangeSpec asked,
            WorkloadSignal.ChangeAsked signal,
            Workload changed,
            Fitted fitted) {
        PlacementActor.Exchanged found = fitted.exchanged();
        if (found.vetoes().isEmpty() || found.elsewhere().isPresent()) {
            WorkloadSignal.ChangeAsked placed =
                    found.elsewhere().map(signal::on).orElse(signal);
            return settled(actor.answer(actor.decide(state, placed), state, asked.replyTo()), state);
        }
        asked.replyTo()
                .tell(new Reply.Conflict<>("does-not-fit", refusal(changed, isReached(state.value()), asked, found)));
        return goOn(state);
    }

    /** @param changed as it would be */
    private static String refusal(
            Workload changed, boolean isReached, ChangeSpec asked, PlacementActor.Exchanged found) {
        String here =
                "the specification does not fit on node " + changed.nodeId().orElseThrow()
                        + ", where the workload is: "
                        + found.vetoes().stream().map(Veto::detail).collect(Collectors.joining(", "));
        String goesOn = "; nothing was changed, and what ran goes on. ";
        if (asked.mayMove() && !isReached) {
            return here + goesOn + "That node does not answer: it is not left before it does, or is removed";
        }
        return asked.mayMove()
                ? here + "; nor on another: "
                        + found.other()
                                .filter(why -> why.nodesConsidered() > 0)
                                .map(why -> Sentences.unplaceable(why, wanted(changed)))
                                .orElse("there is none")
                        + goesOn + "Ask for less"
                : here + goesOn
                        + "Ask for less, or have it moved to another node (move=true; --move of persys apply and run"
                        + " --replace):"
                        + " what is in its volumes here does not come along";
    }

    /** Of another node nothing is wanted for what runs now. */
    private static Workload wanted(Workload changed) {
        return changed.versions()
                .change()
                .map(change -> changed.withChange(change.withoutHeld()))
                .orElse(changed);
    }

    /** What may run on a node that does not answer would run on beside the new one. */
    private static boolean isReached(Workload workload) {
        return workload.status() != WorkloadStatus.UNKNOWN && workload.status() != WorkloadStatus.LOST;
    }

    /** What was decided is written, or there is nothing to write. */
    private Behavior<Command> settled(Behavior<Command> next, Stored<Workload> state) {
        return next == Behaviors.<Command>same() ? goOn(state) : next;
    }

    private Behavior<Command> goOn(Stored<Workload> state) {
        return writer.release(actor.ready(state));
    }
}
