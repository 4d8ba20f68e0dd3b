package dev.persys.placement;

import dev.persys.model.Attempt;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes and what is reserved on them: what a decision reads. Confined to its one owner, which keeps it true to the
 * records; a reservation made here precedes its record, and is released if that is never written.
 *
 * <p>A reservation on a node that is not known is kept, and counts when the node comes.
 */
public final class ClusterView {
    private static final Set<WorkloadType> TYPES = Set.of(WorkloadType.DOCKER_CONTAINER);

    /** In so many a node's memory is told apart. */
    private static final int MEMORY_STEPS = 64;

    private static final class Charge {
        Resources reserved = Resources.NONE;
        final Map<HostPort, Integer> ports = new HashMap<>();
        final Set<WorkloadId> workloads = new HashSet<>();
    }

    /** What a node's last heartbeat said is free, and what was reserved there then. */
    private record Reading(long availableMib, long reservedMib) {}

    private record Reservation(NodeId node, Resources resources, List<HostPort> ports) {}

    private final Map<NodeId, Node> nodes = new HashMap<>();
    private final Map<NodeId, Charge> charges = new HashMap<>();
    private final Map<NodeId, Reading> readings = new HashMap<>();
    private final Map<WorkloadId, Reservation> reservations = new HashMap<>();
    private final BusyPorts busyPorts = new BusyPorts();

    /** Of those that are about to go to another node, what they are to have there. */
    private final Map<WorkloadId, Reservation> moves = new HashMap<>();

    /** One a node, by id, kept up to date with every change, so that a decision need not make them. */
    private List<NodeOffer> offers = new ArrayList<>();

    /** Whether somebody was given {@link #offers}, which must then be copied before it changes. */
    private boolean offersShared;

    private final int minFreeMemoryPercent;

    /** Places on nodes whatever memory is in use there, as long as nobody says that it is used up. */
    public ClusterView() {
        this(0);
    }

    /** @param minFreeMemoryPercent of a node's memory, which nobody must be using for anything to be placed there */
    public ClusterView(int minFreeMemoryPercent) {
        this.minFreeMemoryPercent = minFreeMemoryPercent;
    }

    /**
     * Adds the node, or takes over what has changed of it.
     *
     * @return whether that changes what may be placed on it
     */
    public boolean put(Node node) {
        Node before = nodes.put(node.id(), node);
        boolean beaten = before != null && !before.lastHeartbeat().equals(node.lastHeartbeat());
        if (beaten && !node.available().equals(Resources.NONE)) {
            readings.put(
                    node.id(),
                    new Reading(
                            node.available().memoryMib(), reservedOn(node.id()).memoryMib()));
        }
        return updateOffer(node.id());
    }

    public void remove(NodeId id) {
        nodes.remove(id);
        readings.remove(id);
        busyPorts.remove(id);
        updateOffer(id);
    }

    /**
     * A start on the node was refused because something else has the port: it is avoided for a while, and longer each time.
     *
     * @param now the reading of a monotonic clock, in nanoseconds
     */
    public void avoidPort(NodeId node, HostPort port, long now) {
        busyPorts.refuse(node, port, now);
        updateOffer(node);
    }

    /**
     * Avoids ports no longer that have been avoided for long enough.
     *
     * @return whether that changes what may be placed
     */
    public boolean lapsePorts(long now) {
        Set<NodeId> lapsed = busyPorts.lapse(now);
        lapsed.forEach(this::updateOffer);
        return !lapsed.isEmpty();
    }

    /** How long it is until {@link #lapsePorts} has something to do; absent while no port is avoided. */
    public Optional<Duration> portsLapseIn(long now) {
        return busyPorts.lapsesIn(now);
    }

    /** When a node is tried again that is avoided for a port which {@code request} wants; absent where there is none. */
    public Optional<Attempt> nextTry(PlacementRequest request, long now) {
        return busyPorts.next(nodes.keySet(), request.hostPorts(), now);
    }

    /** Charges what {@code workload} holds to {@code node}; an earlier reservation of it is given back first. */
    public void reserve(Workload workload, NodeId node) {
        release(workload.id());
        reservations.put(workload.id(), charged(workload, node));
    }

    /**
     * Charges what {@code workload} is to hold to {@code node}, and leaves what it holds where it is: until it is known
     * whether it goes there, nobody else gets either. The next {@link #reserve} or {@link #release} ends both.
     */
    public void reserveMove(Workload workload, NodeId node) {
        giveBack(moves.remove(workload.id()), workload.id());
        moves.put(workload.id(), charged(workload, node));
    }

    private Reservation charged(Workload workload, NodeId node) {
        List<HostPort> ports = workload.held().ports();
        Resources resources = workload.held().resources();
        Charge charge = charges.computeIfAbsent(node, id -> new Charge());
        charge.reserved = charge.reserved.plus(resources);
        ports.forEach(port -> charge.ports.merge(port, 1, Integer::sum));
        charge.workloads.add(workload.id());
        updateOffer(node);
        return new Reservation(node, resources, ports);
    }

    /** Gives back what is reserved for this workload; nothing where nothing is. */
    public void release(WorkloadId id) {
        giveBack(reservations.remove(id), id);
        giveBack(moves.remove(id), id);
    }

