package dev.persys.agent;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.BoundedSourceQueue;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.EventsReply;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Owns what this node has told: the last report of each workload, and a bounded ring of events that followers resume
 * from. Every report goes through here, so one actor gives them their order.
 */
final class EventFeed {
    sealed interface Command {}

    /** Something changed. */
    record Publish(ContainerReport report) implements Command {}

    /** Nothing is known of that workload any more. */
    record Forget(WorkloadId workloadId) implements Command {}

    record Follow(Optional<String> after, ActorRef<EventsReply> replyTo) implements Command {}

    record GetBoard(ActorRef<Board> replyTo) implements Command {}

    private record Attach(BoundedSourceQueue<AgentEvent> follower, long after) implements Command {}

    private record Detach(BoundedSourceQueue<AgentEvent> follower) implements Command {}

    /**
     * What was told last of each workload.
     *
     * @param cursor the id of the last event before this
     */
    record Board(String cursor, Map<WorkloadId, ContainerReport> latest) {
        Board {
            latest = Map.copyOf(latest);
        }
    }

    /** Ends the stream of a follower that cannot be served from where it stands. */
    static final class FollowerLagsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FollowerLagsException() {
            super("the follower lags too far behind; follow again from the last event seen, or list");
        }
    }

    private final ActorContext<Command> context;
    private final String boot;
    private final int kept;
    private final int followerBuffer;
    private final AgentMetrics metrics;
    // A ring that is appended to ten thousand times a minute is changed in place; it never leaves this actor.
    private final ArrayDeque<AgentEvent> ring = new ArrayDeque<>();
    private final Map<WorkloadId, ContainerReport> latest = new HashMap<>();
    private final Set<BoundedSourceQueue<AgentEvent>> followers = new HashSet<>();
    private long sequence;

    private EventFeed(ActorContext<Command> context, String boot, int kept, int followerBuffer, AgentMetrics metrics) {
        this.context = context;
        this.boot = boot;
        this.kept = kept;
        this.followerBuffer = followerBuffer;
        this.metrics = metrics;
    }

    /**
     * @param boot differs after each start of the agent; without a hyphen
     * @param kept events in the ring
     * @param followerBuffer events that a follower may lag behind
     */
    static Behavior<Command> create(String boot, int kept, int followerBuffer, AgentMetrics metrics) {
        return Behaviors.setup(context -> new EventFeed(context, boot, kept, followerBuffer, metrics).following());
    }

    private Behavior<Command> following() {
        return Behaviors.receive(Command.class)
                .onMessage(Publish.class, this::onPublish)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Follow.class, this::onFollow)
                .onMessage(GetBoard.class, this::onGetBoard)
                .onMessage(Attach.class, this::onAttach)
                .onMessage(Detach.class, this::onDetach)
                .build();
    }

    private Behavior<Command> onPublish(Publish command) {
        sequence++;
        AgentEvent event = new AgentEvent(id(sequence), command.report());
        ring.addLast(event);
        if (ring.size() > kept) {
            ring.removeFirst();
        }
        remember(command.report());
        metrics.eventPublished(command.report().phase());
        followers.removeIf(follower -> !isTaken(follower, event));
        return Behaviors.same();
    }

    private Behavior<Command> onForget(Forget command) {
        latest.remove(command.workloadId());
        return Behaviors.same();
    }

    private Behavior<Command> onFollow(Follow command) {
        Optional<Long> after = command.after().isEmpty()
                ? Optional.of(sequence)
                : command.after().flatMap(this::position);
        EventsReply reply = after.<EventsReply>map(position -> new EventsReply.Events(source(position)))
                .orElseGet(EventsReply.Gone::new);
        command.replyTo().tell(reply);
        return Behaviors.same();
    }

    private Behavior<Command> onGetBoard(GetBoard command) {
        command.replyTo().tell(new Board(id(sequence), latest));
        return Behaviors.same();
    }

    private Behavior<Command> onAttach(Attach command) {
        if (command.after() < oldestPosition()) {
            cutOff(command.follower());
            return Behaviors.same();
        }
        long position = oldestPosition();
        for (AgentEvent event : ring) {
            position++;
            if (position > command.after() && !isTaken(command.follower(), event)) {
                return Behaviors.same();
            }
        }
        followers.add(command.follower());
        return Behaviors.same();
    }

    private Behavior<Command> onDetach(Detach command) {
        followers.remove(command.follower());
        return Behaviors.same();
    }

    /** An older container's end does not hide what is under way for a newer one. */
    private void remember(ContainerReport report) {
        ContainerReport known = latest.get(report.workloadId());
        if (known != null && report.generation().isOlderThan(known.generation())) {
            return;
        }
        if (report.phase() == ContainerPhase.REMOVED) {
            latest.remove(report.workloadId());
        } else {
            latest.put(report.workloadId(), report);
        }
    }

    /** Ends a follower's stream, which it may have left at this moment. */
    private void cutOff(BoundedSourceQueue<AgentEvent> follower) {
        try {
            follower.fail(new FollowerLagsException());
        } catch (IllegalStateException left) {
            context.getLog().trace("a follower has left", left);
        }
    }

    private boolean isTaken(BoundedSourceQueue<AgentEvent> follower, AgentEvent event) {
        QueueOfferResult result = follower.offer(event);
        if (result instanceof QueueOfferResult.Dropped$) {
            context.getLog().warn("A follower of the events lags by more than {} and is cut off", followerBuffer);
            cutOff(follower);
        }
        return result instanceof QueueOfferResult.Enqueued$;
    }

    /** Follows from {@code after} on once it is run; where that is no longer kept then, it fails. */
    private Source<AgentEvent, NotUsed> source(long after) {
        ActorRef<Command> self = context.getSelf();
        int backlog = Math.toIntExact(sequence - after);
        return Source.<AgentEvent>queue(backlog + followerBuffer).watchTermination((follower, done) -> {
            self.tell(new Attach(follower, after));
            var unused = done.whenComplete((value, failure) -> self.tell(new Detach(follower)));
            return NotUsed.getInstance();
        });
    }

    private Optional<Long> position(String id) {
        String prefix = boot + "-";
        if (!id.startsWith(prefix) || !id.substring(prefix.length()).matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(id.substring(prefix.length())))
                .filter(position -> position >= oldestPosition() && position <= sequence);
    }

    /** Just before the oldest event that is kept. */
    private long oldestPosition() {
        return sequence - ring.size();
    }

    private String id(long position) {
        return boot + "-" + position;
    }
}
