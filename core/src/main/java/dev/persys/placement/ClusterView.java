package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Nodes and what is reserved on them: what a decision reads. Confined to its one owner, which keeps it true to the
 * records; a reservation made here precedes its record, and is released if that is never written.
 *
 * <p>A reservation on a node that is not known is kept, and counts when the node comes.
 */
public final class ClusterView {
    private static final class Charge {
        Resources reserved = Resources.NONE;
        final Set<HostPort> ports = new HashSet<>();
        final Set<WorkloadId> workloads = new HashSet<>();
    }

    private record Reservation(NodeId node, Resources resources, List<HostPort> ports) {}

    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<NodeId, Charge> charges = new HashMap<>();
    private final Map<WorkloadId, Reservation> reservations = new HashMap<>();

    /** Adds the node, or takes over what has changed of it. */
    public void put(Node node) {
        nodes.put(node.id(), node);
    }

    public void remove(NodeId id) {
        nodes.remove(id);
    }

    /** Charges what {@code workload} asks for to {@code node}; an earlier reservation of it is given back first. */
    public void reserve(Workload workload, NodeId node) {
        release(workload.id());
        List<HostPort> ports = workload.spec().hostPorts();
        Resources resources = workload.spec().resources();
        Charge charge = charges.computeIfAbsent(node, id -> new Charge());
        charge.reserved = charge.reserved.plus(resources);
        charge.ports.addAll(ports);
        charge.workloads.add(workload.id());
        reservations.put(workload.id(), new Reservation(node, resources, ports));
    }

    /** Gives back what is reserved for this workload; nothing where nothing is. */
    public void release(WorkloadId id) {
        Reservation reservation = reservations.remove(id);
        if (reservation == null) {
            return;
        }
        Charge charge = charges.get(reservation.node());
        charge.reserved = charge.reserved.minus(reservation.resources());
        reservation.ports().forEach(charge.ports::remove);
        charge.workloads.remove(id);
        if (charge.workloads.isEmpty()) {
            charges.remove(reservation.node());
        }
    }

    public Resources reservedOn(NodeId node) {
        Charge charge = charges.get(node);
        return charge == null ? Resources.NONE : charge.reserved;
    }

    /** How many workloads hold a reservation on the node. */
    public int workloadsOn(NodeId node) {
        Charge charge = charges.get(node);
        return charge == null ? 0 : charge.workloads.size();
    }

    /** Where something is reserved for this workload. */
    public Optional<NodeId> reservationOf(WorkloadId id) {
        return Optional.ofNullable(reservations.get(id)).map(Reservation::node);
    }

    /** Whether any node could be given {@code request} now; cheaper than a decision. */
    public boolean hasRoomFor(PlacementRequest request) {
        for (Node node : nodes.values()) {
            if (node.status() == NodeStatus.ACTIVE
                    && node.facts().total().minus(reservedOn(node.id())).covers(request.resources())
                    && Placement.verdict(offer(node), request, ScorePolicy.BEST_FIT) instanceof Verdict.Fits) {
                return true;
            }
        }
        return false;
    }

    /** Every node's offer, in the order of their ids. */
    public List<NodeOffer> offers() {
        List<NodeOffer> offers = new ArrayList<>(nodes.size());
        for (Node node : nodes.values()) {
            offers.add(offer(node));
        }
        return offers;
    }

    /** Every node's offer as if nothing were reserved for this workload. */
    public List<NodeOffer> offersWithout(WorkloadId id) {
        Reservation own = reservations.get(id);
        if (own == null) {
            return offers();
        }
        return offers().stream()
                .map(offer -> offer.id().equals(own.node()) ? without(offer, own) : offer)
                .toList();
    }

    private NodeOffer offer(Node node) {
        Charge charge = charges.get(node.id());
        return new NodeOffer(
                node.id(),
                node.status(),
                node.facts().labels(),
                node.facts().total(),
                charge == null ? Resources.NONE : charge.reserved,
                charge == null ? Set.of() : charge.ports,
                Set.of(WorkloadType.DOCKER_CONTAINER));
    }

    private static NodeOffer without(NodeOffer offer, Reservation own) {
        Set<HostPort> ports = new HashSet<>(offer.takenPorts());
        own.ports().forEach(ports::remove);
        return new NodeOffer(
                offer.id(),
                offer.status(),
                offer.labels(),
                offer.total(),
                offer.reserved().minus(own.resources()),
                ports,
                offer.types());
    }
}
