package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.ACKNOWLEDGED_SURVIVES;
import static dev.persys.scheduler.simulation.SimPromise.COMMIT_BEFORE_EFFECT;
import static dev.persys.scheduler.simulation.SimPromise.DATA_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.FOREIGN_UNTOUCHED;
import static dev.persys.scheduler.simulation.SimPromise.KEY_MAKES_ONE;
import static dev.persys.scheduler.simulation.SimPromise.NO_OVERCOMMITMENT;
import static dev.persys.scheduler.simulation.SimPromise.OLD_EPOCH_REFUSED;
import static dev.persys.scheduler.simulation.SimPromise.ONE_LIVE_CONTAINER;
import static dev.persys.scheduler.simulation.SimPromise.PORT_ONCE;
import static dev.persys.scheduler.simulation.SimPromise.RECORDS_READABLE;
import static dev.persys.scheduler.simulation.SimPromise.TERMINAL_STAYS;

import dev.persys.api.Json;
import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.model.Desired;
import dev.persys.model.Epoch;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Watches store, agents and answers, and fails with {@link SimViolation} the moment that a promise is broken. Keeps its
 * own book of everything, and trusts nobody else's.
 */
final class SimPromises {
    /** What a request wanted of a workload. */
    record Asked(WorkloadId id, WorkloadAction action) {}

    private final Simulation sim;
    private final Map<String, Optional<Asked>> asked = new HashMap<>();
    private final Set<WorkloadId> deletions = new HashSet<>();
    private final TreeMap<WorkloadId, Workload> workloads = new TreeMap<>();
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<String, Map<Long, Object>> history = new HashMap<>();
    private final Set<WorkloadId> everMade = new HashSet<>();
    private final Map<String, WorkloadId> keys = new HashMap<>();
    private final Map<String, Map<WorkloadId, List<Optional<Workload>>>> seenBy = new HashMap<>();
    private final Map<String, Epoch> taken = new HashMap<>();
    private String leader = "";
    private Epoch inForce = Epoch.NONE;
    private long commits;
    private long orders;

    SimPromises(Simulation sim) {
        this.sim = sim;
    }

