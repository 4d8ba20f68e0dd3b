package dev.persys.scheduler.events;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.model.Epoch;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.EventFeed;
import dev.persys.protocol.SchedulerProtocol.FollowEvents;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the last events, hands them to followers as they happen, and writes them behind, in groups, into a bounded
 * ring of the store. Ids are {@code <epoch>-<number>}, so that they grow from leader to leader; the few events that
 * were not written when a leader died are not told again, and a follower that saw them is told to start anew.
 */
public final class EventLog {
    public sealed interface Command {}

    /** To number and keep an event, or only to send it where it is passing. */
    public record Append(ClusterEvent unnumbered, boolean kept) implements Command {}

    public record Follow(Optional<String> after, ActorRef<Reply<EventFeed>> replyTo) implements Command {}

    private record FollowerLeft(BoundedSourceQueue<ClusterEvent> follower) implements Command {}

    private enum WriteDue implements Command {
        INSTANCE
    }

    private record GroupEnded(CommitResult result) implements Command {}

    private record GroupFailed(Throwable cause) implements Command {}

    private enum RereadDue implements Command {
        INSTANCE
    }

    private record Reread(List<Entry> entries) implements Command {}

    /** A place of the ring that is to be written, with what goes there; absent where it is to be cleared. */
    private record Unwritten(int slot, Optional<String> json) {
        int length() {
            return json.map(String::length).orElse(0);
        }
    }

    private static final int GROUP = 32;

    /** Characters of a group after which it is closed: three times as many bytes at most, well within a commit. */
    private static final int GROUP_LENGTH = 256 * 1024;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Epoch epoch;
    private final ActorRef<TermMessage> term;
    private final Deque<ClusterEvent> kept = new ArrayDeque<>();
    private final List<BoundedSourceQueue<ClusterEvent>> followers = new ArrayList<>();
    private final Deque<Unwritten> unwritten = new ArrayDeque<>();

    /** Places to be cleared before anything else is written. */
    private final Deque<Integer> stale = new ArrayDeque<>();

    /** Places that the ring does not have any more: cleared once everything else is written. */
    private final Deque<Integer> surplus = new ArrayDeque<>();

    private final Map<Integer, Long> revisions = new HashMap<>();
    private List<Unwritten> group = List.of();

    /** Places of the ring in the order in which they are used next: free ones, then the one of the oldest event. */
    private final Deque<Integer> slots = new ArrayDeque<>();

    private int failures;
    private long number;

