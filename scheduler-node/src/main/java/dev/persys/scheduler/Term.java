package dev.persys.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ContainerOrder;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.Reconciliation;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One term of leadership: parent of all that decide and write under its epoch, keeper of the {@link Directory}, and the
 * place where reports and orders find their way. It is stopped as a whole when the leadership is lost.
 */
final class Term {
    sealed interface Command {}

    /** A request from outside. */
    record Request(SchedulerProtocol.Command request) implements Command {}

    /**
     * A workload's record changed durably.
     *
     * @param last the record as it is, or as it was where {@code after} is absent
     */
    record WorkloadCommitted(Optional<Workload> before, Optional<Workload> after, Workload last, long revision)
            implements Command {}

    /** A node's record changed durably. */
    record NodeCommitted(Optional<Node> before, Optional<Node> after, KnownNode last) implements Command {}

    /** A node was heard, and nothing had to be written. */
    record NodeHeard(KnownNode node) implements Command {}

    /** An agent told of a container. */
    record Seen(NodeId node, ContainerReport report) implements Command {}

    record InventoryTaken(Inventory inventory) implements Command {}

    record Deliver(NodeId node, AgentOrder order) implements Command {}

    record TakeLogs(NodeId node, WorkloadId id, ActorRef<WorkloadActor.Command> replyTo) implements Command {}

    /** A write was fenced, or a record is not what its only writer wrote. */
    record LeadershipLost(String why) implements Command {}

    /** An agent has seen a newer epoch. */
    enum CheckLeadership implements Command {
        INSTANCE
    }

    private enum CountsDue implements Command {
        INSTANCE
    }

    private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(5);

    private final ActorContext<Command> context;
    private final SchedulerEnvironment environment;
    private final Leadership leadership;
    private final ActorRef<Leader.Command> leader;
    private final ActorRef<PlacementActor.Command> placement;
    private final ActorRef<EventLog.Command> events;
    private final ActorRef<NodeMonitor.Command> nodeMonitor;
    private final WorkloadActor.Shared workloadShared;
    private final NodeActor.Shared nodeShared;
    private final Directory directory = new Directory();
    private final Requests requests;

    private Term(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SchedulerEnvironment environment,
            Leadership leadership,
            LoadedState loaded,
            ActorRef<Leader.Command> leader) {
        SchedulerSettings settings = environment.settings();
        this.context = context;
        this.environment = environment;
        this.leadership = leadership;
        this.leader = leader;
        this.placement = context.spawn(
                PlacementActor.create(loaded.clusterView(), settings.placementPolicy(), environment.clock()),
                "placement");
        this.events = context.spawn(EventLog.create(environment, leadership, loaded.events()), "events");
        this.nodeMonitor = context.spawn(NodeMonitor.create(settings.nodeMonitorInterval()), "node-monitor");
        ActorRef<WorkloadMonitor.Command> workloadMonitor = context.spawn(
                WorkloadMonitor.create(settings.workloadMonitorInterval(), settings.inventoriesAtOnce()),
                "workload-monitor");
        this.workloadShared = new WorkloadActor.Shared(environment, leadership, context.getSelf(), placement);
        this.nodeShared = new NodeActor.Shared(environment, leadership, context.getSelf(), placement, workloadMonitor);
        this.requests = new Requests(this, directory, placement, events, leadership);
        timers.startTimerWithFixedDelay(CountsDue.INSTANCE, COUNTS_INTERVAL);
        loaded.nodes().forEach(this::spawnLoaded);
        loaded.workloads().forEach(this::spawnLoaded);
    }

