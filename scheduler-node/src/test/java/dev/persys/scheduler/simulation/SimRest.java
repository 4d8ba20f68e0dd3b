package dev.persys.scheduler.simulation;

import dev.persys.api.NodeView;
import dev.persys.model.Health;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Orphans;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a cluster that nobody disturbs any more is as its records want it; if not, which promise that breaks. */
final class SimRest {
    private final Simulation sim;
    private final List<SimViolation> wrong = new ArrayList<>();

    private SimRest(Simulation sim) {
        this.sim = sim;
    }

    /**
     * What is not as it should be; the most telling first.
     *
     * @param shown the nodes as the leader shows them
     */
    static List<SimViolation> wrong(Simulation sim, List<NodeView> shown) {
        SimRest rest = new SimRest(sim);
        sim.promises().workloads().forEach(rest::look);
        sim.nodes().forEach(rest::look);
        shown.forEach(rest::look);
        rest.wrong.addAll(sim.promises().events().wrong());
        if (sim.processes().stream().noneMatch(sim.promises()::isInForce)) {
            rest.wrong(SimPromise.CONVERGES, "whoever is left does not lead");
        }
        rest.wrong.sort(java.util.Comparator.comparing(SimViolation::promise));
        return rest.wrong;
    }

    private void wrong(SimPromise promise, Object... how) {
        wrong.add(SimPromises.broken(promise, how));
    }

    private void look(Workload workload) {
        List<SimContainer> live = sim.nodes().stream()
                .flatMap(node -> node.containers().stream())
                .filter(container -> container.isLive() && container.workload.equals(workload.id()))
                .toList();
        if (live.size() > 1) {
            wrong(SimPromise.ONE_LIVE_CONTAINER, workload.id(), " lives more than once: ", live);
        }
        boolean asWanted = switch (workload.desired()) {
            case DELETED -> sim.promises().ages().isLeaving(workload.id());
            case STOPPED -> workload.status().isTerminal() && live.isEmpty();
            case RUNNING -> isAsWanted(workload, live);
        };
        if (!asWanted) {
            wrong(
                    SimPromise.CONVERGES,
                    workload.id(),
                    " is wanted ",
                    workload.desired(),
                    ", is ",
                    workload.status(),
                    " (",
                    workload.observed().message(),
                    ") and has ",
                    live);
        }
    }

    private boolean isAsWanted(Workload workload, List<SimContainer> live) {
        if (workload.versions().isProving()) {
            return false;
        }
        if (workload.status() == WorkloadStatus.PENDING) {
            Optional<NodeId> room = roomFor(workload);
            room.ifPresent(node ->
                    wrong(SimPromise.PENDING_IS_PLACED, workload.id(), " is pending, and ", node, " has room for it"));
            return true;
        }
        if (workload.status().isTerminal()) {
            return live.isEmpty();
        }
        if (live.size() == 1
                && !workload.observed().health().map(Health::status).equals(live.get(0).health)) {
            wrong(
                    SimPromise.HEALTH_AS_FOUND,
                    workload.id(),
                    " is ",
                    workload.observed().health(),
                    " and its container ",
                    live.get(0).health);
        }
        return workload.status() == WorkloadStatus.RUNNING
                && live.size() == 1
                && live.get(0).generation.equals(workload.generation())
                && (live.get(0).image.equals(workload.spec().image())
                        || sim.store()
                                .backup()
                                .isPutBack()) // It may be of a later specification than the records have.
                && sim.node(workload.nodeId().orElseThrow().value())
                        .containers()
                        .contains(live.get(0));
    }

    private Optional<NodeId> roomFor(Workload workload) {
        return sim.promises().nodes().stream()
                .filter(node -> node.isSchedulable() && hasRoom(node, workload))
                .map(Node::id)
                .findFirst();
    }

    private boolean hasRoom(Node node, Workload workload) {
        Resources given = workload.held().resources();
        Set<HostPort> ports = new HashSet<>(workload.held().ports());
        boolean free = true;
        for (Workload other : holders(node.id())) {
            given = given.plus(other.held().resources());
            free = free && other.held().ports().stream().noneMatch(ports::contains);
        }
        return free
                && node.facts().total().covers(given)
                && node.facts()
                        .labels()
                        .entrySet()
                        .containsAll(workload.spec().constraints().entrySet());
    }

    private List<Workload> holders(NodeId node) {
        return sim.promises().workloads().stream()
                .filter(workload -> workload.holdsReservation()
                        && workload.nodeId().filter(node::equals).isPresent())
                .toList();
    }

    private void look(SimNode node) {
        Optional<Node> record = sim.promises().nodes().stream()
                .filter(each -> each.id().equals(node.id()))
                .findFirst();
        if (record.filter(each -> each.status().isReachable()).isEmpty()) {
            wrong(SimPromise.CONVERGES, node.id(), " beats and is ", record.map(Node::status));
        }
        if (record.filter(each -> each.orphans() != Orphans.REMOVED).isPresent()) {
            wrong(SimPromise.CONVERGES, node.id(), " asks for containers that are gone: ", record.map(Node::orphans));
        }
        for (SimContainer container : node.containers()) {
            boolean known = sim.promises()
                    .workload(container.workload)
                    .filter(workload -> workload.generation().equals(container.generation)
                            && workload.containerNode()
                                    .filter(node.id()::equals)
                                    .isPresent())
                    .isPresent();
            if (!known) {
                wrong(SimPromise.CONVERGES, node.id(), " has a container that no record names: ", container);
            }
        }
    }

    private void look(NodeView view) {
        List<Workload> holders = holders(view.node().id());
        Resources held =
                holders.stream().map(workload -> workload.held().resources()).reduce(Resources.NONE, Resources::plus);
        if (!held.equals(view.reserved()) || holders.size() != view.workloads()) {
            wrong(
                    SimPromise.RESERVATIONS_MATCH,
                    "on ",
                    view.node().id(),
                    " placement holds ",
                    view.reserved(),
                    " for ",
                    view.workloads(),
                    " and the records hold ",
                    held,
                    " for ",
                    holders.size());
        }
    }
}
