package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadType;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What one node has to offer, at the moment of a decision.
 *
 * @param reached whether a call to its agent has ever succeeded
 * @param reserved by workloads placed on it
 * @param memory how much of it is in use, whoever uses it
 * @param takenPorts of the machine that such workloads hold
 * @param busyPorts of it that something else had when a start was refused for that, not long ago
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
        Set<HostPort> busyPorts,
        Set<WorkloadType> types) {
    public NodeOffer {
        takenPorts = Set.copyOf(takenPorts);
        busyPorts = Set.copyOf(busyPorts);
        types = Set.copyOf(types);
    }

    /** The same, and nothing but {@code own} has these ports. */
    public NodeOffer withOwn(Collection<HostPort> own) {
        Set<HostPort> others = new HashSet<>(busyPorts);
        others.removeAll(own);
        return new NodeOffer(id, status, reached, labels, total, reserved, memory, takenPorts, others, types);
    }

    /** What is left of it; nothing where more is reserved than it has. */
    public Resources free() {
        return total.minus(reserved);
    }
}
