package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.RegisterNode;
import dev.persys.scheduler.node.LogTail;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.node.NodeMonitor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.KnownNode;
import dev.persys.scheduler.workload.WorkloadActor;
import java.time.InstantSource;
import java.util.Optional;

/** Starts, finds and retires the writers of the records, as children of the {@link Term} that it is confined to. */
final class Writers {
    private final ActorContext<Term.Command> context;
    private final Directory directory;
    private final ActorRef<NodeMonitor.Command> nodeMonitor;
    private final WorkloadActor.Shared workloadShared;
    private final NodeActor.Shared nodeShared;
    private final LogTail logTail;
    private final InstantSource clock;
    private long nodesSpawned;

    Writers(
            ActorContext<Term.Command> context,
            Directory directory,
            ActorRef<NodeMonitor.Command> nodeMonitor,
            WorkloadActor.Shared workloadShared,
            NodeActor.Shared nodeShared) {
        this.context = context;
        this.directory = directory;
        this.nodeMonitor = nodeMonitor;
        this.workloadShared = workloadShared;
        this.nodeShared = nodeShared;
        this.logTail = new LogTail(workloadShared.environment().settings().logTailBytes());
        this.clock = workloadShared.environment().clock();
    }

    /** A child without which the term cannot go on: if it fails, so does the term, and the leader takes over anew. */
    static <T> ActorRef<T> spawnVital(ActorContext<?> context, Behavior<T> behavior, String name) {
        ActorRef<T> child = context.spawn(behavior, name);
        context.watch(child);
        return child;
    }

    void accept(Workload accepted, ActorRef<Reply<Accepted>> replyTo) {
        spawn(accepted.id(), WorkloadActor.createNew(accepted, replyTo, workloadShared));
    }

    /** A tail that was taken when more was kept is shortened here, and in the store with the next write. */
    void load(WorkloadActor.Versioned loaded) {
        Workload workload =
                loaded.workload().withLogs(logTail.shortened(loaded.workload().logs()));
        directory.put(workload, loaded.revision());
        spawn(
                workload.id(),
                WorkloadActor.createLoaded(new WorkloadActor.Versioned(workload, loaded.revision()), workloadShared));
        tellOfItsNode(workload);
    }

    private void spawn(WorkloadId id, Behavior<WorkloadActor.Command> behavior) {
        ActorRef<WorkloadActor.Command> writer = context.spawn(behavior, "workload-" + id);
        context.watchWith(writer, new Term.WriterEnded(id));
        directory.writer(id, writer);
    }

    void admit(NodeId id, NodeFacts facts, RegisterNode request) {
        spawn(id, NodeActor.createNew(id, facts, request.replyTo(), nodeShared));
    }

    void load(LoadedState.LoadedNode loaded) {
        Node node = loaded.node();
        directory.put(new KnownNode(node, loaded.revision(), clock.instant()));
        spawn(node.id(), NodeActor.createLoaded(node, loaded.revision(), nodeShared));
    }

    /** The number keeps apart a node that is on its way out and one of its name that has just come again. */
    private void spawn(NodeId id, Behavior<NodeActor.Command> behavior) {
        nodesSpawned++;
        ActorRef<NodeActor.Command> writer = spawnVital(context, behavior, "node-" + id + "-" + nodesSpawned);
        directory.nodeWriter(id, writer);
        nodeMonitor.tell(new NodeMonitor.Watch(id, writer));
    }

    /** The node's record is gone: its writer ends when it has answered whatever was sent to it before this. */
    void retire(NodeId id) {
        directory.nodeWriter(id).ifPresent(writer -> {
            context.unwatch(writer);
            writer.tell(NodeActor.Retire.INSTANCE);
        });
        directory.remove(id);
        nodeMonitor.tell(new NodeMonitor.Unwatch(id));
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
            Optional<NodeStatus> status =
                    directory.node(node).map(known -> known.node().status());
            if (status.isEmpty()) {
                signal(workload.id(), new WorkloadSignal.NodeRemoved(node));
            } else if (status.get() == NodeStatus.SUSPECT) {
                signal(workload.id(), new WorkloadSignal.NodeSilent(node));
            } else if (status.get() == NodeStatus.INACTIVE) {
                signal(workload.id(), new WorkloadSignal.NodeLost(node));
            }
        });
    }

    private void tell(WorkloadId id, WorkloadActor.Command command) {
        directory.writer(id).ifPresent(writer -> writer.tell(command));
    }
}
