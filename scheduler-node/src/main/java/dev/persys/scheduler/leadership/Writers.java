package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.node.AgentLink;
import dev.persys.scheduler.node.ConnectionQueue;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.node.NodeMonitor;
import dev.persys.scheduler.node.WorkloadMonitor;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.store.Leadership;
import java.util.Optional;

/** Starts, finds and retires the writers of the records, and begins again with one that fails. Confined to the {@link Term}. */
final class Writers {
    private final ActorContext<TermMessage> context;
    private final SchedulerEnvironment environment;
    private final Directory directory;
    private final ActorRef<NodeMonitor.Command> nodeMonitor;
    private final ActorRef<WorkloadMonitor.Command> workloadMonitor;
    private final ActorRef<ConnectionQueue.Command> connections;
    private final WorkloadActor.Shared workloadShared;
    private final NodeActor.Shared nodeShared;
    private long spawned;

    Writers(
            ActorContext<TermMessage> context,
            SchedulerEnvironment environment,
            Leadership leadership,
            Directory directory,
            ActorRef<PlacementActor.Command> placement,
            EventNumbers numbers) {
        SchedulerSettings settings = environment.settings();
        this.context = context;
        this.environment = environment;
        this.directory = directory;
        this.nodeMonitor = spawnVital(context, NodeMonitor.create(environment), "node-monitor");
        this.workloadMonitor = spawnVital(
                context,
                WorkloadMonitor.create(settings.workloadMonitorInterval(), settings.inventoriesAtOnce()),
                "workload-monitor");
        this.connections = spawnVital(context, ConnectionQueue.create(), "connections");
        this.workloadShared = new WorkloadActor.Shared(environment, leadership, context.getSelf(), placement, numbers);
        this.nodeShared = new NodeActor.Shared(environment, leadership, context.getSelf(), placement, numbers);
    }

    /** A child without which the term cannot go on: if it fails, so does the term, and the leader takes over anew. */
    static <T> ActorRef<T> spawnVital(ActorContext<?> context, Behavior<T> behavior, String name) {
        ActorRef<T> child = context.spawn(behavior, name);
        context.watch(child);
        return child;
    }

    void accept(Workload accepted, ActorRef<Reply<Accepted>> replyTo) {
        spawn(accepted.id()).tell(new WorkloadActor.Accept(accepted, replyTo));
    }

    void load(Stored<Workload> loaded) {
        directory.read(loaded.value(), loaded.revision());
        start(loaded.value().id());
    }

    /** Starts the writer of a workload whose record is known, unless there is one. */
    void start(WorkloadId id) {
        var unused = writer(id);
    }

    /** The writer of a workload that there is or is about to be; started now where its turn has not come yet. */
    Optional<ActorRef<WorkloadActor.Command>> writer(WorkloadId id) {
        return directory.writer(id).or(() -> directory.workload(id).map(this::started));
    }

    private ActorRef<WorkloadActor.Command> started(WorkloadView known) {
        Workload workload = known.workload();
        ActorRef<WorkloadActor.Command> writer = spawn(workload.id());
        writer.tell(new WorkloadActor.Load(new Stored<>(workload, known.revision())));
        tellOfItsNode(workload);
        return writer;
    }

    private ActorRef<WorkloadActor.Command> spawn(WorkloadId id) {
        ActorRef<WorkloadActor.Command> writer = context.spawn(WorkloadActor.create(workloadShared), "workload-" + id);
        context.watchWith(writer, new Term.WriterEnded(id));
        directory.writer(id, writer);
        return writer;
    }

    void admit(NodeId id, NodeFacts facts, ActorRef<Reply<RegisterResponse>> replyTo) {
        spawn(id, facts).tell(new NodeActor.Admit(id, facts, replyTo));
    }

    void loadNode(Stored<Node> loaded) {
        Node node = loaded.value();
        directory.put(loaded);
        spawn(node.id(), node.facts()).tell(new NodeActor.Load(loaded));
    }