    /** The durable records. */
    Collection<Workload> workloads() {
        return workloads.values();
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Optional<Workload> workload(WorkloadId id) {
        return Optional.ofNullable(workloads.get(id));
    }

    /** How many times a workload's record, or of a node's more than its heartbeat, was written. */
    long commits() {
        return commits;
    }

    long orders() {
        return orders;
    }

    static SimViolation broken(SimPromise promise, Object... how) {
        StringBuilder text = new StringBuilder();
        for (Object part : how) {
            text.append(part);
        }
        return new SimViolation(promise, SimTrace.readable(text.toString()));
    }

    private void require(boolean holds, SimPromise promise, Object... how) {
        if (!holds) {
            throw sim.broken(broken(promise, how));
        }
    }

    // What is asked and answered.

    void asked(String request, Optional<Asked> what) {
        asked.put(request, what);
        what.filter(wanted -> desired(wanted.action()) == Desired.DELETED)
                .ifPresent(wanted -> deletions.add(wanted.id()));
    }

    void accepted(Optional<String> key, Accepted answer) {
        WorkloadView view = answer.workload();
        WorkloadId id = view.workload().id();
        requireDurable(Keys.workload(id), view.revision(), view.workload());
        // An answer may have been on its way while its workload was deleted and the key was used again.
        if (key.isPresent() && !deletions.contains(id)) {
            WorkloadId first = keys.put(key.get(), id);
            require(
                    first == null || first.equals(id) || deletions.contains(first),
                    KEY_MAKES_ONE,
                    key.get(),
                    " made ",
                    first,
                    " and then ",
                    id);
        }
    }

    void changed(WorkloadId id, WorkloadAction action, WorkloadView view) {
        if (view.revision() == Change.ABSENT) {
            require(
                    desired(action) == Desired.DELETED && !workloads.containsKey(id),
                    ACKNOWLEDGED_SURVIVES,
                    id,
                    " was said to be deleted and is there");
        } else {
            requireDurable(Keys.workload(id), view.revision(), view.workload());
        }
    }

    void changed(NodeAction action, NodeView view) {
        NodeId id = view.node().id();
        if (action != NodeAction.DELETE) {
            requireDurable(Keys.node(id), view.revision(), view.node());
        }
    }

    void registered(SimNode node, RegisterResponse response) {
        require(
                history.containsKey(Keys.node(node.id())),
                ACKNOWLEDGED_SURVIVES,
                node.id(),
                " was told that it is registered and has no record");
    }

    private void requireDurable(String key, long revision, Object record) {
        Object durable = history.getOrDefault(key, Map.of()).get(revision);
        require(
                record.equals(durable),
                ACKNOWLEDGED_SURVIVES,
                key,
                " was acknowledged at revision ",
                revision,
                " as ",
                record,
                " and the store has ",
                durable);
    }

    // What the store does.

    /** Whether nobody has taken over since this one did. */
    boolean isInForce(SimProcess process) {
        return leader.equals(process.name());
    }

    void claimed(SimProcess by, Epoch epoch) {
        require(inForce.isOlderThan(epoch), OLD_EPOCH_REFUSED, "epoch ", epoch, " follows ", inForce);
        inForce = epoch;
        leader = by.name();
    }

    void loaded(SimProcess by, Snapshot snapshot) {
        Map<WorkloadId, List<Optional<Workload>>> seen = new HashMap<>();
        workloads.forEach((id, workload) -> seen.put(id, new ArrayList<>(List.of(Optional.of(workload)))));
        seenBy.put(by.name(), seen);
    }

    void read(SimProcess by, List<Entry> found) {
        for (Entry entry : found) {
            if (entry.key().startsWith(Keys.WORKLOADS)) {
                saw(by, WorkloadId.of(entry.key().substring(Keys.WORKLOADS.length())));
            }
        }
    }

    private void saw(SimProcess by, WorkloadId id) {
        seenBy.computeIfAbsent(by.name(), name -> new HashMap<>())
                .computeIfAbsent(id, key -> new ArrayList<>())
                .add(workload(id));
    }

    void committed(SimProcess by, Epoch epoch, Change change, long revision) {
        require(
                epoch.equals(inForce),
                OLD_EPOCH_REFUSED,
                by.name(),
                " wrote ",
                change.key(),
                " in epoch ",
                epoch,
                " although epoch ",
                inForce,
                " is in force");
        if (change.key().startsWith(Keys.WORKLOADS)) {
            committedWorkload(by, change, revision);
        } else if (change.key().startsWith(Keys.NODES)) {
            committedNode(change, revision);
        }
    }

    private void committedWorkload(SimProcess by, Change change, long revision) {
        WorkloadId id = WorkloadId.of(change.key().substring(Keys.WORKLOADS.length()));
        Optional<Workload> before = workload(id);
        commits++;
        if (change instanceof Change.Put put) {
            Workload after = parsed(put, RecordJson::workload);
            history.computeIfAbsent(put.key(), key -> new HashMap<>()).put(revision, after);
            requireExplained(before, after);
            workloads.put(id, after);
            requireRoom(before, after);
        } else {
            require(deletions.contains(id), ACKNOWLEDGED_SURVIVES, id, " is deleted, and nobody asked for that");
            workloads.remove(id);
        }
        saw(by, id);
    }

    private void committedNode(Change change, long revision) {
        NodeId id = NodeId.of(change.key().substring(Keys.NODES.length()));
        Optional<Node> before = Optional.ofNullable(nodes.get(id));
        if (change instanceof Change.Put put) {
            Node after = parsed(put, RecordJson::node);
            history.computeIfAbsent(put.key(), key -> new HashMap<>()).put(revision, after);
            nodes.put(id, after);
            boolean beat = before.filter(node -> node.withHeartbeat(after.lastHeartbeat(), after.available())
                            .equals(after))
                    .isPresent();
            commits += beat ? 0 : 1;
        } else {
            nodes.remove(id);
            commits++;
        }
    }

    private <T> T parsed(
            Change.Put put, java.util.function.Function<com.fasterxml.jackson.databind.JsonNode, T> reader) {
        try {
            return reader.apply(Json.MAPPER.readTree(put.value()));
        } catch (com.fasterxml.jackson.core.JsonProcessingException
                | java.io.UncheckedIOException
                | IllegalArgumentException e) {
            throw sim.broken(broken(RECORDS_READABLE, put.key(), " is now ", put.value(), ": ", e.getMessage()));
        }
    }

    private void requireExplained(Optional<Workload> before, Workload after) {
        WorkloadId id = after.id();
        if (before.isEmpty()) {
            require(everMade.add(id), ACKNOWLEDGED_SURVIVES, id, " was deleted and is there again");
            after.idempotencyKey()
                    .ifPresent(key -> workloads.values().stream()
                            .filter(other -> other.idempotencyKey().equals(after.idempotencyKey()))
                            .findAny()
                            .ifPresent(other -> {
                                throw sim.broken(broken(KEY_MAKES_ONE, key, " made ", other.id(), " and ", id));
                            }));
            return;
        }
        Workload was = before.get();
        boolean anew = !after.requestId().equals(was.requestId());
        Optional<Asked> by = after.requestId()
                .flatMap(request -> asked.getOrDefault(request, Optional.empty()))
                .filter(wanted -> anew && wanted.id().equals(id));
        require(
                after.desired() == was.desired()
                        || by.filter(wanted -> desired(wanted.action()) == after.desired())
                                .isPresent(),
                ACKNOWLEDGED_SURVIVES,
                id,
                " was wanted ",
                was.desired(),
                " and is wanted ",
                after.desired(),
                " without a request");
        require(
                !was.status().isTerminal() || after.status() == was.status() || by.isPresent(),
                TERMINAL_STAYS,
                id,
                " was ",
                was.status(),
                " and is ",
                after.status(),
                " without a request");
        require(!after.runId().isOlderThan(was.runId()), ACKNOWLEDGED_SURVIVES, id, " goes back to ", after.runId());
    }

    private static Desired desired(WorkloadAction action) {
        return switch (action) {
            case START, RESTART -> Desired.RUNNING;
            case STOP -> Desired.STOPPED;
            case DELETE, DELETE_WITH_VOLUMES -> Desired.DELETED;
        };
    }

    private void requireRoom(Optional<Workload> before, Workload after) {
        boolean same = before.filter(
                        was -> was.holdsReservation() && was.nodeId().equals(after.nodeId()))
                .isPresent();
        if (!after.holdsReservation() || same) {
            return;
        }
        NodeId id = after.nodeId().orElseThrow();
        Node node = nodes.get(id);
        Resources given = Resources.NONE;
        Map<HostPort, WorkloadId> ports = new HashMap<>();
        for (Workload workload : workloads.values()) {
            if (workload.holdsReservation() && workload.nodeId().equals(after.nodeId())) {
                given = given.plus(workload.spec().resources());
                for (HostPort port : workload.spec().hostPorts()) {
                    WorkloadId other = ports.put(port, workload.id());
                    require(other == null, PORT_ONCE, id, " gives ", port, " to ", other, " and ", workload.id());
                }
            }
        }
        require(
                node == null || node.facts().total().covers(given),
                NO_OVERCOMMITMENT,
                id,
                " has ",
                node == null ? "" : node.facts().total(),
                " and gives ",
                given);
    }

    // What the agents are told and do.

    void ordered(SimProcess by, NodeId node, SimOrder order) {
        orders++;
        List<Optional<Workload>> seen = seenBy.getOrDefault(by.name(), Map.of()).get(order.workload());
        boolean follows = seen == null
                ? order.kind() == SimOrder.Kind.REMOVE
                : seen.stream().anyMatch(version -> follows(order, node, version));
        require(
                follows,
                COMMIT_BEFORE_EFFECT,
                by.name(),
                " orders ",
                node,
                " to ",
                order,
                "; of what is durable it has seen ",
                seen);
    }

    private static boolean follows(SimOrder order, NodeId node, Optional<Workload> version) {
        Optional<Workload> placed = version.filter(
                workload -> workload.containerNode().filter(node::equals).isPresent()
                        && workload.generation().equals(order.generation()));
        boolean there = order.kind() == SimOrder.Kind.REMOVE
                ? placed.isPresent()
                : placed.filter(workload -> workload.runId().equals(order.id())).isPresent();
        boolean running = version.filter(workload -> workload.desired() == Desired.RUNNING
                        && workload.nodeId().isPresent()
                        && !workload.status().isTerminal())
                .isPresent();
        return switch (order.kind()) {
            case RUN -> there && running;
            case STOP -> there && !running;
            case REMOVE ->
                !there
                        || version.filter(workload -> workload.desired() == Desired.DELETED)
                                .isPresent();
        };
    }

    void taken(SimNode node, Epoch heard, SimOrder order) {
        String life = node.name() + " " + node.agent().orElseThrow().boot();
        Epoch newest = taken.merge(life, order.epoch(), (one, other) -> one.isOlderThan(other) ? other : one);
        require(
                !order.epoch().isOlderThan(newest) && !order.epoch().isOlderThan(heard),
                OLD_EPOCH_REFUSED,
                node.id(),
                " takes ",
                order,
                " after one of epoch ",
                newest);
    }

    void started(SimNode node, SimContainer container) {
        for (SimNode each : sim.nodes()) {
            for (SimContainer other : each.containers()) {
                require(
                        other == container
                                || !other.isLive()
                                || !other.workload.equals(container.workload)
                                || !other.generation.equals(container.generation),
                        ONE_LIVE_CONTAINER,
                        container,
                        " lives beside ",
                        other);
            }
        }
    }

    /** An agent is about to remove a container. */
    void removed(SimNode node, SimContainer container) {
        boolean lives = workload(container.workload)
                .filter(workload -> workload.desired() != Desired.DELETED
                        && workload.generation().equals(container.generation)
                        && workload.containerNode().filter(node.id()::equals).isPresent())
                .isPresent();
        require(
                !lives || container.startedAt.isEmpty(),
                DATA_STAYS,
                node.id(),
                " removes ",
                container,
                " although nobody asked for that");
    }

    void checkForeign() {
        for (SimNode node : sim.nodes()) {
            require(
                    node.foreign().stream().allMatch(SimContainer::isLive)
                            && node.foreign().size() == Simulation.FOREIGN,
                    FOREIGN_UNTOUCHED,
                    "of the foreign containers on ",
                    node.id(),
                    " only these are left alive: ",
                    node.foreign());
        }
    }
}