    private EventLog(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SchedulerEnvironment environment,
            Epoch epoch,
            List<Entry> stored,
            ActorRef<TermMessage> term) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.epoch = epoch;
        this.term = term;
        restore(EventRing.of(stored, environment.settings().eventsStored()));
    }

    /** Goes on behind {@code stored}, the ring as it was read. */
    public static Behavior<Command> create(
            SchedulerEnvironment environment, Leadership leadership, List<Entry> stored, ActorRef<TermMessage> term) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new EventLog(context, timers, environment, leadership.epoch(), stored, term).running()));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Append.class, this::onAppend)
                .onMessage(Follow.class, this::onFollow)
                .onMessage(FollowerLeft.class, this::onFollowerLeft)
                .onMessage(WriteDue.class, due -> onWriteDue())
                .onMessage(GroupEnded.class, this::onGroupEnded)
                .onMessage(GroupFailed.class, this::onGroupFailed)
                .onMessage(RereadDue.class, due -> onRereadDue())
                .onMessage(Reread.class, this::onReread)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onAppend(Append command) {
        if (!command.kept()) {
            send(command.unnumbered());
            return Behaviors.same();
        }
        ClusterEvent event = command.unnumbered().withId(epoch + "-" + ++number);
        kept.addLast(event);
        if (kept.size() > environment.settings().eventsKept()) {
            kept.removeFirst();
        }
        send(event);
        int slot = slots.removeFirst();
        slots.addLast(slot);
        unwritten.addLast(new Unwritten(slot, Optional.of(Json.write(event))));
        if (unwritten.size() > environment.settings().eventsStored()) {
            unwritten.removeFirst();
        }
        writeLater(environment.settings().eventWriteDelay());
        return Behaviors.same();
    }

    private Behavior<Command> onFollow(Follow command) {
        List<ClusterEvent> backlog = new ArrayList<>();
        if (command.after().isPresent() && !collect(command.after().get(), backlog)) {
            command.replyTo().tell(new Reply.Ok<>(new EventFeed.Gone()));
            return Behaviors.same();
        }
        ActorRef<Command> self = context.getSelf();
        // Watched from here on: a stream that nobody ever runs is cancelled after a while, and its follower leaves too.
        var live = Source.<ClusterEvent>queue(environment.settings().followerBuffer())
                .watchTermination((follower, done) -> {
                    done.whenComplete((ended, failure) -> self.tell(new FollowerLeft(follower)));
                    return follower;
                })
                .preMaterialize(context.getSystem());
        followers.add(live.first());
        Source<ClusterEvent, NotUsed> events = Source.from(backlog).concat(live.second());
        command.replyTo().tell(new Reply.Ok<>(new EventFeed.Open(events, backlog.size())));
        return Behaviors.same();
    }

    private Behavior<Command> onFollowerLeft(FollowerLeft command) {
        followers.remove(command.follower());
        return Behaviors.same();
    }

    private Behavior<Command> onWriteDue() {
        if (!group.isEmpty() || isAllWritten()) {
            return Behaviors.same();
        }
        group = nextGroup();
        List<Change> changes = group.stream().map(this::change).toList();
        context.pipeToSelf(
                environment.store().commit(epoch, changes),
                (result, failure) -> failure == null ? new GroupEnded(result) : new GroupFailed(failure));
        return Behaviors.same();
    }

    private Change change(Unwritten one) {
        String key = Keys.event(one.slot());
        long revision = revisions.getOrDefault(one.slot(), Change.ABSENT);
        return one.json()
                .<Change>map(json -> new Change.Put(key, json, revision))
                .orElseGet(() -> new Change.Delete(key, revision));
    }

    private boolean isAllWritten() {
        return stale.isEmpty() && unwritten.isEmpty() && surplus.isEmpty();
    }

    private List<Unwritten> nextGroup() {
        if (!stale.isEmpty()) {
            return nextToClear(stale);
        }
        return unwritten.isEmpty() ? nextToClear(surplus) : nextToWrite();
    }

    private static List<Unwritten> nextToClear(Deque<Integer> places) {
        List<Unwritten> next = new ArrayList<>();
        while (next.size() < GROUP && !places.isEmpty()) {
            next.add(new Unwritten(places.removeFirst(), Optional.empty()));
        }
        return List.copyOf(next);
    }

    private List<Unwritten> nextToWrite() {
        Map<Integer, Unwritten> bySlot = new LinkedHashMap<>();
        int length = 0;
        while (bySlot.size() < GROUP && length < GROUP_LENGTH && !unwritten.isEmpty()) {
            Unwritten next = unwritten.removeFirst();
            bySlot.put(next.slot(), next);
            length += next.length();
        }
        return List.copyOf(bySlot.values());
    }

    private Behavior<Command> onGroupEnded(GroupEnded command) {
        if (command.result() instanceof CommitResult.Committed committed) {
            failures = 0;
            for (Unwritten one : group) {
                if (one.json().isPresent()) {
                    revisions.put(one.slot(), committed.revision());
                } else {
                    revisions.remove(one.slot());
                }
            }
            group = List.of();
            if (!isAllWritten()) {
                writeLater(environment.settings().eventWriteDelay());
            }
        } else if (command.result() instanceof CommitResult.Fenced fenced) {
            term.tell(new LeadershipLost(fenced.toString()));
        } else {
            rereadLater();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onGroupFailed(GroupFailed command) {
        context.getLog().warn("events were not written; again later: {}", String.valueOf(command.cause()));
        rereadLater();
        return Behaviors.same();
    }

    private void rereadLater() {
        failures++;
        timers.startSingleTimer(
                RereadDue.INSTANCE, RereadDue.INSTANCE, environment.settings().storeRetry(failures));
    }

    /** Whether the group arrived is not known: its places are read, and it is written again over what is there. */
    private Behavior<Command> onRereadDue() {
        List<String> keys = group.stream().map(one -> Keys.event(one.slot())).toList();
        context.pipeToSelf(
                environment.store().read(keys),
                (entries, failure) -> failure == null ? new Reread(entries) : new GroupFailed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onReread(Reread command) {
        group.forEach(one -> revisions.remove(one.slot()));
        command.entries()
                .forEach(entry -> EventRing.slot(entry.key()).ifPresent(slot -> revisions.put(slot, entry.revision())));
        List<Unwritten> again = group;
        group = List.of();
        for (int i = again.size() - 1; i >= 0; i--) {
            Unwritten one = again.get(i);
            if (one.json().isPresent()) {
                unwritten.addFirst(one);
            } else if (revisions.containsKey(one.slot())) {
                stale.addFirst(one.slot());
            }
        }
        writeLater(environment.settings().eventWriteDelay());
        return Behaviors.same();
    }

    /** Followers come again, and are told by whoever leads then whether they missed anything. */
    private Behavior<Command> onStopped() {
        followers.forEach(this::end);
        return Behaviors.same();
    }

    /** Ends a follower's stream, which it may have left at this moment. */
    private void end(BoundedSourceQueue<ClusterEvent> follower) {
        try {
            follower.complete();
        } catch (IllegalStateException left) {
            context.getLog().trace("a follower has left", left);
        }
    }

    private void writeLater(Duration delay) {
        if (!timers.isTimerActive(WriteDue.INSTANCE)) {
            timers.startSingleTimer(WriteDue.INSTANCE, WriteDue.INSTANCE, delay);
        }
    }

    private void send(ClusterEvent event) {
        for (Iterator<BoundedSourceQueue<ClusterEvent>> all = followers.iterator(); all.hasNext(); ) {
            BoundedSourceQueue<ClusterEvent> follower = all.next();
            QueueOfferResult offered = follower.offer(event);
            if (offered.equals(QueueOfferResult.dropped())) {
                end(follower);
            }
            if (!offered.isEnqueued()) {
                all.remove();
            }
        }
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

    /** Takes over the ring. What cannot be read is no reason not to lead. */
    private void restore(EventRing ring) {
        ring.faults().forEach(fault -> context.getLog().warn("{}", fault));
        revisions.putAll(ring.revisions());
        slots.addAll(ring.slots());
        kept.addAll(ring.events());
        while (kept.size() > environment.settings().eventsKept()) {
            kept.removeFirst();
        }
        ring.moves()
                .forEach(move -> unwritten.addLast(new Unwritten(move.slot(), Optional.of(Json.write(move.event())))));
        stale.addAll(ring.stale());
        surplus.addAll(ring.surplus());
        if (!isAllWritten()) {
            writeLater(environment.settings().eventWriteDelay());
        }
    }
}