    private void giveBack(Reservation reservation, WorkloadId id) {
        if (reservation == null) {
            return;
        }
        Charge charge = charges.get(reservation.node());
        charge.reserved = charge.reserved.minus(reservation.resources());
        reservation.ports().forEach(port -> charge.ports.computeIfPresent(port, (key, n) -> n == 1 ? null : n - 1));
        charge.workloads.remove(id);
        if (charge.workloads.isEmpty()) {
            charges.remove(reservation.node());
        }
        updateOffer(reservation.node());
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

    /** The ports of the node that are reserved, in their order. */
    public List<HostPort> portsOn(NodeId node) {
        Charge charge = charges.get(node);
        return charge == null ? List.of() : inOrder(charge.ports.keySet());
    }

    /** The ports of the node that are avoided because something else has them, in their order. */
    public List<HostPort> busyPortsOn(NodeId node) {
        Set<HostPort> busy = busyPorts.on(node);
        busy.removeAll(portsOn(node));
        return inOrder(busy);
    }

    private static List<HostPort> inOrder(Set<HostPort> ports) {
        return ports.stream()
                .sorted(Comparator.comparingInt(HostPort::port).thenComparing(HostPort::protocol))
                .toList();
    }

    /** How much of the node's memory is in use. */
    public MemoryInUse memoryOn(NodeId id) {
        Node node = nodes.get(id);
        return node == null ? MemoryInUse.NOT_SAID : memory(node);
    }

    /** Where something is reserved for this workload. */
    public Optional<NodeId> reservationOf(WorkloadId id) {
        return Optional.ofNullable(reservations.get(id)).map(Reservation::node);
    }

    /** Every node's offer, in the order of their ids; never changes afterwards. */
    public List<NodeOffer> offers() {
        offersShared = true;
        return Collections.unmodifiableList(offers);
    }

    /** Every node's offer as if nothing were reserved for this workload; never changes afterwards. */
    public List<NodeOffer> offersWithout(WorkloadId id) {
        Reservation own = reservations.get(id);
        if (own == null) {
            return offers();
        }
        return offers.stream()
                .map(offer -> offer.id().equals(own.node()) ? without(offer, own) : offer)
                .toList();
    }

    /** The node's offer as if nothing were reserved for this workload; absent where the node is not known. */
    public Optional<NodeOffer> offerWithout(WorkloadId id, NodeId node) {
        int at = indexOf(node);
        Reservation own = reservations.get(id);
        return at < 0
                ? Optional.empty()
                : Optional.of(offers.get(at))
                        .map(offer -> own != null && own.node().equals(node) ? without(offer, own) : offer);
    }

    /** Whether the offer is another one than before. */
    private boolean updateOffer(NodeId id) {
        int at = indexOf(id);
        Optional<NodeOffer> before = at < 0 ? Optional.empty() : Optional.of(offers.get(at));
        Optional<NodeOffer> after = Optional.ofNullable(nodes.get(id)).map(this::offer);
        if (after.equals(before)) {
            return false;
        }
        if (offersShared) {
            offers = new ArrayList<>(offers);
            offersShared = false;
        }
        if (after.isEmpty()) {
            offers.remove(at);
        } else if (at < 0) {
            offers.add(-at - 1, after.get());
        } else {
            offers.set(at, after.get());
        }
        return true;
    }

    /** As {@link Collections#binarySearch} has it. */
    private int indexOf(NodeId id) {
        int low = 0;
        int high = offers.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = offers.get(middle).id().compareTo(id);
            if (order == 0) {
                return middle;
            } else if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    private NodeOffer offer(Node node) {
        Charge charge = charges.get(node.id());
        return new NodeOffer(
                node.id(),
                node.status(),
                node.reached(),
                node.facts().labels(),
                node.facts().total(),
                charge == null ? Resources.NONE : charge.reserved,
                memory(node),
                charge == null ? Set.of() : charge.ports.keySet(),
                busyPorts.on(node.id()),
                TYPES);
    }

    /** In coarse steps, rounded up: not every beat makes another offer of it. */
    private MemoryInUse memory(Node node) {
        Reading reading = readings.get(node.id());
        if (reading == null) {
            return MemoryInUse.NOT_SAID;
        }
        long total = node.facts().total().memoryMib();
        long step = Math.max(1, total / MEMORY_STEPS);
        long available = (reading.availableMib() + step - 1) / step * step;
        long placedSince = reservedOn(node.id()).memoryMib() - reading.reservedMib();
        return new MemoryInUse(available - placedSince, total * minFreeMemoryPercent / 100);
    }

    private NodeOffer without(NodeOffer offer, Reservation own) {
        Map<HostPort, Integer> counts = charges.get(own.node()).ports;
        Set<HostPort> ports = new HashSet<>(offer.takenPorts());
        own.ports().stream()
                .filter(port -> counts.get(port) == Collections.frequency(own.ports(), port))
                .forEach(ports::remove);
        return new NodeOffer(
                offer.id(),
                offer.status(),
                offer.reached(),
                offer.labels(),
                offer.total(),
                offer.reserved().minus(own.resources()),
                offer.memory().without(own.resources().memoryMib()),
                ports,
                offer.busyPorts(),
                offer.types());
    }
}
