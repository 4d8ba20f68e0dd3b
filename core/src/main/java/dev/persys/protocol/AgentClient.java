package dev.persys.protocol;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.Epoch;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How the scheduler reaches the agent of one node. A failed stage: no usable answer came within the client's
 * deadline, and whether the agent took the order is unknown, unless a {@link CallException} says that it cannot have;
 * orders are idempotent and may be sent again.
 */
public interface AgentClient {
    /**
     * The same, for one node. Where agents show who they are, its calls fail with {@link CallException} unless it is that
     * node's agent which answers; a client to which no node was named calls none there.
     */
    default AgentClient to(NodeId node) {
        return this;
    }

    CompletionStage<OrderResult> run(NodeFacts node, RunOrder order);

    CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order);

    CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order);

    CompletionStage<ContainerList> list(NodeFacts node);

    /**
     * The output; fails with {@link NoSuchContainerException} where the node has none, with {@link
     * NoPreviousOutputException} where it keeps nothing from before the present run and that was asked for, and with
     * {@link LogsUnreadableException} where its Docker cannot read it.
     */
    CompletionStage<Output> logs(NodeFacts node, WorkloadId id, LogQuery query);

    /**
     * What changes on the node from just behind {@code after} on. The source ends or fails when the connection
     * does, also when it falls silent for longer than the agent's keep-alive allows.
     */
    CompletionStage<EventStream> events(NodeFacts node, Optional<String> after);

    /**
     * What a container printed.
     *
     * @param containerId the engine's id of it; absent where its agent does not say, which then puts no time before the
     *     lines either
     * @param bytes as they come
     */
    record Output(Optional<String> containerId, Source<ByteString, NotUsed> bytes) {}

    sealed interface OrderResult {
        record Queued() implements OrderResult {}

        /**
         * The agent knows better: never to be repeated as it is.
         *
         * @param epoch the newest that the agent has heard of, where the order's is older than that and it says so
         */
        record Refused(String type, String detail, Optional<Epoch> epoch) implements OrderResult {
            /** Whatever the epoch. */
            public Refused(String type, String detail) {
                this(type, detail, Optional.empty());
            }
        }

        /** To be repeated later. */
        record Busy(String detail) implements OrderResult {}

        /** It was not sent: what it needs is not there, which is no fault of the agent's. To be repeated later. */
        record NotSent(String detail) implements OrderResult {}
    }

    /** What comes on a stream of events. */
    sealed interface Told {
        record Happened(AgentEvent event) implements Told {}

        /**
         * Nothing has come for so long, not even what keeps a stream alive: the agent may hang. Comes once, until {@link
         * Sound}.
         */
        record Silence(Duration lasting) implements Told {}

        /** Something has come again after a {@link Silence}. */
        enum Sound implements Told {
            INSTANCE
        }
    }

    sealed interface EventStream {
        /**
         * It is open.
         *
         * @param told events as they come, and silences
         */
        record Open(Source<Told, NotUsed> told) implements EventStream {
            /** A stream that is never silent for long. */
            public static Open of(Source<AgentEvent, NotUsed> events) {
                return new Open(events.map(Told.Happened::new));
            }

            /** The events alone. */
            public Source<AgentEvent, NotUsed> events() {
                return told.mapConcat(one ->
                        one instanceof Told.Happened happened ? List.of(happened.event()) : List.<AgentEvent>of());
            }
        }

        /** That event is no longer kept: list, and follow from the list's cursor. */
        record Gone() implements EventStream {}
    }

    /** The node answered, and has no container of that workload. */
    final class NoSuchContainerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NoSuchContainerException(WorkloadId id) {
            super("the node has no container of workload " + id);
        }
    }

    /** The node answered, and keeps nothing of what the workload printed before its present run. */
    final class NoPreviousOutputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NoPreviousOutputException(WorkloadId id) {
            super("the node keeps no earlier output of workload " + id);
        }
    }

    /** The node has no place for another stream of output, or gave none in time. */
    class LogsBusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LogsBusyException(String detail) {
            super(detail);
        }
    }

    /** The node answers, and its container engine does not; the message is the agent's. */
    final class EngineAwayException extends LogsBusyException {
        private static final long serialVersionUID = 1L;

        public EngineAwayException(String detail) {
            super(detail);
        }
    }

    /** The node has the container, and its Docker keeps no output of it that can be read; the message is Docker's. */
    final class LogsUnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LogsUnreadableException(String detail) {
            super(detail);
        }
    }
}
