package dev.persys.store;

import dev.persys.model.DocumentId;
import dev.persys.model.Epoch;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.util.List;
import java.util.Locale;

/** The names under which the state is kept: the contract's prefixes, spelled nowhere else. */
public final class Keys {
    public static final String WORKLOADS = "/workloads/";
    public static final String NODES = "/nodes/";
    public static final String EVENTS = "/events/";

    /** The last output of workloads, beside their records: read one by one when somebody asks. */
    public static final String LOGS = "/logs/";

    /** The last specifications of workloads that were changed, beside their records: as secret as those. */
    public static final String SPECS = "/specs/";

    /** What else the cluster keeps, by kind and name: {@link dev.persys.model.DocumentKind}. */
    public static final String DOCUMENTS = "/documents/";

    /** Who leads; every commit is conditional on it. Owned by the adapter, never part of a {@link Change}. */
    public static final String EPOCH = "/epoch";

    /** What a leader reads when it takes over. */
    public static final List<String> LOADED = List.of(WORKLOADS, NODES, EVENTS);

    /** Everything that may be committed and that a transfer carries. */
    public static final List<String> PREFIXES = List.of(WORKLOADS, NODES, EVENTS, LOGS, SPECS, DOCUMENTS);

    private Keys() {}

    public static String workload(WorkloadId id) {
        return WORKLOADS + id.value();
    }

    public static String node(NodeId id) {
        return NODES + id.value();
    }

    /** The bounded tail of a workload's output. */
    public static String logs(WorkloadId id) {
        return LOGS + id.value();
    }

    /** The last specifications of a workload that was changed. */
    public static String specs(WorkloadId id) {
        return SPECS + id.value();
    }

    public static String document(DocumentId id) {
        return DOCUMENTS + id.kind().word() + "/" + id.name();
    }

    /** One event of the term of {@code epoch}; keys sort as events do. */
    public static String event(Epoch epoch, long number) {
        return EVENTS + String.format(Locale.ROOT, "%06d-%09d", epoch.value(), number);
    }
}
