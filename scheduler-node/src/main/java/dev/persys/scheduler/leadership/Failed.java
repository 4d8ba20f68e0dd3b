package dev.persys.scheduler.leadership;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.store.Keys;

/** The record whose writer has failed: it is read again, and a new writer begins with what it says. */
sealed interface Failed {
    String key();

    record OfWorkload(WorkloadId id) implements Failed {
        @Override
        public String key() {
            return Keys.workload(id);
        }
    }

    record OfNode(NodeId id) implements Failed {
        @Override
        public String key() {
            return Keys.node(id);
        }
    }
}
