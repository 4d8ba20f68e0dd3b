package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.ArchiveQuery;
import dev.persys.api.BareRun;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.api.SessionQuery;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.protocol.AgentProtocol.SessionReply;
import dev.persys.protocol.AgentProtocol.UsageReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeSignal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Owns this node's {@link ContainerActor}s: routes what concerns a workload to its actor, bounds how much is under way at
 * once, and forgets the oldest workloads that have no container.
 */
final class ContainerManager {
    sealed interface Command {}

    record RunContainer(RunOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    /** As {@link RunContainer}, with the number of the newest order about that workload. */
    record RunNewest(BareRun order, Epoch epoch, ClusterId clusterId, ActorRef<OrderReply> replyTo)
            implements Command {}

    record StopContainer(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    record RemoveContainer(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    record ListContainers(Optional<ClusterId> clusterId, ActorRef<ListReply> replyTo) implements Command {}

    /** @param container a workload's id, or the engine's id of its container, whole or the beginning of it */
    record ReadLogs(String container, Optional<ClusterId> clusterId, LogQuery query, ActorRef<LogsReply> replyTo)
            implements Command {}

    /** @param container as {@link ReadLogs} takes it */
    record OpenSession(
            String container, Optional<ClusterId> clusterId, SessionQuery query, ActorRef<SessionReply> replyTo)
            implements Command {}

    /** @param container as {@link ReadLogs} takes it */
    record OpenArchive(
            String container, Optional<ClusterId> clusterId, ArchiveQuery query, ActorRef<SessionReply> replyTo)
            implements Command {}

    /** @param container as {@link ReadLogs} takes it */
    record ReadUsage(String container, Optional<ClusterId> clusterId, boolean follow, ActorRef<UsageReply> replyTo)
            implements Command {}

    /** Somebody is attached to that workload's container. */
    record SessionBegun(WorkloadId workloadId) implements Command {}

    /** Every container of this node and cluster, as the engine shows it now. */
    record Synced(List<ContainerState> containers) implements Command {}

    /** The engine tells of a container of this node and cluster. */
    record Happened(WorkloadId workloadId, RuntimeSignal.Happened event) implements Command {}

    /** The engine shows that workload's container otherwise than it was told. */
    record LookAgain(WorkloadId workloadId) implements Command {}

    /** The node belongs to another cluster than was thought: what is known is of no use. */
    record Restart() implements Command {}

    /** A workload wants a lane; {@link ContainerActor.LaneGranted} is the answer, at once or later. */
    record Acquire(Lanes.Lane lane, WorkloadId workloadId) implements Command {}

    /** A workload needs the lane no more, or does not wait for it any more. */
    record Release(Lanes.Lane lane, WorkloadId workloadId) implements Command {}

    /**
     * A workload has nothing to do.
     *
     * @param orders how many orders it has answered in its life
     * @param isBare whether it has no container
     */
    record Settled(WorkloadId workloadId, long orders, boolean isBare) implements Command {}

    private record Ended(WorkloadId workloadId, ActorRef<ContainerActor.Command> actor) implements Command {}

    private record ListingEnded() implements Command {}

    /**
     * One workload's actor.
     *
     * @param orders sent to it
     */
    private record Child(ActorRef<ContainerActor.Command> actor, long orders) {}

    private final ActorContext<Command> context;
    private final AgentSettings settings;
    private final Surroundings around;
    private final AgentMetrics metrics;
    private final ContainerLogs logs;
    private final ContainerSessions sessions;
    private final Lanes lanes;
    private final Map<WorkloadId, Child> children = new HashMap<>();
    private final Set<WorkloadId> busy = new HashSet<>();
    private final LinkedHashSet<WorkloadId> bare = new LinkedHashSet<>();
    private int listings;
    private long names;

    private ContainerManager(
            ActorContext<Command> context, AgentSettings settings, Surroundings around, AgentMetrics metrics) {
        this.context = context;
        this.settings = settings;
        this.around = around;
        this.metrics = metrics;
        this.logs = new ContainerLogs(around.runtime(), context.getSystem());
        this.sessions = new ContainerSessions(around, context.getSelf());
        this.lanes = new Lanes(settings.maxStarts(), settings.maxStops());
    }

    /** @param surroundings for the workloads' actors, given this one's reference */
    static Behavior<Command> create(
            AgentSettings settings, Function<ActorRef<Command>, Surroundings> surroundings, AgentMetrics metrics) {
        return Behaviors.setup(context ->
                new ContainerManager(context, settings, surroundings.apply(context.getSelf()), metrics).managing());
    }

    private Behavior<Command> managing() {
        return Behaviors.receive(Command.class)
                .onMessage(RunContainer.class, this::onRunContainer)
                .onMessage(RunNewest.class, this::onRunNewest)
                .onMessage(StopContainer.class, this::onStopContainer)
                .onMessage(RemoveContainer.class, this::onRemoveContainer)
                .onMessage(ListContainers.class, this::onListContainers)
                .onMessage(ReadLogs.class, this::onReadLogs)
                .onMessage(OpenSession.class, this::onOpenSession)
                .onMessage(SessionBegun.class, this::onSessionBegun)
                .onMessage(OpenArchive.class, this::onOpenArchive)
                .onMessage(ReadUsage.class, this::onReadUsage)
                .onMessage(Synced.class, this::onSynced)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(LookAgain.class, this::onLookAgain)
                .onMessage(Restart.class, this::onRestart)
                .onMessage(Acquire.class, this::onAcquire)
                .onMessage(Release.class, this::onRelease)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(ListingEnded.class, this::onListingEnded)
                .build();
    }

    private Behavior<Command> onRunContainer(RunContainer command) {
        return run(
                command.order().workloadId(),
                new ContainerActor.Run(command.order(), command.replyTo()),
                command.replyTo());
    }

    private Behavior<Command> onRunNewest(RunNewest command) {
        return run(
                command.order().workloadId(),
                new ContainerActor.RunNewest(command.order(), command.epoch(), command.clusterId(), command.replyTo()),
                command.replyTo());
    }

    private Behavior<Command> run(WorkloadId id, ContainerActor.Command order, ActorRef<OrderReply> replyTo) {
        if (busy.size() >= settings.maxPendingOrders() && !busy.contains(id)) {
            metrics.orderAnswered("run", "busy");
            replyTo.tell(new OrderReply.Busy(busy.size() + " orders are under way on this node; ask again later"));
            return Behaviors.same();
        }
        order(id, order);
        return Behaviors.same();
    }

    private Behavior<Command> onStopContainer(StopContainer command) {
        order(command.order().workloadId(), new ContainerActor.Stop(command.order(), command.replyTo()));
        return Behaviors.same();
    }

    private Behavior<Command> onRemoveContainer(RemoveContainer command) {
        order(command.order().workloadId(), new ContainerActor.Remove(command.order(), command.replyTo()));
        return Behaviors.same();
    }

    private Behavior<Command> onListContainers(ListContainers command) {
        if (listings >= settings.maxListings()) {
            command.replyTo().tell(new ListReply.Unavailable("too many listings are under way; ask again later"));
            return Behaviors.same();
        }
        listings++;
        ActorRef<Listing.Command> listing = context.spawnAnonymous(Listing.create(
                around.runtime(),
                around.feed(),
                context.getSelf(),
                labels(Optional.empty()),
                command.clusterId(),
                settings.listingParallelism(),
                command.replyTo()));
        context.watchWith(listing, new ListingEnded());
        return Behaviors.same();
    }

    private Behavior<Command> onReadLogs(ReadLogs command) {
        var unused = logs.read(command.container(), labels(command.clusterId()), command.query())
                .thenAccept(command.replyTo()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onOpenSession(OpenSession command) {
        var unused = sessions.open(command.container(), labels(command.clusterId()), command.query())
                .thenAccept(command.replyTo()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onSessionBegun(SessionBegun command) {
        Optional.ofNullable(children.get(command.workloadId()))
                .ifPresent(child -> child.actor().tell(new ContainerActor.SessionBegun()));
        return Behaviors.same();
    }

    private Behavior<Command> onOpenArchive(OpenArchive command) {
        var unused = sessions.archive(command.container(), labels(command.clusterId()), command.query())
                .thenAccept(command.replyTo()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onReadUsage(ReadUsage command) {
        var unused = sessions.usage(command.container(), labels(command.clusterId()), command.follow())
                .thenAccept(command.replyTo()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onSynced(Synced command) {
        Set<WorkloadId> listed = new HashSet<>();
        for (ContainerState container : command.containers()) {
            ContainerLabels.parse(container.labels()).ifPresent(labels -> {
                listed.add(labels.workloadId());
                child(labels.workloadId()).actor().tell(new ContainerActor.Listed(labels, container));
            });
        }
        children.forEach((id, child) -> {
            if (!listed.contains(id)) {
                child.actor().tell(new ContainerActor.Recheck());
            }
        });
        return Behaviors.same();
    }

    private Behavior<Command> onHappened(Happened command) {
        child(command.workloadId()).actor().tell(new ContainerActor.Happened(command.event()));
        return Behaviors.same();
    }

    private Behavior<Command> onLookAgain(LookAgain command) {
        Optional.ofNullable(children.get(command.workloadId()))
                .ifPresent(child -> child.actor().tell(new ContainerActor.Recheck()));
        return Behaviors.same();
    }

    private Behavior<Command> onRestart(Restart command) {
        Set.copyOf(children.keySet()).forEach(this::forget);
        return Behaviors.same();
    }

    private Behavior<Command> onAcquire(Acquire command) {
        if (lanes.acquire(command.lane(), command.workloadId())) {
            grant(command.lane(), command.workloadId());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onRelease(Release command) {
        release(command.lane(), command.workloadId());
        return Behaviors.same();
    }

    private Behavior<Command> onSettled(Settled command) {
        Child child = children.get(command.workloadId());
        if (child == null || child.orders() != command.orders()) {
            // An order is on its way to it.
            return Behaviors.same();
        }
        busy.remove(command.workloadId());
        if (command.isBare()) {
            bare.add(command.workloadId());
        } else {
            bare.remove(command.workloadId());
        }
        Iterator<WorkloadId> oldest = List.copyOf(bare).iterator();
        while (bare.size() > settings.maxRemembered()) {
            forget(oldest.next());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onEnded(Ended command) {
        Child child = children.get(command.workloadId());
        if (child != null && child.actor().equals(command.actor())) {
            forget(command.workloadId());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onListingEnded(ListingEnded command) {
        listings--;
        return Behaviors.same();
    }

    private void order(WorkloadId id, ContainerActor.Command order) {
        Child child = child(id);
        children.put(id, new Child(child.actor(), child.orders() + 1));
        busy.add(id);
        bare.remove(id);
        child.actor().tell(order);
    }

    private Child child(WorkloadId id) {
        return children.computeIfAbsent(id, key -> {
            // A number behind the id: the name of an actor that is just ending is still taken.
            ActorRef<ContainerActor.Command> actor =
                    context.spawn(ContainerActor.create(id, around), "container-" + id + "-" + names++);
            context.watchWith(actor, new Ended(id, actor));
            return new Child(actor, 0);
        });
    }

    private void forget(WorkloadId id) {
        Child child = children.remove(id);
        busy.remove(id);
        bare.remove(id);
        for (Lanes.Lane lane : Lanes.Lane.values()) {
            release(lane, id);
        }
        around.awaited().remove(id);
        around.puller().tell(new ImagePuller.GiveUp(id));
        around.feed().tell(new EventFeed.Forget(id));
        context.stop(child.actor());
    }

    private void release(Lanes.Lane lane, WorkloadId id) {
        lanes.release(lane, id).ifPresent(next -> grant(lane, next));
    }

    private void grant(Lanes.Lane lane, WorkloadId id) {
        Optional.ofNullable(children.get(id))
                .ifPresentOrElse(
                        child -> child.actor().tell(new ContainerActor.LaneGranted(lane)), () -> release(lane, id));
    }

    private Map<String, String> labels(Optional<ClusterId> clusterId) {
        Map<String, String> labels = new HashMap<>();
        labels.put(ContainerLabels.NODE, around.nodeId().value());
        clusterId.ifPresent(cluster -> labels.put(ContainerLabels.CLUSTER, cluster.value()));
        return labels;
    }
}
