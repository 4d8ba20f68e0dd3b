package dev.persys.scheduler.workload;

import dev.persys.api.ClusterEvent;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import java.util.Optional;
import java.util.function.Consumer;

/** What the writer of a workload tells its term: that a decision is durable, and only then what is to follow from it. */
public sealed interface WorkloadNews extends TermMessage {
    void tell(Reader reader);

    /**
     * A workload's record changed durably.
     *
     * @param before absent where this is its first
     * @param after absent where the record is gone
     * @param last the record as it is, or as it was where {@code after} is absent
     * @param event that was written with it
     */
    record Committed(
            Optional<Workload> before, Optional<Workload> after, Stored<Workload> last, Optional<ClusterEvent> event)
            implements WorkloadNews {
        @Override
        public void tell(Reader reader) {
            reader.committed(this);
        }
    }

    /** A workload was not accepted after all: no store takes its record. */
    record Refused(WorkloadId id) implements WorkloadNews {
        @Override
        public void tell(Reader reader) {
            reader.refused(this);
        }
    }

    /** The agent of {@code node} is to do something. */
    record Ordered(NodeId node, AgentOrder order) implements WorkloadNews {
        @Override
        public void tell(Reader reader) {
            reader.ordered(this);
        }
    }

    /** The end of the container's output is wanted; {@code taken} may be called by any thread, or never. */
    record LogsWanted(NodeId node, WorkloadId id, Consumer<String> taken) implements WorkloadNews {
        @Override
        public void tell(Reader reader) {
            reader.logsWanted(this);
        }
    }

    /** Whoever acts on it; a new kind of news breaks the build until somebody does. */
    interface Reader {
        void committed(Committed news);

        void refused(Refused news);

        void ordered(Ordered news);

        void logsWanted(LogsWanted news);
    }
}
