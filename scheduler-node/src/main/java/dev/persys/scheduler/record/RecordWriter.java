package dev.persys.scheduler.record;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.Epoch;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.store.Failures;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings the decisions of one actor into the store, one at a time, each until it is known what has come of it; and
 * keeps what arrives meanwhile. Confined to that actor, the sole writer of its record.
 *
 * <p>The actor calls {@link #write} and takes on a behaviour of its own for as long as the write lasts: it hands each
 * {@link Step} to {@link #on}, may handle what does not touch the record, hands everything else to {@link #keep}, and
 * its end to {@link #onStopped}. What has come of the write is told to the {@link Owner}, whose answer is the behaviour
 * from then on. A write that is fenced ends the actor and the term; one that finds a record which the actor did not write
 * ends the actor.
 *
 * @param <C> what the actor is told
 * @param <W> what it decides
 */
public final class RecordWriter<C, W extends RecordWriter.Write> {
    /**
     * Places kept free for what is never told twice. Each such message stands for a change of something else, which takes
     * a write of its own or news from placement, so that there are few of them however long one write lasts.
     */
    private static final int RESERVE = 64;

    /** A decision on its way into the store. */
    public interface Write {
        /** Keys beside the record whose entries the changes depend on, as they stand now; mostly none. */
        default List<String> beside() {
            return List.of();
        }

        /**
         * All of them are made, or none; the first is that of the actor's own record. None at all where nothing is to be
         * changed after all. Asked for once.
         *
         * @param beside the entries of {@link #beside}, as far as there are any
         */
        List<Change> changes(List<Entry> beside);

        /** Who waits for it. */
        Optional<? extends Asker<?, ?>> asker();
    }

    /** The actor whose record is written. */
    public interface Owner<C, W> {
        /**
         * The decision is durable: told, answered, acted on.
         *
         * @param revision at which the record stands, or was deleted
         */
        Behavior<C> onWritten(W write, long revision);

        /** What was decided is dropped, nothing was written and nothing will be, and the asker has been told why. */
        Behavior<C> onRefused(W write);

        /** There was nothing to change. */
        Behavior<C> onUnneeded(W write);

        /** Whether nobody tells {@code command} a second time, so that it must not be lost while it waits. */
        boolean comesOnce(C command);

        /** Whether somebody waits for an answer to {@code command}. */
        boolean isAsked(C command);

        /** Answers {@code command}, which is not handled, with {@code why} where somebody waits for an answer. */
        void turnAway(C command, TurnedAway why);
    }

    /** Something has come of a write. */
    public sealed interface Step {}

    private record Read(List<Entry> beside) implements Step {}

    private record NotRead(Throwable cause) implements Step {}

    private record Ended(FencedWriter.Result result) implements Step {}

    private enum AgainDue implements Step {
        INSTANCE
    }

    /**
     * @param changes absent until what they depend on is read
     * @param failures attempts to which the store did not say anything
     * @param open whether one of them may have been written
     */
    private record Attempt<W extends Write>(W write, Optional<List<Change>> changes, int failures, boolean open) {
        Attempt<W> of(List<Change> known) {
            return new Attempt<>(write, Optional.of(known), failures, open);
        }

        Attempt<W> failed(boolean mayBeWritten) {
            return new Attempt<>(write, changes, failures + 1, open || mayBeWritten);
        }

        String key() {
            return changes.map(all -> all.get(0).key())
                    .orElseGet(() -> write.beside().get(0));
        }
    }

    /** What Akka gives an actor that writes a record. */
    public record Means<C>(ActorContext<C> context, TimerScheduler<C> timers, StashBuffer<C> stash) {
        /** A behaviour that begins with {@code start}, once it has these. */
        public static <C> Behavior<C> given(SchedulerSettings settings, Function<Means<C>, Behavior<C>> start) {
            return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.withStash(
                    settings.waitingPerRecord() + RESERVE, stash -> start.apply(new Means<>(context, timers, stash)))));
        }
    }

    /** On whose behalf is written: the leader of {@code epoch}, whose {@code term} hears when it is over. */
    public record Mandate(SchedulerEnvironment environment, Epoch epoch, ActorRef<TermMessage> term) {}

    private final Means<C> means;
    private final Mandate mandate;
    private final Owner<C, W> owner;
    private final Function<Step, C> message;
    private final FencedWriter store;
    private Optional<Attempt<W>> underWay = Optional.empty();
    private TurnedAway ending = TurnedAway.DEPOSED;

    /** @param message makes a step one of the actor's own messages */
    public RecordWriter(Means<C> means, Mandate mandate, Owner<C, W> owner, Function<Step, C> message) {
        this.means = means;
        this.mandate = mandate;
        this.owner = owner;
        this.message = message;
        this.store = new FencedWriter(mandate.environment().store(), mandate.epoch());
    }

    /** Begins to write; only one at a time. */
    public void write(W write) {
        Attempt<W> first = new Attempt<>(write, Optional.empty(), 0, false);
        underWay = Optional.of(write.beside().isEmpty() ? first.of(write.changes(List.of())) : first);
        send();
    }

    /** What waited for something other than a write is handled now, by {@code next}. */
    public Behavior<C> release(Behavior<C> next) {
        return means.stash().unstashAll(next);
    }

    /** Takes the next step of the write that is under way. */
    public Behavior<C> on(Step step) {
        if (step instanceof Ended ended) {
            return onEnded(ended.result());
        } else if (step instanceof Read read) {
            return onRead(read);
        } else if (step instanceof NotRead failed) {
            return onFailed(failed.cause(), false);
        }
        send();
        return Behaviors.same();
    }

    private Behavior<C> onRead(Read read) {
        Attempt<W> attempt = underWay.orElseThrow();
        List<Change> changes = attempt.write().changes(read.beside());
        if (changes.isEmpty()) {
            return goOn(() -> owner.onUnneeded(attempt.write()));
        }
        underWay = Optional.of(attempt.of(changes));
        send();
        return Behaviors.same();
    }

    private Behavior<C> onEnded(FencedWriter.Result result) {
        Attempt<W> attempt = underWay.orElseThrow();
        if (result instanceof FencedWriter.Written written) {
            return goOn(() -> owner.onWritten(attempt.write(), written.revision()));
        } else if (result instanceof FencedWriter.Refused refused) {
            means.context().getLog().error("the record {} cannot be written: {}", attempt.key(), refused.why());
            attempt.write().asker().ifPresent(asker -> asker.refused(refused));
            return goOn(() -> owner.onRefused(attempt.write()));
        } else if (result instanceof FencedWriter.Unknown unknown) {
            return onFailed(unknown.cause(), true);
        } else if (result instanceof FencedWriter.Diverged diverged) {
            return onDiverged(attempt, diverged);
        }
        mandate.term().tell(new LeadershipLost("epoch " + ((FencedWriter.Deposed) result).by() + " is in force"));
        return Behaviors.stopped();
    }

    /** The owner may have something to write at once. */
    private Behavior<C> goOn(Supplier<Behavior<C>> next) {
        underWay = Optional.empty();
        return means.stash().unstashAll(next.get());
    }

    /** Nobody else leads, so this is the trouble of one record: its writer ends, and another one reads it. */
    private Behavior<C> onDiverged(Attempt<W> attempt, FencedWriter.Diverged diverged) {
        means.context()
                .getLog()
                .error(
                        "the record {} is not what this scheduler, its only writer, has written to it: it was expected at"
                                + " revision {} and is {}. Does something else write to the state store?",
                        attempt.key(),
                        attempt.changes().orElseThrow().get(0).expectedRevision(),
                        diverged.found(attempt.key()));
        ending = TurnedAway.READ_AGAIN;
        return Behaviors.stopped();
    }

    /**
     * The store did not do it, or did not say whether it did. While it is known to take nothing, whoever waits is told so
     * at once; what nobody will ask for again is written when it takes writes again.
     */
    private Behavior<C> onFailed(Throwable cause, boolean writing) {
        Optional<StoreUnavailableException> said = Optional.of(Failures.unwrapped(cause))
                .filter(StoreUnavailableException.class::isInstance)
                .map(StoreUnavailableException.class::cast);
        boolean mayBeWritten = writing
                && said.filter(StoreUnavailableException::certainlyNotWritten).isEmpty();
        Attempt<W> attempt = underWay.orElseThrow().failed(mayBeWritten);
        underWay = Optional.of(attempt);
        Optional<StoreTrouble> trouble = said.flatMap(StoreUnavailableException::trouble);
        if (trouble.isEmpty()) {
            means.context()
                    .getLog()
                    .warn(
                            "the store did not say whether {} was written; asking again: {}",
                            attempt.key(),
                            String.valueOf(cause));
        } else if (!attempt.open() && attempt.write().asker().isPresent()) {
            attempt.write().asker().get().unavailable(TurnedAway.unchanged(trouble.get()));
            return goOn(() -> owner.onRefused(attempt.write()));
        } else {
            attempt.write().asker().ifPresent(asker -> asker.unavailable(TurnedAway.unknown(trouble.get())));
            turnAwayAskers(trouble.get());
        }
        means.timers()
                .startSingleTimer(
                        message.apply(AgainDue.INSTANCE),
                        mandate.environment().settings().storeRetry(attempt.failures()));
        return Behaviors.same();
    }

    private void turnAwayAskers(StoreTrouble trouble) {
        List<C> waiting = new ArrayList<>();
        means.stash().forEach(waiting::add);
        means.stash().clear();
        for (C command : waiting) {
            if (owner.isAsked(command)) {
                owner.turnAway(command, TurnedAway.unchanged(trouble));
            } else {
                means.stash().stash(command);
            }
        }
    }

    /** Keeps {@code command} until the write is over, or turns it away where that may last or too much waits already. */
    public Behavior<C> keep(C command) {
        Optional<StoreTrouble> trouble = mandate.environment().store().trouble();
        int places = mandate.environment().settings().waitingPerRecord();
        boolean mayUseReserve = owner.comesOnce(command) && !means.stash().isFull();
        if (trouble.isPresent() && owner.isAsked(command) && hasFailed()) {
            owner.turnAway(command, TurnedAway.unchanged(trouble.get()));
        } else if (means.stash().size() < places || mayUseReserve) {
            means.stash().stash(command);
        } else {
            owner.turnAway(command, TurnedAway.BUSY);
        }
        return Behaviors.same();
    }

    private boolean hasFailed() {
        return underWay.filter(attempt -> attempt.failures() > 0).isPresent();
    }

    /** Whoever still waits when the actor ends before its write does has to ask again. */
    public Behavior<C> onStopped() {
        underWay.flatMap(attempt -> attempt.write().asker()).ifPresent(asker -> asker.unavailable(ending));
        means.stash().forEach(command -> owner.turnAway(command, ending));
        return Behaviors.same();
    }

    private void send() {
        Attempt<W> attempt = underWay.orElseThrow();
        if (attempt.changes().isPresent()) {
            means.context()
                    .pipeToSelf(
                            store.write(attempt.changes().get()),
                            (result, failure) -> message.apply(
                                    new Ended(failure == null ? result : new FencedWriter.Unknown(failure))));
        } else {
            means.context()
                    .pipeToSelf(
                            mandate.environment().store().read(attempt.write().beside()),
                            (found, failure) ->
                                    message.apply(failure == null ? new Read(found) : new NotRead(failure)));
        }
    }
}
