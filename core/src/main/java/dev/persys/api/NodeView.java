package dev.persys.api;

import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.Resources;
import java.time.Instant;
import java.util.List;

/**
 * A node as it is shown.
 *
 * @param revision the entity tag of the record
 * @param reserved by the workloads placed on it
 * @param workloads how many hold a reservation on it
 * @param lastHeartbeat the newest known, written or not
 * @param ports of the node that these workloads hold
 * @param portsInUse that something else had when a start was refused for that, not long ago
 */
public record NodeView(
        Node node,
        long revision,
        Resources reserved,
        int workloads,
        Instant lastHeartbeat,
        List<HostPort> ports,
        List<HostPort> portsInUse) {
    public NodeView {
        ports = List.copyOf(ports);
        portsInUse = List.copyOf(portsInUse);
    }

    /** Without a port that is taken. */
    public NodeView(Node node, long revision, Resources reserved, int workloads, Instant lastHeartbeat) {
        this(node, revision, reserved, workloads, lastHeartbeat, List.of(), List.of());
    }

    public Resources free() {
        return node.facts().total().minus(reserved);
    }
}
