package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The cluster view's model: keeps what it was told and adds it all up each time it is asked. */
final class NaiveCluster {
    private record Held(Workload workload, NodeId node) {}

    private final Map<NodeId, Node> nodes = new TreeMap<>();
    private final Map<WorkloadId, Held> held = new TreeMap<>();

    void put(Node node) {
        nodes.put(node.id(), node);
    }

    void remove(NodeId id) {
        nodes.remove(id);
    }

    void reserve(Workload workload, NodeId node) {
        held.put(workload.id(), new Held(workload, node));
    }

    void release(WorkloadId id) {
        held.remove(id);
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    List<Workload> on(NodeId node) {
        return held.values().stream()
                .filter(one -> one.node().equals(node))
                .map(Held::workload)
                .toList();
    }

    Resources reservedOn(NodeId node) {
        return on(node).stream().map(one -> one.spec().resources()).reduce(Resources.NONE, Resources::plus);
    }

    List<HostPort> portsOn(NodeId node) {
        return on(node).stream().flatMap(one -> one.spec().hostPorts().stream()).toList();
    }

    /** Whether the node may be given the workload, from the rules as they are written down. */
    boolean fits(Node node, Workload workload) {
        Resources sum = reservedOn(node.id()).plus(workload.spec().resources());
        Resources total = node.facts().total();
        Resources wanted = workload.spec().resources();
        return node.isSchedulable()
                && node.facts()
                        .labels()
                        .entrySet()
                        .containsAll(workload.spec().constraints().entrySet())
                && (sum.cpuMillis() <= total.cpuMillis() || wanted.cpuMillis() == 0)
                && (sum.memoryMib() <= total.memoryMib() || wanted.memoryMib() == 0)
                && portsOn(node.id()).stream().noneMatch(workload.spec().hostPorts()::contains);
    }
}
