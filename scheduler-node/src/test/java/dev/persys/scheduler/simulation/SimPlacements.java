package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.NO_OVERCOMMITMENT;
import static dev.persys.scheduler.simulation.SimPromise.PORT_ONCE;
import static dev.persys.scheduler.simulation.SimPromise.REACHED_FIRST;

import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is given to nodes: no more than they have, and nothing to one that has answered no scheduler yet, or does not any
 * more.
 */
final class SimPlacements {
    /** Within which it is noticed that a node answers nothing, and written. */
    static final Duration NOTICED = Duration.ofSeconds(40);

    /** A decision may wait for the store this long until it is done. */
    private static final Duration OLDEST_DECISION = Duration.ofMinutes(5);

    private final Simulation sim;
    private final SimPromises promises;
    private final Set<NodeId> answered = new HashSet<>();
    private final Map<NodeId, Long> removed = new HashMap<>();
    private final Map<String, Long> began = new HashMap<>();

    SimPlacements(Simulation sim, SimPromises promises) {
        this.sim = sim;
        this.promises = promises;
    }

    /** A scheduler has had an answer from that node's agent. */
    void answered(NodeId node) {
        answered.add(node);
    }

    /** The node's record is gone: one that registers anew is a stranger, but to what was decided before. */
    void removed(NodeId node) {
        answered.remove(node);
        removed.put(node, sim.now());
    }

    /** Of these nodes the records say that they have answered before. */
    void putBack(Collection<Node> nodes) {
        nodes.stream().filter(Node::reached).map(Node::id).forEach(answered::add);
    }

    /** A leader has read the records. */
    void loaded(SimProcess by) {
        began.put(by.name(), sim.now());
    }

    /** A workload's record was written. */
    void committed(SimProcess by, Optional<Workload> before, Workload after) {
        boolean isThere = before.filter(
                        was -> was.holdsReservation() && was.nodeId().equals(after.nodeId()))
                .isPresent();
        boolean same = isThere && before.get().held().equals(after.held());
        if (!after.holdsReservation() || same) {
            return;
        }
        if (!isThere) {
            requireReached(by, after);
        }
        NodeId id = after.nodeId().orElseThrow();
        Optional<Node> node = promises.node(id);
        Resources given = Resources.NONE;
        Map<HostPort, WorkloadId> ports = new HashMap<>();
        for (Workload workload : promises.workloads()) {
            if (workload.holdsReservation() && workload.nodeId().equals(after.nodeId())) {
                given = given.plus(workload.held().resources());
                for (HostPort port : workload.held().ports()) {
                    WorkloadId other = ports.put(port, workload.id());
                    promises.require(
                            other == null, PORT_ONCE, id, " gives ", port, " to ", other, " and ", workload.id());
                }
            }
        }
        promises.require(
                node.isEmpty() || node.get().facts().total().covers(given),
                NO_OVERCOMMITMENT,
                id,
                " has ",
                node.map(there -> there.facts().total()),
                " and gives ",
                given);
    }

    private void requireReached(SimProcess by, Workload workload) {
        SimNode node = sim.node(workload.nodeId().orElseThrow().value());
        long sinceRemoved = sim.now() - removed.getOrDefault(node.id(), Long.MIN_VALUE / 2);
        promises.require(
                answered.contains(node.id()) || sinceRemoved < OLDEST_DECISION.toNanos(),
                REACHED_FIRST,
                workload.id(),
                " is given to ",
                node.id(),
                ", which has answered nobody yet");
        long quiet = Math.max(
                Math.max(node.deafSince(), began.get(by.name())), sim.store().lastAway());
        promises.require(
                !node.isDeaf() || sim.now() - quiet < NOTICED.toNanos(),
                REACHED_FIRST,
                workload.id(),
                " is given to ",
                node.id(),
                ", which has answered nothing for ",
                Duration.ofNanos(sim.now() - node.deafSince()));
    }
}
