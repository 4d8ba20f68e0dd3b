package dev.persys.scheduler.leadership;

import dev.persys.lifecycle.NodeSignal;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Orphans;
import dev.persys.model.WorkloadId;
import dev.persys.reconcile.Finding;
import dev.persys.reconcile.Inventory;
import dev.persys.reconcile.OrphanRule;
import dev.persys.reconcile.OrphanRule.Surplus;
import dev.persys.reconcile.OrphanRule.Trust;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.record.Stored;
import dev.persys.store.Leadership;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which nodes' containers without a record, or newer than theirs, stay, as each one's last inventory has it. Confined to
 * the {@link Term}.
 */
final class OrphanWatch {
    /** Of how many clusters a record speaks: it is bounded, whatever an agent says. */
    private static final int MOST_FOREIGN = 8;

    private final Directory directory;
    private final OrphanRule rule;
    private final Leadership leadership;
    private final boolean newStore;

    /** By the first leader of a store. What is on a node that was seen before, it has ordered there, whoever forgot the node. */
    private final Set<NodeId> seen = new HashSet<>();

    private final Set<NodeId> held = new HashSet<>();

    OrphanWatch(Directory directory, OrphanRule rule, Leadership leadership) {
        this.directory = directory;
        this.rule = rule;
        this.leadership = leadership;
        this.newStore = leadership.epoch().equals(Epoch.NONE.next());
    }

    /** Decides it for this inventory and the events that follow it, and tells the node's writer. */
    void look(Inventory inventory, List<Finding> findings) {
        NodeId id = inventory.node();
        boolean isFirst = newStore && seen.add(id);
        Trust trust = isDoubtful(id) ? Trust.DOUBTFUL : isFirst ? Trust.NEW : Trust.WHOLE;
        Surplus found = surplus(inventory, findings);
        Orphans decided = decided(id);
        // Until the record says so too, the decision stands here.
        boolean stands = held.contains(id) && !found.isNone() && decided == Orphans.REMOVED;
        if (rule.holds(decided, found, trust) || stands) {
            held.add(id);
            tell(id, new NodeSignal.OrphansHeld(found.orphans(), found.ahead(), found.containers()));
        } else {
            held.remove(id);
            boolean isNews = trust == Trust.DOUBTFUL ? isWhollyRecorded(inventory) : decided != Orphans.REMOVED;
            if (found.isNone() && isNews) {
                tell(id, new NodeSignal.NoOrphans(leadership.epoch()));
            }
        }
    }

    /** Those of other clusters stay in any case; it is only said that they are there. */
    void lookForForeign(Inventory inventory) {
        List<Foreign> found = inventory.foreign().stream().limit(MOST_FOREIGN).toList();
        boolean isNews = directory
                .node(inventory.node())
                .filter(known -> !known.value().foreign().equals(found))
                .isPresent();
        if (isNews) {
            tell(inventory.node(), new NodeSignal.ForeignSeen(found));
        }
    }

    private Surplus surplus(Inventory inventory, List<Finding> findings) {
        int orphans = (int) findings.stream()
                .filter(finding -> finding instanceof Finding.Orphan orphan && isWithoutRecord(orphan))
                .count();
        int ahead =
                (int) findings.stream().filter(Finding.Ahead.class::isInstance).count();
        return new Surplus(orphans, ahead, inventory.containers().size());
    }

    /** Whether that there is nothing to find is not only because news of it are on their way, or the container is. */
    private boolean isWhollyRecorded(Inventory inventory) {
        Stream<WorkloadId> shown = Stream.concat(inventory.containers().stream(), inventory.orders().stream())
                .map(ContainerReport::workloadId);
        return Stream.concat(shown, inventory.fresher().stream())
                .allMatch(id -> directory.record(id).isPresent());
    }

    /** Whether since the records may have been lost, this node was never found to have only what they speak of. */
    private boolean isDoubtful(NodeId node) {
        Epoch settledIn =
                directory.node(node).map(Stored::value).map(Node::settledIn).orElse(Epoch.NONE);
        return settledIn.isOlderThan(leadership.restoredIn());
    }

    private Orphans decided(NodeId node) {
        return directory.node(node).map(known -> known.value().orphans()).orElse(Orphans.REMOVED);
    }

    /** Whether containers without a record stay on this node. */
    boolean areHeldOn(NodeId node) {
        return held.contains(node) || (decided(node) != Orphans.ACCEPTED && isDoubtful(node));
    }

    /** Whether an operator has said that the records are gone on with as they are. */
    boolean areAcceptedOn(NodeId node) {
        return decided(node) == Orphans.ACCEPTED;
    }

    /** Whether no record speaks of the container, and none is on its way. */
    boolean isWithoutRecord(Finding.Orphan orphan) {
        return directory.record(orphan.workload()).isEmpty()
                && directory.writer(orphan.workload()).isEmpty();
    }

    void gone(NodeId node) {
        held.remove(node);
    }

    private void tell(NodeId node, NodeSignal signal) {
        directory.nodeWriter(node).ifPresent(writer -> writer.tell(new NodeActor.OrphansSeen(signal)));
    }
}
