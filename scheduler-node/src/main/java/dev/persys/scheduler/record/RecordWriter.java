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
import dev.persys.store.Change;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Brings the decisions of one actor into the store, one at a time, each until it is known what has come of it; and
 * keeps what arrives meanwhile. Confined to that actor, the sole writer of its record.
 *
 * <p>The actor calls {@link #write} and takes on a behaviour of its own for as long as the write lasts: it hands each
 * {@link Step} to {@link #on}, may handle what does not touch the record, hands everything else to {@link #keep}, and
 * its end to {@link #onStopped}. What has come of the write is told to the {@link Owner}, whose answer is the behaviour
 * from then on. A write that is fenced, or finds a record that the actor did not write, ends the actor and the term.
 *
 * @param <C> what the actor is told
 * @param <W> what it decides
 */
public final class RecordWriter<C, W extends RecordWriter.Write> {
    /** To whom a record was to be changed, and has to ask again. */
    public static final String DEPOSED = "this scheduler has just lost its leadership; ask again";

    /** To whom more is asked of a record than may wait for it. */
    public static final String BUSY = "too much is waiting for this record to be written; ask again later";

    /**
     * Places kept free for what is never told twice. Each such message stands for a change of something else, which takes
     * a write of its own or news from placement, so that there are few of them however long one write lasts.
     */
    private static final int RESERVE = 64;

    /** A decision on its way into the store. */
    public interface Write {
        /** All of them are made, or none; the first is that of the actor's own record. Asked for once. */
        List<Change> changes();

        /** Who waits for it. */
        Optional<? extends Asker<?, ?>> asker();
    }

    /** The actor whose record is written. */
    public interface Owner<C, W> {
        /**
         * The decision is durable: told, answered, acted on.
         *
         * @param revision at which the record stands; {@link Change#ABSENT} where it is gone
         */
        Behavior<C> onWritten(W write, long revision);

        /** No store takes the record, its asker is told, and what was decided is dropped. */
        Behavior<C> onRefused(W write);

        /** Whether nobody tells {@code command} a second time, so that it must not be lost while it waits. */
        boolean comesOnce(C command);

        /** Answers {@code command}, which is not handled, with {@code detail} where somebody waits for an answer. */
        void turnAway(C command, String detail);
    }

    /** Something has come of a write. */
    public sealed interface Step {}

    private record Ended(FencedWriter.Result result) implements Step {}

    private enum AgainDue implements Step {
        INSTANCE
    }

    /** @param failures attempts to which the store did not say anything */
    private record Attempt<W>(W write, List<Change> changes, int failures) {
        Attempt<W> failed() {
            return new Attempt<>(write, changes, failures + 1);
        }

        String key() {
            return changes.get(0).key();
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
        underWay = Optional.of(new Attempt<>(write, write.changes(), 0));
        send();
    }

    /** Takes the next step of the write that is under way. */
    public Behavior<C> on(Step step) {
        if (!(step instanceof Ended ended)) {
            send();
            return Behaviors.same();
        }
        Attempt<W> attempt = underWay.orElseThrow();
        if (ended.result() instanceof FencedWriter.Written written) {
            underWay = Optional.empty();
            return means.stash().unstashAll(owner.onWritten(attempt.write(), written.revision()));
        }
        if (ended.result() instanceof FencedWriter.Refused refused) {
            means.context().getLog().error("the record {} cannot be written: {}", attempt.key(), refused.why());
            underWay = Optional.empty();
            attempt.write().asker().ifPresent(asker -> asker.refused(refused));
            return means.stash().unstashAll(owner.onRefused(attempt.write()));
        }
        if (ended.result() instanceof FencedWriter.Unknown unknown) {
            again(attempt.failed(), unknown.cause());
            return Behaviors.same();
        }
        mandate.term().tell(new LeadershipLost(ended.result().toString()));
        return Behaviors.stopped();
    }

    /** Keeps {@code command} until the write is over, or turns it away where too much waits already. */
    public Behavior<C> keep(C command) {
        int places = mandate.environment().settings().waitingPerRecord();
        boolean mayUseReserve = owner.comesOnce(command) && !means.stash().isFull();
        if (means.stash().size() < places || mayUseReserve) {
            means.stash().stash(command);
        } else {
            owner.turnAway(command, BUSY);
        }
        return Behaviors.same();
    }

    /** Whoever still waits when the actor ends before its write does has to ask again. */
    public Behavior<C> onStopped() {
        underWay.flatMap(attempt -> attempt.write().asker()).ifPresent(asker -> asker.unavailable(DEPOSED));
        means.stash().forEach(command -> owner.turnAway(command, DEPOSED));
        return Behaviors.same();
    }

    private void send() {
        means.context()
                .pipeToSelf(
                        store.write(underWay.orElseThrow().changes()),
                        (result, failure) ->
                                message.apply(new Ended(failure == null ? result : new FencedWriter.Unknown(failure))));
    }

    private void again(Attempt<W> failed, Throwable cause) {
        means.context()
                .getLog()
                .warn(
                        "the store did not say whether {} was written; asking again: {}",
                        failed.key(),
                        String.valueOf(cause));
        underWay = Optional.of(failed);
        means.timers()
                .startSingleTimer(
                        message.apply(AgainDue.INSTANCE),
                        mandate.environment().settings().storeRetry(failed.failures()));
    }
}
