package dev.persys.scheduler.events;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.stream.BoundedSourceQueue;
import akka.stream.javadsl.Source;
import dev.persys.api.ClusterEvent;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.protocol.SchedulerProtocol.FollowEvents;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.StateStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the last events and hands them to followers in the order of their numbers, each once it is durable.
 *
 * <p>An event is written in the commit of the change that it tells of, by the writer of that record; this actor only hears
 * of it. So there is never a change without its event, nor a follower that has seen what the store does not have: who
 * resumes behind an event that is still kept, with whatever leader, misses nothing. A number behind which no event is
 * means that nothing happened.
 */
public final class EventLog {
    public sealed interface Command {}

    /** The events of earlier terms as they were read: the first to come. */
    public record Begin(List<Entry> found) implements Command {}

    /** The event is in the store, and so is the change that it tells of. */
    public record Durable(ClusterEvent event) implements Command {}

    /** The change of that event was not made. */
    public record Abandoned(ClusterEvent event) implements Command {}

    /**
     * The writer of the record of this key has failed, and will not say what has come of its numbers.
     *
     * @param open those, and none of the writer's that takes its place
     */
    public record WriterFailed(String record, List<Long> open) implements Command {
        public WriterFailed {
            open = List.copyOf(open);
        }
    }

    /** To be sent to whoever follows now, and not kept. */
    public record Passing(ClusterEvent event) implements Command {}

    public record Follow(Optional<String> after, ActorRef<Reply<EventFeed>> replyTo) implements Command {}

    private record FollowerLeft(BoundedSourceQueue<ClusterEvent> follower) implements Command {}

    private record OccupyDue(long number) implements Command {}

    private record Occupied(long number, CommitResult result) implements Command {}

    private record OccupyFailed(long number, Throwable cause) implements Command {}

    private enum TrimDue implements Command {
        INSTANCE
    }

    private record OldOnesRead(List<Entry> entries) implements Command {}

    private record TrimEnded(CommitResult result) implements Command {}

    private record TrimFailed(Throwable cause) implements Command {}

    /** In the place of an event that was not written; it goes when an event in that place would. */
    private static final String NO_EVENT = "null";

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Leadership leadership;
    private final EventNumbers numbers;
    private final ActorRef<TermMessage> term;
    private final Deque<ClusterEvent> kept = new ArrayDeque<>();
    private final Followers followers;

    private final InOrder order = new InOrder(this::publish);

    /** Keys of the events in the store, and of what is in an event's place, oldest first. */
    private final Deque<String> stored = new ArrayDeque<>();

    /** Keys of what nobody can resume from. */
    private final Deque<String> stale = new ArrayDeque<>();

    private List<String> beingRemoved = List.of();
    private int failures;

