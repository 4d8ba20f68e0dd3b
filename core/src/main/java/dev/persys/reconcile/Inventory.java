package dev.persys.reconcile;

import dev.persys.model.ContainerReport;
import dev.persys.model.Foreign;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.util.List;
import java.util.Set;

/**
 * Everything of ours on one node.
 *
 * @param asOf when it was asked for, as a reading of the leader's ticker in nanoseconds: what was decided later may not
 *     show in it
 * @param containers every container with our labels
 * @param orders what is under way or failed before there was a container
 * @param foreign what of other clusters is there
 * @param fresher workloads of which newer news came while the inventory was under way: it says nothing of these
 */
public record Inventory(
        NodeId node,
        long asOf,
        List<ContainerReport> containers,
        List<ContainerReport> orders,
        List<Foreign> foreign,
        Set<WorkloadId> fresher) {
    public Inventory {
        foreign = List.copyOf(foreign);
        containers = List.copyOf(containers);
        orders = List.copyOf(orders);
        fresher = Set.copyOf(fresher);
    }

    /** Of a node with nothing of other clusters. */
    public Inventory(
            NodeId node,
            long asOf,
            List<ContainerReport> containers,
            List<ContainerReport> orders,
            Set<WorkloadId> fresher) {
        this(node, asOf, containers, orders, List.of(), fresher);
    }
}
