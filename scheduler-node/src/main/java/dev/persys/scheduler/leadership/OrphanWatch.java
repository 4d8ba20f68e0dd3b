package dev.persys.scheduler.leadership;

import dev.persys.lifecycle.NodeSignal;
import dev.persys.model.NodeId;
import dev.persys.model.Orphans;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.OrphanRule;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.reads.Directory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which nodes' containers without a record stay, as each one's last inventory has it. Confined to the {@link Term}. */
final class OrphanWatch {
    private final Directory directory;
    private final OrphanRule rule;
    private final boolean newStore;
    private final Set<NodeId> seen = new HashSet<>();
    private final Set<NodeId> held = new HashSet<>();

    /** @param newStore whether no leader wrote to the store before this one */
    OrphanWatch(Directory directory, OrphanRule rule, boolean newStore) {
        this.directory = directory;
        this.rule = rule;
        this.newStore = newStore;
    }

    /** Decides it for this inventory and the events that follow it, and tells the node's writer. */
    void look(Inventory inventory, List<Finding> findings) {
        NodeId id = inventory.node();
        Orphans decided = directory.node(id).map(node -> node.value().orphans()).orElse(Orphans.REMOVED);
        int orphans = (int) findings.stream()
                .filter(finding -> finding instanceof Finding.Orphan orphan && isWithoutRecord(orphan))
                .count();
        int containers = inventory.containers().size();
        boolean holds = rule.holds(decided, orphans, containers, newStore && seen.add(id));
        // Until the record says so too, the decision stands here.
        boolean stands = holds || (held.contains(id) && orphans > 0 && decided == Orphans.REMOVED);
        if (stands) {
            held.add(id);
            tell(id, new NodeSignal.OrphansHeld(orphans, containers));
        } else {
            held.remove(id);
            if (orphans == 0 && decided != Orphans.REMOVED) {
                tell(id, NodeSignal.NoOrphans.INSTANCE);
            }
        }
    }

    /** Whether containers without a record stay on this node. */
    boolean areHeldOn(NodeId node) {
        return held.contains(node);
    }

    /** Whether no record speaks of the container, and none is on its way. */
    boolean isWithoutRecord(Finding.Orphan orphan) {
        return directory.record(orphan.workload()).isEmpty()
                && directory.writer(orphan.workload()).isEmpty();
    }

    void gone(NodeId node) {
        seen.remove(node);
        held.remove(node);
    }

    private void tell(NodeId node, NodeSignal signal) {
        directory.nodeWriter(node).ifPresent(writer -> writer.tell(new NodeActor.OrphansSeen(signal)));
    }
}
