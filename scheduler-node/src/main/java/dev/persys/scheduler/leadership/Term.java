package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ContainerOrder;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.Reconciliation;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.events.Events;
import dev.persys.scheduler.node.AgentLink;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.node.NodeMonitor;
import dev.persys.scheduler.node.WorkloadMonitor;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.KnownNode;
import dev.persys.scheduler.retention.RetentionSweep;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One term of leadership: parent of all that decide and write under its epoch, keeper of the {@link Directory}, and the
 * place where reports and orders find their way. It is stopped as a whole when the leadership is lost.
 */
public final class Term {
    public sealed interface Command {}

    /** A request from outside. */
    record Request(SchedulerProtocol.Command request) implements Command {}

    /**
     * A workload's record changed durably.
     *
     * @param last the record as it is, or as it was where {@code after} is absent
     */
    public record WorkloadCommitted(Optional<Workload> before, Optional<Workload> after, Workload last, long revision)
            implements Command {}

    /** A workload was not accepted after all: no store takes its record. */
    public record WorkloadRefused(WorkloadId id) implements Command {}

    /** A node was not admitted after all: no store takes its record. */
    public record NodeRefused(NodeId id) implements Command {}

    /** A node's record changed durably. */
    public record NodeCommitted(Optional<Node> before, Optional<Node> after, KnownNode last) implements Command {}

    /** A node was heard, and nothing had to be written. */
    public record NodeHeard(KnownNode node) implements Command {}

    /** An agent told of a container. */
    public record Seen(NodeId node, ContainerReport report) implements Command {}

    /** @param grace how long after an order its container may be missing from the inventory */
    public record InventoryTaken(Inventory inventory, Duration grace) implements Command {}

    public record Deliver(NodeId node, AgentOrder order) implements Command {}

    public record TakeLogs(NodeId node, WorkloadId id, ActorRef<WorkloadActor.Command> replyTo) implements Command {}

    /** A write was fenced, or a record is not what its only writer wrote. */
    public record LeadershipLost(String why) implements Command {}

    /** An agent has seen a newer epoch. */
    public enum CheckLeadership implements Command {
        INSTANCE
    }

    /** The writer of a workload is gone; unless the workload is too, it has failed. */
    record WriterEnded(WorkloadId id) implements Command {}

    private record Reload(WorkloadId id) implements Command {}

    private record Reloaded(WorkloadId id, Optional<WorkloadActor.Versioned> record) implements Command {}

    private record ReloadFailed(WorkloadId id, Throwable cause) implements Command {}

    private enum CountsDue implements Command {
        INSTANCE
    }

    private enum RetentionDue implements Command {
        INSTANCE
    }

    private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(5);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Leadership leadership;
    private final ActorRef<Leader.Command> leader;
    private final ActorRef<PlacementActor.Command> placement;
    private final ActorRef<EventLog.Command> events;
    private final Writers writers;
    private final Directory directory = new Directory();
    private final Requests requests;
    private final RetentionSweep retention;
    private final Map<WorkloadId, Integer> reloads = new HashMap<>();

