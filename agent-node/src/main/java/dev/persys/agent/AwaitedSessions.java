package dev.persys.agent;

import dev.persys.model.WorkloadId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The workloads whose container is made, and not started before somebody is attached to it. Safe for use by many threads. */
final class AwaitedSessions {
    private final Set<WorkloadId> workloads = ConcurrentHashMap.newKeySet();

    void add(WorkloadId workload) {
        workloads.add(workload);
    }

    void remove(WorkloadId workload) {
        workloads.remove(workload);
    }

    boolean contains(WorkloadId workload) {
        return workloads.contains(workload);
    }
}