    private EventLog(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SchedulerEnvironment environment,
            Leadership leadership,
            EventNumbers numbers,
            ActorRef<TermMessage> term) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.leadership = leadership;
        this.numbers = numbers;
        this.term = term;
        this.followers = new Followers(
                context.getSystem(), context.getLog(), environment.settings().followerBuffer());
    }

    /** Waits for {@link Begin}: what was read is no part of what Akka keeps for as long as the log lasts. */
    public static Behavior<Command> create(
            SchedulerEnvironment environment, Leadership leadership, EventNumbers numbers, ActorRef<TermMessage> term) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new EventLog(context, timers, environment, leadership, numbers, term).beginning()));
    }

    private Behavior<Command> beginning() {
        return Behaviors.receive(Command.class)
                .onMessage(Begin.class, this::onBegin)
                .build();
    }

    /** Takes over what there is. What cannot be read is no reason not to lead. */
    private Behavior<Command> onBegin(Begin command) {
        StoredEvents earlier = StoredEvents.of(command.found());
        earlier.faults().forEach(fault -> context.getLog().warn("{}", fault));
        stale.addAll(earlier.stale());
        for (ClusterEvent event : earlier.events()) {
            stored.addLast(EventId.of(event).key());
            keep(event);
        }
        trim();
        return running();
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Durable.class, this::onDurable)
                .onMessage(Abandoned.class, this::onAbandoned)
                .onMessage(WriterFailed.class, this::onWriterFailed)
                .onMessage(OccupyDue.class, this::onOccupyDue)
                .onMessage(Occupied.class, this::onOccupied)
                .onMessage(OccupyFailed.class, this::onOccupyFailed)
                .onMessage(Passing.class, this::onPassing)
                .onMessage(Follow.class, this::onFollow)
                .onMessage(FollowerLeft.class, this::onFollowerLeft)
                .onMessage(TrimDue.class, due -> onTrimDue())
                .onMessage(OldOnesRead.class, this::onOldOnesRead)
                .onMessage(TrimEnded.class, this::onTrimEnded)
                .onMessage(TrimFailed.class, this::onTrimFailed)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onDurable(Durable command) {
        settle(EventId.of(command.event()).number(), InOrder.Settled.written(command.event()));
        return Behaviors.same();
    }

    private Behavior<Command> onAbandoned(Abandoned command) {
        settle(EventId.of(command.event()).number(), InOrder.Settled.NOTHING);
        return Behaviors.same();
    }

    private Behavior<Command> onWriterFailed(WriterFailed command) {
        command.open().forEach(this::occupy);
        return Behaviors.same();
    }

    /**
     * Finds out what its writer cannot say any more: where the place of an event can be taken, the event was not written,
     * and what of it may be on its way still will not be, for as long as the place is taken. That is as long as an event
     * would stay there: by then later commits have settled what was on its way.
     */
    private void occupy(long number) {
        Change place = new Change.Put(id(number).key(), NO_EVENT, Change.ABSENT);
        context.pipeToSelf(
                environment.store().commit(leadership.epoch(), List.of(place)),
                (result, failure) ->
                        failure == null ? new Occupied(number, result) : new OccupyFailed(number, failure));
    }

    private Behavior<Command> onOccupyDue(OccupyDue command) {
        occupy(command.number());
        return Behaviors.same();
    }

    private Behavior<Command> onOccupied(Occupied command) {
        if (command.result() instanceof CommitResult.Fenced fenced) {
            term.tell(new LeadershipLost(fenced.toString()));
            return Behaviors.same();
        }
        List<Entry> there = command.result() instanceof CommitResult.Conflict conflict ? conflict.current() : List.of();
        settle(
                command.number(),
                new InOrder.Settled(StoredEvents.of(there).events().stream().findFirst(), true));
        return Behaviors.same();
    }

    private Behavior<Command> onOccupyFailed(OccupyFailed command) {
        context.getLog()
                .warn(
                        "cannot see whether event {} was written; again later: {}",
                        id(command.number()),
                        String.valueOf(command.cause()));
        OccupyDue due = new OccupyDue(command.number());
        timers.startSingleTimer(due, due, environment.settings().storeRetry(1));
        return Behaviors.same();
    }

    private Behavior<Command> onPassing(Passing command) {
        followers.send(command.event());
        return Behaviors.same();
    }

    private Behavior<Command> onFollow(Follow command) {
        List<ClusterEvent> backlog = new ArrayList<>();
        if (command.after().isPresent() && !collect(command.after().get(), backlog)) {
            command.replyTo().tell(new Reply.Ok<>(new EventFeed.Gone()));
            return Behaviors.same();
        }
        ActorRef<Command> self = context.getSelf();
        Source<ClusterEvent, NotUsed> events =
                Source.from(backlog).concat(followers.join(follower -> self.tell(new FollowerLeft(follower))));
        command.replyTo().tell(new Reply.Ok<>(new EventFeed.Open(events, backlog.size())));
        return Behaviors.same();
    }

    private Behavior<Command> onFollowerLeft(FollowerLeft command) {
        followers.left(command.follower());
        return Behaviors.same();
    }

    private Behavior<Command> onTrimDue() {
        beingRemoved = List.of();
        trim();
        return Behaviors.same();
    }

    private Behavior<Command> onOldOnesRead(OldOnesRead command) {
        if (command.entries().isEmpty()) {
            return onRemoved();
        }
        List<Change> changes = command.entries().stream()
                .<Change>map(entry -> new Change.Delete(entry.key(), entry.revision()))
                .toList();
        context.pipeToSelf(
                environment.store().commit(leadership.epoch(), changes),
                (result, failure) -> failure == null ? new TrimEnded(result) : new TrimFailed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onTrimEnded(TrimEnded command) {
        if (command.result() instanceof CommitResult.Committed) {
            return onRemoved();
        }
        if (command.result() instanceof CommitResult.Fenced fenced) {
            term.tell(new LeadershipLost(fenced.toString()));
            return Behaviors.same();
        }
        trimLater();
        return Behaviors.same();
    }

    private Behavior<Command> onTrimFailed(TrimFailed command) {
        String message = "old events were not removed; again later: {}";
        if (environment.store().trouble().isPresent()) {
            context.getLog().debug(message, String.valueOf(command.cause()));
        } else {
            context.getLog().warn(message, String.valueOf(command.cause()));
        }
        trimLater();
        return Behaviors.same();
    }

    private Behavior<Command> onRemoved() {
        failures = 0;
        Set<String> removed = new HashSet<>(beingRemoved);
        beingRemoved = List.of();
        stale.removeIf(removed::contains);
        while (!stored.isEmpty() && removed.contains(stored.peekFirst())) {
            stored.removeFirst();
        }
        trim();
        return Behaviors.same();
    }

    /** Followers come again, and are told by whoever leads then whether they missed anything. */
    private Behavior<Command> onStopped() {
        followers.end();
        return Behaviors.same();
    }

    private void settle(long number, InOrder.Settled outcome) {
        numbers.settled(number);
        order.settle(number, outcome);
    }

    private void publish(long number, InOrder.Settled outcome) {
        if (outcome.isStored()) {
            stored.addLast(id(number).key());
        }
        outcome.event().ifPresent(event -> {
            keep(event);
            followers.send(event);
        });
        trim();
    }

    private void keep(ClusterEvent event) {
        kept.addLast(event);
        if (kept.size() > environment.settings().eventsKept()) {
            kept.removeFirst();
        }
    }

    /** Has the oldest removed from the store once there are a commit's worth too many. */
    private void trim() {
        if (!beingRemoved.isEmpty()) {
            return;
        }
        beingRemoved = stale.isEmpty()
                ? tooMany()
                : stale.stream().limit(StateStore.MAX_CHANGES).toList();
        if (!beingRemoved.isEmpty()) {
            context.pipeToSelf(
                    environment.store().read(beingRemoved),
                    (entries, failure) -> failure == null ? new OldOnesRead(entries) : new TrimFailed(failure));
        }
    }

    private List<String> tooMany() {
        int limit = environment.settings().eventsStored();
        int surplus = stored.size() - limit;
        boolean worthACommit = surplus > Math.min(StateStore.MAX_CHANGES, limit / 4);
        return worthACommit
                ? stored.stream()
                        .limit(Math.min(surplus, StateStore.MAX_CHANGES))
                        .toList()
                : List.of();
    }

    private void trimLater() {
        failures++;
        timers.startSingleTimer(
                TrimDue.INSTANCE, TrimDue.INSTANCE, environment.settings().storeRetry(failures));
    }

    /** What came behind {@code id}; false where that cannot be told completely. */
    private boolean collect(String id, List<ClusterEvent> backlog) {
        if (id.equals(FollowEvents.BEGINNING)) {
            return backlog.addAll(kept) || kept.isEmpty();
        }
        boolean found = false;
        for (ClusterEvent event : kept) {
            if (found) {
                backlog.add(event);
            }
            found = found || event.id().equals(id);
        }
        return found;
    }

    private EventId id(long number) {
        return new EventId(leadership.epoch(), number);
    }
}
