package dev.persys.scheduler;

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
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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
final class EventLog {
    sealed interface Command {}

    /** To number and keep an event, or only to send it where it is passing. */
    record Append(ClusterEvent unnumbered, boolean kept) implements Command {}

    record Follow(Optional<String> after, ActorRef<Reply<EventFeed>> replyTo) implements Command {}

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

    /** A place of the ring that is to be written, with what goes there. */
    private record Unwritten(int slot, String json) {}

    private static final int GROUP = 32;

    /** Characters of a group after which it is closed: three times as many bytes at most, well within a commit. */
    private static final int GROUP_LENGTH = 256 * 1024;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Epoch epoch;
    private final ActorRef<Term.Command> term;
    private final Deque<ClusterEvent> kept = new ArrayDeque<>();
    private final List<BoundedSourceQueue<ClusterEvent>> followers = new ArrayList<>();
    private final Deque<Unwritten> unwritten = new ArrayDeque<>();
    private final Map<Integer, Long> revisions = new HashMap<>();
    private List<Unwritten> group = List.of();
    private int nextSlot;
    private long number;

    private EventLog(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SchedulerEnvironment environment,
            Epoch epoch,
            List<Entry> stored,
            ActorRef<Term.Command> term) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.epoch = epoch;
        this.term = term;
        restore(stored);
    }

    /** Goes on behind {@code stored}, the ring as it was read. */
    static Behavior<Command> create(
            SchedulerEnvironment environment, Leadership leadership, List<Entry> stored, ActorRef<Term.Command> term) {
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
        unwritten.addLast(new Unwritten(nextSlot, Json.write(event)));
        nextSlot = (nextSlot + 1) % environment.settings().eventsStored();
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
        command.replyTo().tell(new Reply.Ok<>(new EventFeed.Open(events)));
        return Behaviors.same();
    }

    private Behavior<Command> onFollowerLeft(FollowerLeft command) {
        followers.remove(command.follower());
        return Behaviors.same();
    }

    private Behavior<Command> onWriteDue() {
        if (!group.isEmpty() || unwritten.isEmpty()) {
            return Behaviors.same();
        }
        group = nextGroup();
        List<Change> changes = new ArrayList<>();
        for (Unwritten one : group) {
            changes.add(new Change.Put(
                    Keys.event(one.slot()), one.json(), revisions.getOrDefault(one.slot(), Change.ABSENT)));
        }
        context.pipeToSelf(
                environment.store().commit(epoch, changes),
                (result, failure) -> failure == null ? new GroupEnded(result) : new GroupFailed(failure));
        return Behaviors.same();
    }

    private List<Unwritten> nextGroup() {
        Map<Integer, Unwritten> bySlot = new LinkedHashMap<>();
        int length = 0;
        while (bySlot.size() < GROUP && length < GROUP_LENGTH && !unwritten.isEmpty()) {
            Unwritten next = unwritten.removeFirst();
            bySlot.put(next.slot(), next);
            length += next.json().length();
        }
        return List.copyOf(bySlot.values());
    }

    private Behavior<Command> onGroupEnded(GroupEnded command) {
        if (command.result() instanceof CommitResult.Committed committed) {
            group.forEach(one -> revisions.put(one.slot(), committed.revision()));
            group = List.of();
            if (!unwritten.isEmpty()) {
                writeLater(environment.settings().eventWriteDelay());
            }
        } else if (command.result() instanceof CommitResult.Fenced fenced) {
            term.tell(new Term.LeadershipLost(fenced.toString()));
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
        timers.startSingleTimer(
                RereadDue.INSTANCE, RereadDue.INSTANCE, environment.settings().storeRetryDelay());
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
        command.entries().forEach(entry -> revisions.put(slotOf(entry), entry.revision()));
        List<Unwritten> again = group;
        group = List.of();
        for (int i = again.size() - 1; i >= 0; i--) {
            unwritten.addFirst(again.get(i));
        }
        writeLater(environment.settings().eventWriteDelay());
        return Behaviors.same();
    }

    /** Followers come again, and are told by whoever leads then whether they missed anything. */
    private Behavior<Command> onStopped() {
        followers.forEach(BoundedSourceQueue::complete);
        return Behaviors.same();
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
                follower.complete();
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

    /**
     * Takes over the ring. What cannot be read is no reason not to lead: its place is used again. A follower may
     * resume only where nothing is missing between it and now, so what is before a hole is forgotten.
     */
    private void restore(List<Entry> stored) {
        record Kept(int slot, EventNumber number, ClusterEvent event) {}
        List<Kept> all = new ArrayList<>();
        for (Entry entry : stored) {
            int slot = slotOf(entry);
            revisions.put(slot, entry.revision());
            read(entry).ifPresent(event -> all.add(new Kept(slot, EventNumber.of(event), event)));
        }
        all.sort(Comparator.comparing(Kept::number));
        EventNumber last = null;
        for (Kept one : all) {
            if (last != null && !one.number().follows(last)) {
                kept.clear();
            }
            last = one.number();
            kept.addLast(one.event());
            nextSlot = (one.slot() + 1) % environment.settings().eventsStored();
        }
        while (kept.size() > environment.settings().eventsKept()) {
            kept.removeFirst();
        }
    }

    private Optional<ClusterEvent> read(Entry entry) {
        try {
            ClusterEvent event = Json.read(entry.value(), ClusterEvent.class);
            EventNumber.of(event);
            return Optional.of(event);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            context.getLog().warn("the event {} cannot be read and is dropped: {}", entry.key(), e.getMessage());
            return Optional.empty();
        }
    }

    private static int slotOf(Entry entry) {
        return Integer.parseInt(entry.key().substring(Keys.EVENTS.length()));
    }

    /** An event's id in the order of time. */
    private record EventNumber(long epoch, long number) implements Comparable<EventNumber> {
        static EventNumber of(ClusterEvent event) {
            String[] parts = String.valueOf(event.id()).split("-", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("not the id of an event: " + event.id());
            }
            return new EventNumber(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        /** Whether nothing that was written is missing between {@code before} and this. */
        boolean follows(EventNumber before) {
            return epoch == before.epoch ? number == before.number + 1 : number == 1;
        }

        @Override
        public int compareTo(EventNumber other) {
            return Comparator.comparingLong(EventNumber::epoch)
                    .thenComparingLong(EventNumber::number)
                    .compare(this, other);
        }
    }
}
