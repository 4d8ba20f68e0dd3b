package dev.persys.scheduler.simulation;

import dev.persys.api.RecordJson;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.model.Desired;
import dev.persys.model.Epoch;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The store's state as it was, to be put back in its place: by an import, after which it is known that what runs may have no
 * record or an older one; or as the files of a store are put back, of which nobody knows. What runs then stays until an
 * operator says so.
 */
final class SimBackup {
    private final Simulation sim;
    private final Set<SimContainer> unknown = new HashSet<>();
    private Optional<Map<String, Entry>> entries = Optional.empty();
    private Epoch epoch = Epoch.NONE;
    private boolean putBack;

    SimBackup(Simulation sim) {
        this.sim = sim;
    }

    boolean isMade() {
        return entries.isPresent();
    }

    boolean isPutBack() {
        return putBack;
    }

    void make(Map<String, Entry> now, Leadership leadership) {
        entries = Optional.of(new TreeMap<>(now));
        epoch = leadership.epoch();
        sim.promises().ages().backUp();
        sim.trace().line("store", "is backed up in epoch ", epoch);
    }

    /** The leadership over what is put back, which nobody has yet. */
    Leadership leadership(Leadership now, boolean isKnown) {
        Epoch next = epoch.next();
        return new Leadership(next, now.clusterId(), isKnown ? next : Epoch.NONE);
    }

    Map<String, Entry> entries() {
        return entries.orElseThrow();
    }

    /** It is in the store's place. */
    void putBack(Leadership over) {
        putBack = true;
        boolean isKnown = !over.restoredIn().equals(Epoch.NONE);
        sim.trace().line("store", "is as it was in epoch ", epoch, isKnown ? ", and that is known" : "");
        Map<WorkloadId, Workload> workloads = new TreeMap<>();
        of(Keys.WORKLOADS).forEach(entry -> {
            Workload workload = RecordJson.workload(entry.value());
            workloads.put(workload.id(), workload);
        });
        List<Node> nodes = of(Keys.NODES).stream()
                .map(entry -> RecordJson.node(entry.value()))
                .toList();
        sim.promises().putBack(workloads, nodes, over.epoch());
        for (SimNode node : sim.nodes()) {
            node.containers().stream()
                    .filter(container -> container.startedAt.isPresent())
                    .filter(container -> Optional.ofNullable(workloads.get(container.workload))
                            .map(record -> isAhead(record, node.id(), container))
                            .orElse(isKnown))
                    .forEach(unknown::add);
        }
    }

    private Collection<Entry> of(String prefix) {
        return entries().values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .toList();
    }

    private static boolean isAhead(Workload record, NodeId node, SimContainer container) {
        return WorkloadLifecycle.isAhead(record, node, container.generation);
    }

    /** An agent is about to remove a container. */
    void removed(SimNode node, SimContainer container) {
        boolean isToGo = sim.promises()
                .workload(container.workload)
                .filter(workload -> workload.desired() == Desired.DELETED)
                .isPresent();
        sim.promises()
                .require(
                        !unknown.contains(container) || isToGo || node.isOperatorAsked(),
                        SimPromise.UNKNOWN_STAYS,
                        node.id(),
                        " removes ",
                        container,
                        ", of which the records that were put back know nothing, and nobody was asked");
    }
}
