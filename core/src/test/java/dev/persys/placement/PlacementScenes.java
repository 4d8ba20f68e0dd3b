package dev.persys.placement;

import dev.persys.model.Epoch;
import dev.persys.model.HostPort;
import dev.persys.model.Limits;
import dev.persys.model.Newer;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.PortMapping;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Nodes and workloads with what placement looks at. */
final class PlacementScenes {
    static final Instant NOW = Instant.parse("2026-01-02T03:00:00Z");

    private PlacementScenes() {}

    static Node node(String id, NodeStatus status, Resources total, Map<String, String> labels) {
        NodeFacts facts = new NodeFacts("127.0.0.1", id, 8086, total, labels, "", "", "", "", "");
        return new Node(
                NodeId.of(id),
                facts,
                status,
                NodeReason.HEARTBEAT,
                "",
                status == NodeStatus.DRAINING,
                true,
                Orphans.REMOVED,
                Epoch.NONE,
                List.of(),
                NOW,
                NOW,
                total,
                NOW,
                Newer.NONE);
    }

    static Node active(String id, long cpuMillis, long memoryMib) {
        return node(id, NodeStatus.ACTIVE, new Resources(cpuMillis, memoryMib), Map.of());
    }

    static WorkloadId id(int number) {
        return WorkloadId.of(new UUID(0, number));
    }

    static Workload workload(int number, Resources wanted, List<HostPort> ports, Map<String, String> constraints) {
        WorkloadSpec plain = WorkloadSpec.of("w" + number, "nginx");
        WorkloadSpec spec = new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                wanted,
                Limits.NONE,
                ports.stream()
                        .map(port -> new PortMapping(Optional.empty(), 80, Optional.of(port.port()), port.protocol()))
                        .toList(),
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                constraints,
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                Optional.empty());
        return Workload.accepted(id(number), spec, Optional.empty(), Optional.empty(), NOW);
    }

    /** With the node's own network, where it listens on that port. */
    static Workload onHostNetwork(int number, HostPort port) {
        WorkloadSpec plain = WorkloadSpec.of("w" + number, "nginx");
        WorkloadSpec spec = new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                new Resources(1, 1),
                Limits.NONE,
                List.of(new PortMapping(Optional.empty(), port.port(), Optional.empty(), port.protocol())),
                plain.volumes(),
                Optional.of("host"),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.constraints(),
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                Optional.empty());
        return Workload.accepted(id(number), spec, Optional.empty(), Optional.empty(), NOW);
    }

    static Workload workload(int number, long cpuMillis, long memoryMib) {
        return workload(number, new Resources(cpuMillis, memoryMib), List.of(), Map.of());
    }

    static PlacementRequest request(Workload workload) {
        return PlacementRequest.of(workload, Optional.empty());
    }

    /** What is decided over {@code view} now. */
    static Decision decide(ClusterView view, Workload workload, ScorePolicy policy) {
        return Placement.decide(view.offers(), request(workload), policy);
    }
}
