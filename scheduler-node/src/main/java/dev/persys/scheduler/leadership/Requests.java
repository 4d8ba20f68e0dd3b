package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import dev.persys.api.RegisterRequest;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.EngineRule;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Beat;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import dev.persys.protocol.SchedulerProtocol.ChangeNode;
import dev.persys.protocol.SchedulerProtocol.ChangeSpec;
import dev.persys.protocol.SchedulerProtocol.ChangeWorkload;
import dev.persys.protocol.SchedulerProtocol.CollectGarbage;
import dev.persys.protocol.SchedulerProtocol.ExplainWorkload;
import dev.persys.protocol.SchedulerProtocol.FollowEvents;
import dev.persys.protocol.SchedulerProtocol.GetClusterMetrics;
import dev.persys.protocol.SchedulerProtocol.GetNode;
import dev.persys.protocol.SchedulerProtocol.GetSpecs;
import dev.persys.protocol.SchedulerProtocol.GetWorkload;
import dev.persys.protocol.SchedulerProtocol.ListNodes;
import dev.persys.protocol.SchedulerProtocol.ListWorkloads;
import dev.persys.protocol.SchedulerProtocol.RegisterNode;
import dev.persys.protocol.SchedulerProtocol.Schedule;
import dev.persys.protocol.SchedulerProtocol.UndoSpec;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.documents.DocumentsActor;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.reads.Reads;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.scheduler.retention.RetentionSweep;
import dev.persys.scheduler.workload.WorkloadActor;
import java.util.Map;
import java.util.Optional;

/** Answers what is asked of a leader: reads by {@link Reads}, all else by the writer of the record that it is about. */
final class Requests implements SchedulerProtocol.Answering {
    private static final int DEFAULT_AGENT_PORT = 8086;

    private final SchedulerEnvironment environment;
    private final SchedulerSettings settings;
    private final Directory directory;
    private final Writers writers;
    private final Reads reads;
    private final ActorRef<EventLog.Command> events;
    private final RetentionSweep retention;
    private final ActorRef<DocumentsActor.Command> documents;

    Requests(
            SchedulerEnvironment environment,
            Directory directory,
            Writers writers,
            Reads reads,
            ActorRef<EventLog.Command> events,
            RetentionSweep retention,
            ActorRef<DocumentsActor.Command> documents) {
        this.environment = environment;
        this.settings = environment.settings();
        this.directory = directory;
        this.writers = writers;
        this.reads = reads;
        this.events = events;
        this.retention = retention;
        this.documents = documents;
    }

    @Override
    public void schedule(Schedule request) {
        Optional<Directory.Keyed> earlier = key(request).flatMap(directory::keyed);
        if (earlier.isEmpty()) {
            accept(request);
            return;
        }
        ActorRef<Reply<Accepted>> replyTo = request.replyTo();
        if (!earlier.get().isMadeFrom(request.spec())) {
            replyTo.tell(new Reply.Conflict<>(
                    "idempotency-key-reused",
                    "this Idempotency-Key made workload " + earlier.get().id()
                            + " from another specification; use a new key"));
            return;
        }
        writers.writer(earlier.get().id())
                .ifPresentOrElse(
                        writer -> writer.tell(new WorkloadActor.Repeat(replyTo)),
                        () -> replyTo.tell(TurnedAway.BUSY.reply()));
    }

    private static Optional<IdempotencyKey> key(Schedule request) {
        return request.idempotencyKey()
                .map(key -> IdempotencyKey.of(request.origin().caller(), key));
    }

    private void accept(Schedule request) {
        Optional<Reply.Candidate> holder = request.ifNoneNamed()
                ? directory.living(request.spec().name()).map(Reply.Candidate::of)
                : Optional.empty();
        if (holder.isPresent()) {
            request.replyTo().tell(new Reply.NameTaken<>(holder.get()));
        } else if (directory.workloadCount() >= settings.maxWorkloads()) {
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
            start(request);
        }
    }

    private void start(Schedule request) {
        WorkloadId id = environment.workloadIds().get();
        Workload accepted = Workload.accepted(
                id,
                request.spec(),
                key(request),
                request.origin().request(),
                environment.clock().instant());
        key(request).ifPresent(key -> directory.claimKey(key, id, request.spec()));
        directory.expect(accepted);
        SchedulerMetrics.INSTANCE.workloadAccepted();
        writers.accept(accepted, request.replyTo());
    }

