package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.Page;
import dev.persys.api.RegisterRequest;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Names;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Beat;
import dev.persys.protocol.SchedulerProtocol.ChangeNode;
import dev.persys.protocol.SchedulerProtocol.ChangeWorkload;
import dev.persys.protocol.SchedulerProtocol.CollectGarbage;
import dev.persys.protocol.SchedulerProtocol.Command;
import dev.persys.protocol.SchedulerProtocol.ExplainWorkload;
import dev.persys.protocol.SchedulerProtocol.FollowEvents;
import dev.persys.protocol.SchedulerProtocol.GetClusterMetrics;
import dev.persys.protocol.SchedulerProtocol.GetNode;
import dev.persys.protocol.SchedulerProtocol.GetReadiness;
import dev.persys.protocol.SchedulerProtocol.GetWorkload;
import dev.persys.protocol.SchedulerProtocol.ListNodes;
import dev.persys.protocol.SchedulerProtocol.ListWorkloads;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.Readiness;
import dev.persys.protocol.SchedulerProtocol.RegisterNode;
import dev.persys.protocol.SchedulerProtocol.Schedule;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.KnownNode;
import dev.persys.scheduler.retention.RetentionSweep;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.store.Leadership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers what is asked of a leader: reads from the directory, sends what changes something to its writer. */
final class Requests {
    private static final int DEFAULT_AGENT_PORT = 8086;

    private final Term term;
    private final Directory directory;
    private final ActorRef<PlacementActor.Command> placement;
    private final ActorRef<EventLog.Command> events;
    private final RetentionSweep retention;
    private final Leadership leadership;
    private final SchedulerSettings settings;

    Requests(
            Term term,
            Directory directory,
            ActorRef<PlacementActor.Command> placement,
            ActorRef<EventLog.Command> events,
            RetentionSweep retention,
            Leadership leadership,
            SchedulerSettings settings) {
        this.term = term;
        this.directory = directory;
        this.placement = placement;
        this.events = events;
        this.retention = retention;
        this.leadership = leadership;
        this.settings = settings;
    }

    /** Answers {@code request}, or has it answered by the writer of the record that it is about. */
    void answer(Command request) {
        if (request instanceof Schedule schedule) {
            schedule(schedule);
        } else if (request instanceof Beat beat) {
            beat(beat);
        } else if (request instanceof GetWorkload get) {
            resolved(get.reference(), get.replyTo(), id -> get.replyTo().tell(new Reply.Ok<>(view(id))));
        } else if (request instanceof ListWorkloads list) {
            list(list);
        } else if (request instanceof ChangeWorkload change) {
            resolved(change.reference(), change.replyTo(), id -> change(id, change));
        } else if (request instanceof ExplainWorkload explain) {
            resolved(
                    explain.reference(),
                    explain.replyTo(),
                    id -> placement.tell(new PlacementActor.Explain(view(id), explain.replyTo())));
        } else if (request instanceof RegisterNode register) {
            register(register);
        } else if (request instanceof GetNode get) {
            getNode(get);
        } else if (request instanceof ListNodes list) {
            listNodes(list);
        } else if (request instanceof ChangeNode change) {
            changeNode(change);
        } else if (request instanceof GetClusterMetrics get) {
            measure(get);
        } else if (request instanceof CollectGarbage collect) {
            collect.replyTo().tell(new Reply.Ok<>(retention.collect(collect)));
        } else if (request instanceof FollowEvents follow) {
            events.tell(new EventLog.Follow(follow.after(), follow.replyTo()));
        } else {
            throw new IllegalArgumentException("not a request for a term: " + request);
        }
    }

