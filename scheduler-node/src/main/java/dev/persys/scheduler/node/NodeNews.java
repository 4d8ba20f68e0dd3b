package dev.persys.scheduler.node;

import dev.persys.api.ClusterEvent;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Reason;
import dev.persys.model.WorkloadId;
import dev.persys.reconcile.Inventory;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import java.time.Duration;
import java.util.Optional;

/** What a node's writer and its link to the agent tell their term. */
public sealed interface NodeNews extends TermMessage {
    void tell(Reader reader);

    /**
     * A node's record changed durably.
     *
     * @param before absent where this is its first
     * @param after absent where the record is gone
     * @param last the record as it is, or as it was where {@code after} is absent
     * @param event that was written with it
     */
    record Committed(Optional<Node> before, Optional<Node> after, Stored<Node> last, Optional<ClusterEvent> event)
            implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.committed(this);
        }
    }

    /** A node was not admitted after all: no store takes its record. */
    record Refused(NodeId id) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.refused(this);
        }
    }

    /** A node was heard, and nothing had to be written: {@code node} is its record but for the newest heartbeat. */
    record Heard(Stored<Node> node) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.heard(this);
        }
    }

    /** An agent told of a container. */
    record Seen(NodeId node, ContainerReport report) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.seen(this);
        }
    }

    /** The agent has not taken the order for this generation's container yet, and is asked again until it does. */
    record OrderDelayed(NodeId node, WorkloadId workload, Generation generation, String why, Reason reason)
            implements NodeNews {
        /** Where the node takes none. */
        public OrderDelayed(NodeId node, WorkloadId workload, Generation generation, String why) {
            this(node, workload, generation, why, Reason.ORDER_NOT_TAKEN);
        }

        @Override
        public void tell(Reader reader) {
            reader.orderDelayed(this);
        }
    }

    /** The agent is in trouble, and certainly never took an order for this generation's container. */
    record OrderNotTaken(NodeId node, WorkloadId workload, Generation generation, String why) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.orderNotTaken(this);
        }
    }

    /**
     * All that a node has was listed.
     *
     * @param grace how long after an order its container may be missing from the inventory
     */
    record InventoryTaken(Inventory inventory, Duration grace) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.inventoryTaken(this);
        }
    }

    /**
     * An agent refuses this leader's orders because it has heard of a newer epoch.
     *
     * @param heardOf which one, where it says so
     */
    record EpochDoubted(NodeId node, Optional<Epoch> heardOf) implements NodeNews {
        @Override
        public void tell(Reader reader) {
            reader.doubted(this);
        }
    }

    /** Whoever acts on it; a new kind of news breaks the build until somebody does. */
    interface Reader {
        void committed(Committed news);

        void refused(Refused news);

        void heard(Heard news);

        void seen(Seen news);

        void orderDelayed(OrderDelayed news);

        void orderNotTaken(OrderNotTaken news);

        void inventoryTaken(InventoryTaken news);

        void doubted(EpochDoubted news);
    }
}
