package dev.persys.protocol;

import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Source;
import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.Explanation;
import dev.persys.api.Garbage;
import dev.persys.api.Heartbeat;
import dev.persys.api.KeptSpecs;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.NodeId;
import dev.persys.model.ProofTerms;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What may be asked of the scheduler. Each answer comes once; none comes before what it says is durable. */
public final class SchedulerProtocol {
    private SchedulerProtocol() {}

    public sealed interface Command {
        /** Says to whoever asks that nothing can be answered now, because of {@code detail}. */
        void unavailable(String detail);
    }

    /** What only a leader can answer. */
    public sealed interface Request<T> extends Command {
        ActorRef<Reply<T>> replyTo();

        /** Has the leader answer; a new kind of request breaks the build until it does. */
        void handOver(Answering leader);

        @Override
        default void unavailable(String detail) {
            replyTo().tell(new Reply.Unavailable<>(detail));
        }
    }

    /** Whoever answers requests. */
    public interface Answering {
        void schedule(Schedule request);

        void getWorkload(GetWorkload request);

        void listWorkloads(ListWorkloads request);

        void changeWorkload(ChangeWorkload request);

        void changeSpec(ChangeSpec request);

        void undoSpec(UndoSpec request);

        void getSpecs(GetSpecs request);

        void explainWorkload(ExplainWorkload request);

        void getNode(GetNode request);

        void listNodes(ListNodes request);

        void changeNode(ChangeNode request);

        void register(RegisterNode request);

        void beat(Beat request);

        void collectGarbage(CollectGarbage request);

        void measure(GetClusterMetrics request);

        void follow(FollowEvents request);

        void changeDocuments(ChangeDocuments request);
    }

    /**
     * To accept a workload. Answered when its record is durable, before any agent is called. The same idempotency
     * key with the same specification answers with the workload it made before; with another one, {@link
     * Reply.Conflict}.
     *
     * @param ifNoneNamed only where no live workload has the name, otherwise {@link Reply.NameTaken}; one lives that has
     *     not ended and is not being deleted, also while its first record is on its way
     */
    public record Schedule(
            WorkloadSpec spec,
            Optional<String> idempotencyKey,
            boolean ifNoneNamed,
            Origin origin,
            ActorRef<Reply<Accepted>> replyTo)
            implements Request<Accepted> {

        /** Whatever others are called. */
        public Schedule(
                WorkloadSpec spec, Optional<String> idempotencyKey, Origin origin, ActorRef<Reply<Accepted>> replyTo) {
            this(spec, idempotencyKey, false, origin, replyTo);
        }

        @Override
        public void handOver(Answering leader) {
            leader.schedule(this);
        }
    }

    /**
     * What was accepted.
     *
     * @param repeated whether an earlier request with this idempotency key had made it
     */
    public record Accepted(WorkloadView workload, boolean repeated) {}

    /** The workload that {@code reference} means: an id, a unique prefix of one, or a name. */
    public record GetWorkload(String reference, ActorRef<Reply<WorkloadView>> replyTo)
            implements Request<WorkloadView> {
        @Override
        public void handOver(Answering leader) {
            leader.getWorkload(this);
        }
    }

    /**
     * A page of workloads, oldest first.
     *
     * @param limit at least 1
     * @param after the {@code continue} of the page before
     */
    public record ListWorkloads(
            WorkloadFilter filter, int limit, Optional<String> after, ActorRef<Reply<Page<WorkloadView>>> replyTo)
            implements Request<Page<WorkloadView>> {
        @Override
        public void handOver(Answering leader) {
            leader.listWorkloads(this);
        }
    }