    /** Says to whoever asks that nothing can be answered now. */
    static void unavailable(Command request, String detail) {
        if (request instanceof Schedule schedule) {
            schedule.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof Beat beat) {
            beat.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof GetWorkload get) {
            get.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof ListWorkloads list) {
            list.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof ChangeWorkload change) {
            change.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof ExplainWorkload explain) {
            explain.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof RegisterNode register) {
            register.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof GetNode get) {
            get.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof ListNodes list) {
            list.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof ChangeNode change) {
            change.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof GetClusterMetrics get) {
            get.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof CollectGarbage collect) {
            collect.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof FollowEvents follow) {
            follow.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (request instanceof GetReadiness readiness) {
            readiness.replyTo().tell(new Readiness(false, detail));
        }
    }

    private void schedule(Schedule request) {
        Optional<Directory.Keyed> earlier = request.idempotencyKey().flatMap(directory::keyed);
        if (earlier.isEmpty()) {
            accept(request);
            return;
        }
        ActorRef<Reply<Accepted>> replyTo = request.replyTo();
        if (!earlier.get().spec().equals(request.spec())) {
            replyTo.tell(new Reply.Conflict<>(
                    "idempotency-key-reused",
                    "this Idempotency-Key made workload " + earlier.get().id()
                            + " from another specification; use a new key"));
            return;
        }
        directory
                .writer(earlier.get().id())
                .ifPresentOrElse(
                        writer -> writer.tell(new WorkloadActor.Repeat(replyTo)),
                        () -> replyTo.tell(new Reply.Unavailable<>(Leader.BUSY)));
    }

    private void accept(Schedule request) {
        if (directory.workloadCount() >= settings.maxWorkloads()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "too-many-workloads",
                            "there are " + directory.workloadCount() + " workloads, and no more are taken: delete what"
                                    + " is not needed any more, or raise persys.scheduler.max-workloads"));
        } else if (directory.unwrittenCount() >= settings.maxUnwritten()) {
            request.replyTo()
                    .tell(new Reply.Unavailable<>(
                            directory.unwrittenCount() + " new workloads wait for the state store to write them"));
        } else {
            term.accept(request);
        }
    }

    private void list(ListWorkloads request) {
        if (request.after().filter(text -> !Directory.isPlace(text)).isPresent()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "bad-continue", "'continue' is what a page before gave; start again without it"));
            return;
        }
        List<WorkloadView> page = directory.page(request.filter(), request.limit() + 1, request.after());
        boolean more = page.size() > request.limit();
        List<WorkloadView> shown = more ? page.subList(0, request.limit()) : page;
        Optional<String> next =
                more ? Optional.of(Directory.continueAfter(shown.get(shown.size() - 1))) : Optional.empty();
        request.replyTo().tell(new Reply.Ok<>(new Page<>(shown, next)));
    }

    private void change(WorkloadId id, ChangeWorkload request) {
        Optional<String> by = request.origin().request();
        WorkloadSignal.Request signal = switch (request.action()) {
            case STOP -> new WorkloadSignal.StopAsked(by);
            case START -> new WorkloadSignal.StartAsked(by);
            case RESTART -> new WorkloadSignal.RestartAsked(by);
            case DELETE -> new WorkloadSignal.DeleteAsked(by);
        };
        directory
                .writer(id)
                .orElseThrow()
                .tell(new WorkloadActor.Request(signal, request.ifRevision(), request.replyTo()));
    }

    private void register(RegisterNode request) {
        RegisterRequest body = request.request();
        NodeFacts facts = new NodeFacts(
                body.ipAddress(),
                body.hostname(),
                body.agentPort().orElse(DEFAULT_AGENT_PORT),
                body.totalCpu().isPresent() && body.totalMemory().isPresent()
                        ? Resources.of(body.totalCpu().get(), body.totalMemory().get())
                        : Resources.NONE,
                body.labels().orElse(Map.of()),
                body.os().orElse(""),
                body.kernel().orElse(""),
                body.architecture().orElse(""),
                body.dockerVersion().orElse(""),
                body.agentVersion().orElse(""));
        directory
                .nodeWriter(body.nodeId())
                .ifPresentOrElse(
                        writer -> writer.tell(new NodeActor.Register(facts, request.replyTo())),
                        () -> admit(body.nodeId(), facts, request));
    }

    private void admit(NodeId id, NodeFacts facts, RegisterNode request) {
        if (directory.nodeCount() >= settings.maxNodes()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "too-many-nodes",
                            "there are " + directory.nodeCount() + " nodes, and no more are taken: delete those that"
                                    + " are gone, or raise persys.scheduler.max-nodes"));
            return;
        }
        term.admit(id, facts, request);
    }

    private void beat(Beat request) {
        NodeId id = request.heartbeat().nodeId();
        Resources available = Resources.of(
                request.heartbeat().availableCpu(), request.heartbeat().availableMemory());
        directory
                .nodeWriter(id)
                .ifPresentOrElse(
                        writer -> writer.tell(new NodeActor.Beat(
                                available, request.heartbeat().saysDegraded(), request.replyTo())),
                        () -> request.replyTo().tell(new Reply.NotFound<>("node", id.value())));
    }

    private void getNode(GetNode request) {
        directory
                .node(request.id())
                .ifPresentOrElse(
                        known -> placement.tell(new PlacementActor.DescribeNode(known, request.replyTo())),
                        () -> request.replyTo()
                                .tell(new Reply.NotFound<>("node", request.id().value())));
    }

    private void listNodes(ListNodes request) {
        if (request.after().filter(text -> !Names.isDnsName(text)).isPresent()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "bad-continue", "'continue' is what a page before gave; start again without it"));
            return;
        }
        List<KnownNode> page =
                directory.nodePage(request.limit() + 1, request.after().map(NodeId::of));
        boolean more = page.size() > request.limit();
        List<KnownNode> shown = more ? page.subList(0, request.limit()) : page;
        Optional<String> next =
                more ? Optional.of(shown.get(shown.size() - 1).node().id().value()) : Optional.empty();
        placement.tell(new PlacementActor.DescribePage(shown, next, request.replyTo()));
    }

    private void changeNode(ChangeNode request) {
        Optional<ActorRef<NodeActor.Command>> writer = directory.nodeWriter(request.id());
        if (writer.isEmpty()) {
            request.replyTo().tell(new Reply.NotFound<>("node", request.id().value()));
            return;
        }
        long alive = directory.placedOn(request.id()).stream()
                .filter(Workload::holdsReservation)
                .count();
        boolean gone = directory
                .node(request.id())
                .filter(known -> known.node().status() == NodeStatus.INACTIVE)
                .isPresent();
        if (request.action() == NodeAction.DELETE && alive > 0 && !gone) {
            request.replyTo()
                    .tell(new Reply.Conflict<>(
                            "node-in-use",
                            alive + " workloads are on node " + request.id()
                                    + "; drain it and stop or delete them, or wait until the node is Inactive"));
            return;
        }
        writer.get().tell(new NodeActor.Request(request.action(), request.ifRevision(), request.replyTo()));
    }

    private void measure(GetClusterMetrics request) {
        List<Node> nodes = directory.nodes().stream().map(KnownNode::node).toList();
        ClusterMetrics counts = new ClusterMetrics(
                leadership.clusterId(),
                leadership.epoch(),
                directory.nodeCounts(),
                directory.workloadCounts(),
                Resources.NONE,
                Resources.NONE,
                Resources.NONE);
        placement.tell(new PlacementActor.Measure(counts, nodes, request.replyTo()));
    }

    private WorkloadView view(WorkloadId id) {
        return directory.workload(id).orElseThrow();
    }

    private <T> void resolved(String reference, ActorRef<Reply<T>> replyTo, Consumer<WorkloadId> then) {
        List<WorkloadId> found = directory.resolve(reference);
        if (found.isEmpty()) {
            replyTo.tell(new Reply.NotFound<>("workload", reference));
        } else if (found.size() > 1) {
            replyTo.tell(new Reply.Ambiguous<>(reference, found));
        } else {
            then.accept(found.get(0));
        }
    }
}