    private Term(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SchedulerEnvironment environment,
            Leadership leadership,
            LoadedState loaded,
            ActorRef<Leader.Command> leader) {
        SchedulerSettings settings = environment.settings();
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.leadership = leadership;
        this.leader = leader;
        this.placement = Writers.spawnVital(
                context,
                PlacementActor.create(loaded.clusterView(), settings.placementPolicy(), environment.clock()),
                "placement");
        this.events = Writers.spawnVital(
                context, EventLog.create(environment, leadership, loaded.events(), context.getSelf()), "events");
        ActorRef<NodeMonitor.Command> nodeMonitor =
                Writers.spawnVital(context, NodeMonitor.create(settings.nodeMonitorInterval()), "node-monitor");
        ActorRef<WorkloadMonitor.Command> workloadMonitor = Writers.spawnVital(
                context,
                WorkloadMonitor.create(settings.workloadMonitorInterval(), settings.inventoriesAtOnce()),
                "workload-monitor");
        this.writers = new Writers(
                context,
                directory,
                nodeMonitor,
                new WorkloadActor.Shared(environment, leadership, context.getSelf(), placement),
                new NodeActor.Shared(environment, leadership, context.getSelf(), placement, workloadMonitor));
        this.retention = new RetentionSweep(directory, writers::signal, settings, environment.clock());
        this.requests = new Requests(this, directory, placement, events, retention, leadership, settings);
        timers.startTimerWithFixedDelay(CountsDue.INSTANCE, COUNTS_INTERVAL);
        timers.startTimerWithFixedDelay(RetentionDue.INSTANCE, settings.retentionInterval());
        loaded.nodes().forEach(writers::load);
        loaded.workloads().forEach(writers::load);
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
                .onMessage(WorkloadRefused.class, this::onWorkloadRefused)
                .onMessage(NodeRefused.class, this::onNodeRefused)
                .onMessage(WriterEnded.class, this::onWriterEnded)
                .onMessage(Reload.class, this::onReload)
                .onMessage(Reloaded.class, this::onReloaded)
                .onMessage(ReloadFailed.class, this::onReloadFailed)
                .onMessage(CountsDue.class, command -> onCountsDue())
                .onMessage(RetentionDue.class, command -> onRetentionDue())
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
        reloads.remove(last.id());
        if (command.after().isPresent()) {
            directory.put(last, command.revision());
        } else {
            writers.retire(last.id());
            retention.gone(last.id());
        }
        if (!command.before().map(Workload::status).equals(command.after().map(Workload::status))) {
            command.after().map(Workload::status).ifPresent(SchedulerMetrics.INSTANCE::workloadBecame);
        }
        Events.of(command.before(), command.after(), last, now())
                .ifPresent(event -> events.tell(new EventLog.Append(event, true)));
        boolean moved = !command.before().flatMap(Workload::nodeId).equals(last.nodeId());
        boolean unwanted = last.desired() == Desired.DELETED
                && command.before()
                        .map(Workload::desired)
                        .filter(last.desired()::equals)
                        .isEmpty();
        if (command.after().isPresent() && (moved || unwanted)) {
            writers.tellOfItsNode(last);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onWorkloadRefused(WorkloadRefused command) {
        writers.retire(command.id());
        return Behaviors.same();
    }

    private Behavior<Command> onNodeRefused(NodeRefused command) {
        writers.retire(command.id());
        return Behaviors.same();
    }

    /** A workload's failure is its own: its record is read again, and nobody else notices. */
    private Behavior<Command> onWriterEnded(WriterEnded command) {
        if (directory.writer(command.id()).isPresent()) {
            context.getLog().error("the writer of workload {} has failed; its record is read again", command.id());
            reloadLater(command.id());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onReload(Reload command) {
        WorkloadId id = command.id();
        context.pipeToSelf(
                environment.store().read(List.of(Keys.workload(id))).thenApply(LoadedState::workload),
                (record, failure) -> failure == null ? new Reloaded(id, record) : new ReloadFailed(id, failure));
        return Behaviors.same();
    }

    private Behavior<Command> onReloaded(Reloaded command) {
        WorkloadId id = command.id();
        Optional<Workload> known = directory.record(id);
        if (command.record().isEmpty() && known.isEmpty()) {
            // Its first write may be on its way still, and would make a record that nobody knows of. Only a new epoch
            // settles whether it arrives.
            context.getLog().error("workload {} failed before its first write was known; taking over anew", id);
            return Behaviors.stopped();
        }
        Optional<Workload> record = command.record().map(WorkloadActor.Versioned::workload);
        if (record.filter(Workload::holdsReservation).isEmpty()) {
            placement.tell(new PlacementActor.Release(List.of(id)));
        }
        if (record.isEmpty()) {
            known.ifPresent(directory::remove);
            reloads.remove(id);
        }
        directory.forget(id);
        command.record().ifPresent(writers::load);
        return Behaviors.same();
    }

    private Behavior<Command> onReloadFailed(ReloadFailed command) {
        context.getLog()
                .warn(
                        "cannot read workload {}; again later: {}",
                        command.id(),
                        command.cause().toString());
        reloadLater(command.id());
        return Behaviors.same();
    }

    private void reloadLater(WorkloadId id) {
        int failures = reloads.merge(id, 1, Integer::sum);
        timers.startSingleTimer(id, new Reload(id), environment.settings().storeRetry(failures));
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
            writers.retire(node.id());
            placement.tell(new PlacementActor.NodeRemoved(node.id()));
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeRemoved(node.id()));
            return Behaviors.same();
        }
        directory.put(command.last());
        placement.tell(new PlacementActor.NodeChanged(node));
        boolean entered = !command.before().map(Node::status).equals(Optional.of(node.status()));
        if (entered && node.status() == NodeStatus.SUSPECT) {
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeSilent(node.id()));
        } else if (entered && node.status() == NodeStatus.INACTIVE) {
            writers.signalAllOn(node.id(), new WorkloadSignal.NodeLost(node.id()));
        }
        return Behaviors.same();
    }

    private Behavior<Command> onInventoryTaken(InventoryTaken command) {
        Inventory inventory = command.inventory();
        var findings = Reconciliation.findings(
                inventory, directory.placedOn(inventory.node()), directory::record, command.grace(), now());
        for (Finding finding : findings) {
            context.getLog().info("found on node {}: {}", inventory.node(), finding);
            if (finding instanceof Finding.Tell tell) {
                writers.signal(tell.workload(), tell.signal());
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

    private Behavior<Command> onRetentionDue() {
        retention.pass();
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
        writers.accept(accepted, request.replyTo());
    }

    /** Starts the writer of a node that registers for the first time. */
    void admit(NodeId id, NodeFacts facts, SchedulerProtocol.RegisterNode request) {
        writers.admit(id, facts, request);
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