    /** Which workloads a list shows; an absent part lets everything through. */
    public record WorkloadFilter(Optional<NodeId> node, Optional<WorkloadStatus> status, Optional<String> name) {
        public static final WorkloadFilter ALL =
                new WorkloadFilter(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** What can be wanted of a workload that exists. */
    public enum WorkloadAction {
        STOP,
        START,
        RESTART,
        DELETE,
        /** Those that were made for it because its image declares them. */
        DELETE_WITH_VOLUMES,
        /** Without a grace period for what runs. */
        KILL_AND_DELETE,
        KILL_AND_DELETE_WITH_VOLUMES
    }

    /**
     * To want something else of a workload; answered when that is durable, with the record as it then is.
     *
     * @param ifRevision only where it still stands at this revision
     */
    public record ChangeWorkload(
            String reference,
            WorkloadAction action,
            Optional<Long> ifRevision,
            Origin origin,
            ActorRef<Reply<WorkloadView>> replyTo)
            implements Request<WorkloadView> {
        @Override
        public void handOver(Answering leader) {
            leader.changeWorkload(this);
        }
    }

    /**
     * To give a workload another specification. Answered when that is durable, with the record as it then is, before any
     * agent is called. With the one that it has, nothing is changed. Where it holds a reservation and its node has no room
     * for that specification, {@link Reply.Conflict}, and nothing is changed.
     *
     * @param mayMove where its node has no room for it, to another node that has, without what is in its volumes here
     * @param ifRevision only where it still stands at this revision
     */
    public record ChangeSpec(
            String reference,
            WorkloadSpec spec,
            ProofTerms terms,
            boolean mayMove,
            Optional<Long> ifRevision,
            Origin origin,
            ActorRef<Reply<WorkloadView>> replyTo)
            implements Request<WorkloadView> {
        /** On the node where it is. */
        public ChangeSpec(
                String reference,
                WorkloadSpec spec,
                ProofTerms terms,
                Optional<Long> ifRevision,
                Origin origin,
                ActorRef<Reply<WorkloadView>> replyTo) {
            this(reference, spec, terms, false, ifRevision, origin, replyTo);
        }

        @Override
        public void handOver(Answering leader) {
            leader.changeSpec(this);
        }
    }

    /** To give a workload the specification before the one that it has, as {@link ChangeSpec} would. */
    public record UndoSpec(
            String reference,
            ProofTerms terms,
            Optional<Long> ifRevision,
            Origin origin,
            ActorRef<Reply<WorkloadView>> replyTo)
            implements Request<WorkloadView> {
        @Override
        public void handOver(Answering leader) {
            leader.undoSpec(this);
        }
    }

    /** The last specifications that a workload had. */
    public record GetSpecs(String reference, ActorRef<Reply<KeptSpecs>> replyTo) implements Request<KeptSpecs> {
        @Override
        public void handOver(Answering leader) {
            leader.getSpecs(this);
        }
    }

    public record ExplainWorkload(String reference, ActorRef<Reply<Explanation>> replyTo)
            implements Request<Explanation> {
        @Override
        public void handOver(Answering leader) {
            leader.explainWorkload(this);
        }
    }

    public record GetNode(NodeId id, ActorRef<Reply<NodeView>> replyTo) implements Request<NodeView> {
        @Override
        public void handOver(Answering leader) {
            leader.getNode(this);
        }
    }

    public record ListNodes(int limit, Optional<String> after, ActorRef<Reply<Page<NodeView>>> replyTo)
            implements Request<Page<NodeView>> {
        @Override
        public void handOver(Answering leader) {
            leader.listNodes(this);
        }
    }

    /** What can be wanted of a node. */
    public enum NodeAction {
        DRAIN,
        ACTIVATE,
        ACCEPT_ORPHANS,
        DELETE
    }

    public record ChangeNode(
            NodeId id, NodeAction action, Optional<Long> ifRevision, Origin origin, ActorRef<Reply<NodeView>> replyTo)
            implements Request<NodeView> {
        @Override
        public void handOver(Answering leader) {
            leader.changeNode(this);
        }
    }

    public record RegisterNode(RegisterRequest request, ActorRef<Reply<RegisterResponse>> replyTo)
            implements Request<RegisterResponse> {
        @Override
        public void handOver(Answering leader) {
            leader.register(this);
        }
    }

    /** Answered {@link Reply.NotFound} where the node has to register again. */
    public record Beat(Heartbeat heartbeat, ActorRef<Reply<NodeId>> replyTo) implements Request<NodeId> {
        @Override
        public void handOver(Answering leader) {
            leader.beat(this);
        }
    }

    /**
     * To remove workloads that retention does not keep any longer. Answered with what was found; the removals follow,
     * a bounded number at once.
     *
     * @param dryRun to find only
     * @param finishedAfter in place of the setting, for this pass
     * @param limit of the workloads that the answer names, at least 1
     */
    public record CollectGarbage(
            boolean dryRun,
            Optional<Duration> finishedAfter,
            int limit,
            Origin origin,
            ActorRef<Reply<Garbage>> replyTo)
            implements Request<Garbage> {
        @Override
        public void handOver(Answering leader) {
            leader.collectGarbage(this);
        }
    }

    public record GetClusterMetrics(ActorRef<Reply<ClusterMetrics>> replyTo) implements Request<ClusterMetrics> {
        @Override
        public void handOver(Answering leader) {
            leader.measure(this);
        }
    }

    /**
     * To follow what happens, from just behind the event {@code after}, or from now on. A follower that reads too
     * slowly is cut off, and may come again with the last id it saw.
     */
    public record FollowEvents(Optional<String> after, ActorRef<Reply<EventFeed>> replyTo)
            implements Request<EventFeed> {

        /** In the place of an id: behind it comes everything that is kept. */
        public static final String BEGINNING = "0-0";

        @Override
        public void handOver(Answering leader) {
            leader.follow(this);
        }
    }

    /**
     * To change documents, all of them or none. Answered when that is durable, with those that were put, in that order, and
     * {@link Documents} shows it then; {@link Reply.PreconditionFailed} where one does not stand at the revision expected,
     * and {@link Reply.Conflict} {@code too-many-documents} where there would be more of a kind than there may be.
     *
     * @param changes at least one, no document twice
     */
    public record ChangeDocuments(List<DocumentChange> changes, ActorRef<Reply<List<Document>>> replyTo)
            implements Request<List<Document>> {
        public ChangeDocuments {
            changes = List.copyOf(changes);
        }

        @Override
        public void handOver(Answering leader) {
            leader.changeDocuments(this);
        }
    }

    public sealed interface EventFeed {
        /**
         * What happened behind the id, and then what happens.
         *
         * @param kept how many of them happened before
         */
        record Open(Source<ClusterEvent, NotUsed> events, int kept) implements EventFeed {}

        /** That id is no longer kept. */
        record Gone() implements EventFeed {}
    }

    public record GetReadiness(ActorRef<Readiness> replyTo) implements Command {
        @Override
        public void unavailable(String detail) {
            replyTo.tell(new Readiness(false, detail));
        }
    }

    /**
     * Whether requests can be served.
     *
     * @param ready whether a leader is known and its store answers
     * @param detail one sentence for people
     */
    public record Readiness(boolean ready, String detail) {}
}
