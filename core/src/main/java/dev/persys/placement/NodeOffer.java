package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadType;
import java.util.Map;
import java.util.Set;

/**
 * What one node has to offer, at the moment of a decision.
 *
 * @param reached whether a call to its agent has ever succeeded
 * @param reserved by workloads placed on it
 * @param memory how much of it is in use, whoever uses it
 * @param takenPorts of the machine that such workloads hold
 * @param types of workloads that it can run
 */
public record NodeOffer(
        NodeId id,
        NodeStatus status,
        boolean reached,
        Map<String, String> labels,
        Resources total,
        Resources reserved,
        MemoryInUse memory,
        Set<HostPort> takenPorts,
        Set<WorkloadType> types) {
    public NodeOffer {
        takenPorts = Set.copyOf(takenPorts);
        types = Set.copyOf(types);
    }

    /** What is left of it; nothing where more is reserved than it has. */
    public Resources free() {
        return total.minus(reserved);
    }
}
