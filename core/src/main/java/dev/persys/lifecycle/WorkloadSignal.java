package dev.persys.lifecycle;

import dev.persys.model.Attempt;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.ProofTerms;
import dev.persys.model.Reason;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadSpec;
import java.time.Instant;
import java.util.Optional;

/** What can happen to a workload. Dispatch is by {@link Reader}, so that a new kind breaks the build. */
public sealed interface WorkloadSignal {
    <T> T readBy(Reader<T> reader);

    /** Placement found a node and has reserved it. */
    record Placed(NodeId node, PlacementSummary why) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.placed(this);
        }
    }

    /**
     * Placement found no node.
     *
     * @param next when one that would do but for a port which something else has there is tried again; absent where there
     *     is none
     */
    record Unplaceable(PlacementSummary why, Optional<Attempt> next) implements WorkloadSignal {
        /** Where no port of a node is in the way. */
        public Unplaceable(PlacementSummary why) {
            this(why, Optional.empty());
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.unplaceable(this);
        }
    }

    /** A node told of the workload's container, of whatever generation. */
    record Seen(NodeId node, ContainerReport report) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.seen(this);
        }
    }

    /**
     * The node has a container of it that is newer than the record, which so is an old one, and an operator has said that
     * the records are gone on with as they are.
     *
     * @param run of the container, as far as its node knows it
     */
    record FoundAhead(NodeId node, RunId run) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.foundAhead(this);
        }
    }

    /** A complete inventory of the node has no container of it, and should have. */
    record Absent(NodeId node) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.absent(this);
        }
    }

    /**
     * The node is in trouble: it misses heartbeats, or calls to it come to nothing.
     *
     * @param why a sentence for people
     */
    record NodeSilent(NodeId node, String why) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.nodeSilent(this);
        }
    }

    /** The node has not taken the order for this generation's container yet, and is asked again until it does. */
    record OrderDelayed(NodeId node, Generation generation, String why, Reason reason) implements WorkloadSignal {
        /** Where the node takes none. */
        public OrderDelayed(NodeId node, Generation generation, String why) {
            this(node, generation, why, Reason.ORDER_NOT_TAKEN);
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.orderDelayed(this);
        }
    }

    /** The node is in trouble, and certainly has no container of this generation: it never took an order for one. */
    record OrderNotTaken(NodeId node, Generation generation, String why) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.orderNotTaken(this);
        }
    }

    /** The node has been silent for so long that it counts as gone. */
    record NodeLost(NodeId node) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.nodeLost(this);
        }
    }

    /** An operator took the node out of the cluster for good. */
    record NodeRemoved(NodeId node) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.nodeRemoved(this);
        }
    }

    /** The back-off before a replacement is over. */
    record RetryDue() implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.retryDue(this);
        }
    }

    /** The time is over that was given to the container of {@code run}, of a specification that had just changed. */
    record Proved(RunId run) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.proved(this);
        }
    }

    /** The tail of the output, as far as it is kept; asked for when {@code run} was the start that was wanted. */
    record LogsTaken(RunId run, String tail) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.logsTaken(this);
        }
    }

    /**
     * It has ended and is kept no longer.
     *
     * @param since the end that was judged; one that has run again since then stays
     * @param why a sentence for people
     * @param nodeGone whether its node counts as gone, so that nobody waits for it
     * @param requestId of the request, where it was one
     */
    record Expired(Instant since, String why, boolean nodeGone, Optional<String> requestId) implements WorkloadSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.expired(this);
        }
    }

    /** A request by somebody. */
    sealed interface Request extends WorkloadSignal {
        Optional<String> requestId();
    }

    record StopAsked(Optional<String> requestId) implements Request {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.stopAsked(this);
        }
    }

    record StartAsked(Optional<String> requestId) implements Request {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.startAsked(this);
        }
    }

    record RestartAsked(Optional<String> requestId) implements Request {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.restartAsked(this);
        }
    }

    /**
     * It is to be made anew by another specification. Where it holds a reservation, there is room for the new container
     * in the place of the one that is there.
     *
     * @param madeFrom a digest of the specification that it has, where it may be asked for again
     * @param elsewhere where the new container is to be, and what it needs is reserved, because there is no room in the
     *     old one's place
     */
    record ChangeAsked(
            WorkloadSpec spec,
            ProofTerms terms,
            Optional<String> requestId,
            Optional<String> madeFrom,
            Optional<Placed> elsewhere)
            implements Request {
        /** In the old one's place. */
        public ChangeAsked(WorkloadSpec spec, ProofTerms terms, Optional<String> requestId, Optional<String> madeFrom) {
            this(spec, terms, requestId, madeFrom, Optional.empty());
        }

        /** The same, on another node. */
        public ChangeAsked on(Placed place) {
            return new ChangeAsked(spec, terms, requestId, madeFrom, Optional.of(place));
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.changeAsked(this);
        }
    }

    /**
     * It is to go.
     *
     * @param volumes whether the volumes that were made for it are to go, too
     * @param atOnce whether what runs is killed, in place of being given its grace period
     */
    record DeleteAsked(Optional<String> requestId, boolean volumes, boolean atOnce) implements Request {
        /** With its grace period. */
        public DeleteAsked(Optional<String> requestId, boolean volumes) {
            this(requestId, volumes, false);
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.deleteAsked(this);
        }
    }

    /** Whoever has an answer to each kind. */
    interface Reader<T> {
        T placed(Placed signal);

        T unplaceable(Unplaceable signal);

        T seen(Seen signal);

        T foundAhead(FoundAhead signal);

        T absent(Absent signal);

        T nodeSilent(NodeSilent signal);

        T orderDelayed(OrderDelayed signal);

        T orderNotTaken(OrderNotTaken signal);

        T nodeLost(NodeLost signal);

        T nodeRemoved(NodeRemoved signal);

        T retryDue(RetryDue signal);

        T proved(Proved signal);

        T logsTaken(LogsTaken signal);

        T expired(Expired signal);

        T stopAsked(StopAsked signal);

        T startAsked(StartAsked signal);

        T restartAsked(RestartAsked signal);

        T changeAsked(ChangeAsked signal);

        T deleteAsked(DeleteAsked signal);
    }
}
