package dev.persys.scheduler;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
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

    private enum WriteDue implements Command {
        INSTANCE
    }

    private record GroupEnded(CommitResult result) implements Command {}

    private record GroupFailed(Throwable cause) implements Command {}

    private record Reread(List<Entry> entries) implements Command {}

    /** A place of the ring that is to be written, with what goes there. */
    private record Unwritten(int slot, ClusterEvent event) {}

    private static final int GROUP = 32;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Epoch epoch;
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
            List<Entry> stored) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.epoch = epoch;
        restore(stored);
    }

    /** Goes on behind {@code stored}, the ring as it was read. */
    static Behavior<Command> create(SchedulerEnvironment environment, Leadership leadership, List<Entry> stored) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new EventLog(context, timers, environment, leadership.epoch(), stored).running()));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Append.class, this::onAppend)
                .onMessage(Follow.class, this::onFollow)
                .onMessage(WriteDue.class, due -> onWriteDue())
                .onMessage(GroupEnded.class, this::onGroupEnded)
                .onMessage(GroupFailed.class, this::onGroupFailed)
                .onMessage(Reread.class, this::onReread)
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
        unwritten.addLast(new Unwritten(nextSlot, event));
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
        var live = Source.<ClusterEvent>queue(environment.settings().followerBuffer())
                .preMaterialize(context.getSystem());
        followers.add(live.first());
        Source<ClusterEvent, NotUsed> events = Source.from(backlog).concat(live.second());
        command.replyTo().tell(new Reply.Ok<>(new EventFeed.Open(events)));
        return Behaviors.same();
    }

    private Behavior<Command> onWriteDue() {
        if (!group.isEmpty() || unwritten.isEmpty()) {
            return Behaviors.same();
        }
        Map<Integer, Unwritten> bySlot = new LinkedHashMap<>();
        while (bySlot.size() < GROUP && !unwritten.isEmpty()) {
            Unwritten next = unwritten.removeFirst();
            bySlot.put(next.slot(), next);
        }
        group = List.copyOf(bySlot.values());
        List<Change> changes = new ArrayList<>();
        for (Unwritten one : group) {
            changes.add(new Change.Put(
                    Keys.event(one.slot()),
                    Json.write(one.event()),
                    revisions.getOrDefault(one.slot(), Change.ABSENT)));
        }
        context.pipeToSelf(
                environment.store().commit(epoch, changes),
                (result, failure) -> failure == null ? new GroupEnded(result) : new GroupFailed(failure));
        return Behaviors.same();
    }

    private Behavior<Command> onGroupEnded(GroupEnded command) {
        if (command.result() instanceof CommitResult.Committed committed) {
            group.forEach(one -> revisions.put(one.slot(), committed.revision()));
            group = List.of();
            if (!unwritten.isEmpty()) {
                writeLater(environment.settings().eventWriteDelay());
            }
        } else if (command.result() instanceof CommitResult.Conflict) {
            reread();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onGroupFailed(GroupFailed command) {
        context.getLog().warn("events were not written; again later", command.cause());
        reread();
        return Behaviors.same();
    }

    /** Whether the group arrived is not known: its places are read, and it is written again over what is there. */
    private void reread() {
        List<String> keys = group.stream().map(one -> Keys.event(one.slot())).toList();
        context.pipeToSelf(
                environment.store().read(keys),
                (entries, failure) -> failure == null ? new Reread(entries) : new GroupFailed(failure));
    }

    private Behavior<Command> onReread(Reread command) {
        group.forEach(one -> revisions.remove(one.slot()));
        command.entries().forEach(entry -> revisions.put(slotOf(entry), entry.revision()));
        List<Unwritten> again = group;
        group = List.of();
        for (int i = again.size() - 1; i >= 0; i--) {
            unwritten.addFirst(again.get(i));
        }
        writeLater(environment.settings().storeRetryDelay());
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

    private void restore(List<Entry> stored) {
        record Kept(int slot, ClusterEvent event) {}
        List<Kept> all = new ArrayList<>();
        for (Entry entry : stored) {
            int slot = slotOf(entry);
            revisions.put(slot, entry.revision());
            all.add(new Kept(slot, Json.read(entry.value(), ClusterEvent.class)));
        }
        all.sort(Comparator.comparing(one -> EventNumber.of(one.event())));
        int skipped = Math.max(0, all.size() - environment.settings().eventsKept());
        all.stream().skip(skipped).forEach(one -> kept.addLast(one.event()));
        if (!all.isEmpty()) {
            nextSlot = (all.get(all.size() - 1).slot() + 1)
                    % environment.settings().eventsStored();
        }
    }

    private static int slotOf(Entry entry) {
        return Integer.parseInt(entry.key().substring(Keys.EVENTS.length()));
    }

    /** An event's id in the order of time. */
    private record EventNumber(long epoch, long number) implements Comparable<EventNumber> {
        static EventNumber of(ClusterEvent event) {
            int dash = event.id().indexOf('-');
            return new EventNumber(
                    Long.parseLong(event.id().substring(0, dash)),
                    Long.parseLong(event.id().substring(dash + 1)));
        }

        @Override
        public int compareTo(EventNumber other) {
            return Comparator.comparingLong(EventNumber::epoch)
                    .thenComparingLong(EventNumber::number)
                    .compare(this, other);
        }
    }
}