    private ActorRef<NodeActor.Command> spawn(NodeId id, NodeFacts facts) {
        ActorRef<AgentLink.Command> link = directory
                .link(id)
                .orElseGet(() -> spawnLink(id, AgentLink.create(id, facts, environment, context.getSelf())));
        ActorRef<NodeActor.Command> writer = context.spawn(NodeActor.create(link, nodeShared), numbered("node-" + id));
        context.watchWith(writer, new Term.NodeWriterEnded(id));
        directory.nodeWriter(id, writer);
        nodeMonitor.tell(new NodeMonitor.Watch(id, writer));
        return writer;
    }

    private ActorRef<AgentLink.Command> spawnLink(NodeId id, Behavior<AgentLink.Command> behavior) {
        ActorRef<AgentLink.Command> link = context.spawn(behavior, numbered("link-" + id));
        context.watchWith(link, new Term.LinkEnded(id));
        directory.link(id, link);
        workloadMonitor.tell(new WorkloadMonitor.Watch(id, link));
        connections.tell(new ConnectionQueue.Enter(link));
        return link;
    }

    /** Keeps apart what is on its way out and what takes its place. */
    private String numbered(String name) {
        spawned++;
        return name + "-" + spawned;
    }

    /** Makes the node a link in place of one that failed; false where its record is still on its way. */
    boolean linkAgain(NodeId id) {
        Optional<Node> node = directory.node(id).map(Stored::value);
        node.ifPresent(known -> {
            ActorRef<AgentLink.Command> link =
                    spawnLink(id, AgentLink.createAnew(id, known.facts(), environment, context.getSelf()));
            directory.nodeWriter(id).ifPresent(writer -> writer.tell(new NodeActor.Linked(link)));
        });
        return node.isPresent();
    }

    /** The node's record is gone: its writer ends when it has answered whatever was sent to it before this. */
    void retire(NodeId id) {
        directory.nodeWriter(id).ifPresent(writer -> {
            context.unwatch(writer);
            writer.tell(NodeActor.Retire.INSTANCE);
        });
        directory.link(id).ifPresent(link -> {
            context.unwatch(link);
            context.stop(link);
        });
        directory.remove(id);
        nodeMonitor.tell(new NodeMonitor.Unwatch(id));
        workloadMonitor.tell(new WorkloadMonitor.Unwatch(id));
    }

    /** The workload's record is gone: its writer ends when it has answered whatever was sent to it before this. */
    void retire(WorkloadId id) {
        tell(id, WorkloadActor.Retire.INSTANCE);
        directory.record(id).ifPresent(directory::remove);
        directory.forget(id);
    }

    void signal(WorkloadId id, WorkloadSignal signal) {
        tell(id, new WorkloadActor.Signal(signal));
    }

    void signalAllOn(NodeId node, WorkloadSignal signal) {
        directory.placedOn(node).forEach(workload -> signal(workload.id(), signal));
    }

    /** What a workload may have missed of the node that it has just come to. */
    void tellOfItsNode(Workload workload) {
        workload.nodeId().ifPresent(node -> {
            Optional<Node> known = directory.node(node).map(Stored::value);
            Optional<NodeStatus> status = known.map(Node::status);
            if (status.isEmpty()) {
                signal(workload.id(), new WorkloadSignal.NodeRemoved(node));
            } else if (status.get() == NodeStatus.SUSPECT) {
                signal(
                        workload.id(),
                        new WorkloadSignal.NodeSilent(node, known.get().message()));
            } else if (status.get() == NodeStatus.INACTIVE) {
                signal(workload.id(), new WorkloadSignal.NodeLost(node));
            }
        });
    }

    private void tell(WorkloadId id, WorkloadActor.Command command) {
        writer(id).ifPresent(writer -> writer.tell(command));
    }
}