    static Behavior<Command> create(
            SchedulerEnvironment environment,
            Leadership leadership,
            LoadedState loaded,
            ActorRef<Leader.Command> leader) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Term(context, timers, environment, leadership, loaded, leader).leading()));
    }

    private Behavior<Command> leading() {
        return Behaviors.receive(Command.class)
                .onMessage(Request.class, this::onRequest)
                .onMessage(Seen.class, this::onSeen)
                .onMessage(WorkloadCommitted.class, this::onWorkloadCommitted)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(TakeLogs.class, this::onTakeLogs)
                .onMessage(NodeHeard.class, this::onNodeHeard)
                .onMessage(NodeCommitted.class, this::onNodeCommitted)
                .onMessage(InventoryTaken.class, this::onInventoryTaken)
                .onMessage(LeadershipLost.class, this::onLeadershipLost)
                .onMessage(CheckLeadership.class, command -> onCheckLeadership())
                .onMessage(CountsDue.class, command -> onCountsDue())
                .build();
    }

    private Behavior<Command> onRequest(Request command) {
        requests.answer(command.request());
        return Behaviors.same();
    }

    private Behavior<Command> onSeen(Seen command) {
        ContainerReport report = command.report();
        Optional<ActorRef<WorkloadActor.Command>> writer = directory.writer(report.workloadId());
        if (writer.isPresent()) {
            writer.get().tell(new WorkloadActor.Signal(new WorkloadSignal.Seen(command.node(), report)));
            report.progress().ifPresent(progress -> {
                directory.progress(report.workloadId(), progress);
                directory
                        .record(report.workloadId())
                        .ifPresent(workload ->
                                events.tell(new EventLog.Append(Events.progress(workload, progress, now()), false)));
            });
        } else if (report.phase().isLive() || report.phase() == ContainerPhase.EXITED) {
            removeOrphan(command.node(), report.workloadId(), report.generation());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onWorkloadCommitted(WorkloadCommitted command) {
        Workload last = command.last();
        if (command.after().isPresent()) {
            directory.put(last, command.revision());
        } else {
            directory.remove(last);
        }
        if (!command.before().map(Workload::status).equals(command.after().map(Workload::status))) {
            command.after().map(Workload::status).ifPresent(SchedulerMetrics.INSTANCE::workloadBecame);
        }
        Events.of(command.before(), command.after(), last, now())
                .ifPresent(event -> events.tell(new EventLog.Append(event, true)));
        last.nodeId()
                .filter(node ->
                        command.after().isPresent() && directory.node(node).isEmpty())
                .ifPresent(node -> signal(last.id(), new WorkloadSignal.NodeRemoved(node)));
        return Behaviors.same();
    }

    private Behavior<Command> onDeliver(Deliver command) {
        directory
                .nodeWriter(command.node())
                .ifPresent(node -> node.tell(new NodeActor.ToAgent(new AgentLink.Deliver(command.order()))));
        return Behaviors.same();
    }

    private Behavior<Command> onTakeLogs(TakeLogs command) {
        directory
                .nodeWriter(command.node())
                .ifPresent(node ->
                        node.tell(new NodeActor.ToAgent(new AgentLink.TakeLogs(command.id(), command.replyTo()))));
        return Behaviors.same();
    }

    private Behavior<Command> onNodeHeard(NodeHeard command) {
        directory.put(command.node());
        return Behaviors.same();
    }

    private Behavior<Command> onNodeCommitted(NodeCommitted command) {
        Node node = command.last().node();
        Events.of(command.before(), command.after(), node, now())
                .ifPresent(event -> events.tell(new EventLog.Append(event, true)));
        if (command.after().isEmpty()) {
            directory.remove(node.id());
            placement.tell(new PlacementActor.NodeRemoved(node.id()));
            nodeMonitor.tell(new NodeMonitor.Unwatch(node.id()));
            signalAllOn(node.id(), new WorkloadSignal.NodeRemoved(node.id()));
            return Behaviors.same();
        }
        directory.put(command.last());
        placement.tell(new PlacementActor.NodeChanged(node));
        boolean entered = !command.before().map(Node::status).equals(Optional.of(node.status()));
        if (entered && node.status() == NodeStatus.SUSPECT) {
            signalAllOn(node.id(), new WorkloadSignal.NodeSilent(node.id()));
        } else if (entered && node.status() == NodeStatus.INACTIVE) {
            signalAllOn(node.id(), new WorkloadSignal.NodeLost(node.id()));
        }
        return Behaviors.same();
    }

    private Behavior<Command> onInventoryTaken(InventoryTaken command) {
        Inventory inventory = command.inventory();
        var findings = Reconciliation.findings(
                inventory,
                directory.placedOn(inventory.node()),
                directory::record,
                environment.settings().startGrace(),
                now());
        for (Finding finding : findings) {
            context.getLog().info("found on node {}: {}", inventory.node(), finding);
            if (finding instanceof Finding.Tell tell) {
                signal(tell.workload(), tell.signal());
            } else if (finding instanceof Finding.Orphan orphan && isWritten(orphan.workload())) {
                removeOrphan(orphan.node(), orphan.workload(), orphan.generation());
            }
        }
        return Behaviors.same();
    }

    private Behavior<Command> onLeadershipLost(LeadershipLost command) {
        leader.tell(new Leader.TermEnded(leadership.epoch(), command.why()));
        return Behaviors.stopped();
    }

    private Behavior<Command> onCheckLeadership() {
        leader.tell(new Leader.TermDoubted(leadership.epoch()));
        return Behaviors.same();
    }

    private Behavior<Command> onCountsDue() {
        SchedulerMetrics.INSTANCE.counts(directory.workloadCounts(), directory.nodeCounts());
        return Behaviors.same();
    }

    /** Starts the writer of a workload that was just accepted. */
    void accept(SchedulerProtocol.Schedule request) {
        WorkloadId id = environment.workloadIds().get();
        WorkloadSpec spec = request.spec();
        Workload accepted = Workload.accepted(
                id, spec, request.idempotencyKey(), request.origin().request(), now());
        request.idempotencyKey().ifPresent(key -> directory.claimKey(key, id, spec));
        SchedulerMetrics.INSTANCE.workloadAccepted();
        directory.writer(
                id,
                context.spawn(WorkloadActor.createNew(accepted, request.replyTo(), workloadShared), "workload-" + id));
    }

    /** Starts the writer of a node that registers for the first time. */
    void admit(NodeId id, dev.persys.model.NodeFacts facts, SchedulerProtocol.RegisterNode request) {
        watch(id, context.spawn(NodeActor.createNew(id, facts, request.replyTo(), nodeShared), "node-" + id));
    }

    private void spawnLoaded(LoadedState.LoadedNode loaded) {
        Node node = loaded.node();
        directory.put(new KnownNode(node, loaded.revision(), now()));
        watch(
                node.id(),
                context.spawn(NodeActor.createLoaded(node, loaded.revision(), nodeShared), "node-" + node.id()));
    }

    private void spawnLoaded(WorkloadActor.Versioned loaded) {
        Workload workload = loaded.workload();
        directory.put(workload, loaded.revision());
        directory.writer(
                workload.id(),
                context.spawn(WorkloadActor.createLoaded(loaded, workloadShared), "workload-" + workload.id()));
        workload.nodeId()
                .filter(node -> directory.node(node).isEmpty())
                .ifPresent(node -> signal(workload.id(), new WorkloadSignal.NodeRemoved(node)));
    }

    private void watch(NodeId id, ActorRef<NodeActor.Command> node) {
        directory.nodeWriter(id, node);
        nodeMonitor.tell(new NodeMonitor.Watch(id, node));
    }

    private void signal(WorkloadId id, WorkloadSignal signal) {
        directory.writer(id).ifPresent(writer -> writer.tell(new WorkloadActor.Signal(signal)));
    }

    private void signalAllOn(NodeId node, WorkloadSignal signal) {
        directory.placedOn(node).forEach(workload -> signal(workload.id(), signal));
    }

    /** Whether the directory's word on this workload is the last: no record of it is on its way. */
    private boolean isWritten(WorkloadId id) {
        return directory.record(id).isPresent() || directory.writer(id).isEmpty();
    }

    private void removeOrphan(NodeId node, WorkloadId id, Generation generation) {
        SchedulerMetrics.INSTANCE.orphanFound();
        ContainerOrder order = new ContainerOrder(
                id,
                generation,
                leadership.epoch(),
                leadership.clusterId(),
                WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD,
                Optional.empty());
        context.getSelf().tell(new Deliver(node, new AgentOrder.Remove(order)));
    }

    private Instant now() {
        return environment.clock().instant();
    }
}