    @Override
    public void changeWorkload(ChangeWorkload request) {
        reads.resolved(request.reference(), request.replyTo(), id -> change(id, request));
    }

    private void change(WorkloadId id, ChangeWorkload request) {
        Optional<String> by = request.origin().request();
        WorkloadSignal.Request signal = switch (request.action()) {
            case STOP -> new WorkloadSignal.StopAsked(by);
            case START -> new WorkloadSignal.StartAsked(by);
            case RESTART -> new WorkloadSignal.RestartAsked(by);
            case DELETE -> new WorkloadSignal.DeleteAsked(by, false);
            case DELETE_WITH_VOLUMES -> new WorkloadSignal.DeleteAsked(by, true);
            case KILL_AND_DELETE -> new WorkloadSignal.DeleteAsked(by, false, true);
            case KILL_AND_DELETE_WITH_VOLUMES -> new WorkloadSignal.DeleteAsked(by, true, true);
        };
        writers.writer(id)
                .orElseThrow()
                .tell(new WorkloadActor.Request(signal, request.ifRevision(), request.replyTo()));
    }

    @Override
    public void changeSpec(ChangeSpec request) {
        toWriter(
                request.reference(),
                request.replyTo(),
                new WorkloadActor.ChangeSpec(
                        Optional.of(request.spec()),
                        request.terms(),
                        request.mayMove(),
                        request.ifRevision(),
                        request.origin().request(),
                        request.replyTo()));
    }

    @Override
    public void undoSpec(UndoSpec request) {
        toWriter(
                request.reference(),
                request.replyTo(),
                new WorkloadActor.ChangeSpec(
                        Optional.empty(),
                        request.terms(),
                        false,
                        request.ifRevision(),
                        request.origin().request(),
                        request.replyTo()));
    }

    private void toWriter(String reference, ActorRef<Reply<WorkloadView>> replyTo, WorkloadActor.ChangeSpec command) {
        reads.resolved(
                reference, replyTo, id -> writers.writer(id).orElseThrow().tell(command));
    }

    @Override
    public void getSpecs(GetSpecs request) {
        reads.answer(request);
    }

    @Override
    public void register(RegisterNode request) {
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
                body.agentVersion().orElse(""),
                body.engineId().orElse(""));
        Optional<Node> holder = EngineRule.holder(body.nodeId(), facts, directory.nodesAndExpected());
        if (holder.isPresent()) {
            request.replyTo()
                    .tell(new Reply.Conflict<>("engine-taken", EngineRule.refusal(body.nodeId(), facts, holder.get())));
            return;
        }
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
        directory.expect(NodeLifecycle.registered(id, facts, environment.clock().instant()));
        writers.admit(id, facts, request.replyTo());
    }

    @Override
    public void beat(Beat request) {
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

    @Override
    public void changeNode(ChangeNode request) {
        Optional<ActorRef<NodeActor.Command>> writer = directory.nodeWriter(request.id());
        if (writer.isEmpty()) {
            request.replyTo().tell(new Reply.NotFound<>("node", request.id().value()));
            return;
        }
        long alive = directory.placedOn(request.id()).stream()
                .filter(Workload::holdsReservation)
                .count();
        writer.get().tell(new NodeActor.Request(request.action(), alive, request.ifRevision(), request.replyTo()));
    }

    @Override
    public void collectGarbage(CollectGarbage request) {
        request.replyTo().tell(new Reply.Ok<>(retention.collect(request)));
    }

    @Override
    public void follow(FollowEvents request) {
        events.tell(new EventLog.Follow(request.after(), request.replyTo()));
    }

    @Override
    public void changeDocuments(ChangeDocuments request) {
        documents.tell(new DocumentsActor.Change(request.changes(), request.replyTo()));
    }

    @Override
    public void getWorkload(GetWorkload request) {
        reads.answer(request);
    }

    @Override
    public void listWorkloads(ListWorkloads request) {
        reads.answer(request);
    }

    @Override
    public void explainWorkload(ExplainWorkload request) {
        reads.answer(request);
    }

    @Override
    public void getNode(GetNode request) {
        reads.answer(request);
    }

    @Override
    public void listNodes(ListNodes request) {
        reads.answer(request);
    }

    @Override
    public void measure(GetClusterMetrics request) {
        reads.answer(request);
    }
}
