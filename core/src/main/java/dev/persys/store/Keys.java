package dev.persys.store;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.util.List;

/** The names under which the state is kept: the contract's prefixes, spelled nowhere else. */
public final class Keys {
    public static final String WORKLOADS = "/workloads/";
    public static final String NODES = "/nodes/";
    public static final String EVENTS = "/events/";

    /** Who leads; every commit is conditional on it. Owned by the adapter, never part of a {@link Change}. */
    public static final String EPOCH = "/epoch";

    /** Everything that {@link StateStore#load} reads and that a transfer carries. */
    public static final List<String> PREFIXES = List.of(WORKLOADS, NODES, EVENTS);

    private Keys() {}

    public static String workload(WorkloadId id) {
        return WORKLOADS + id.value();
    }

    public static String node(NodeId id) {
        return NODES + id.value();
    }

    /** The place of the event ring with this number; the ring is bounded, so places are used again. */
    public static String event(int slot) {
        return EVENTS + String.format(java.util.Locale.ROOT, "%06d", slot);
    }
}
