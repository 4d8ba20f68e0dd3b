package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.ACKNOWLEDGED_SURVIVES;
import static dev.persys.scheduler.simulation.SimPromise.DELETED_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.KEY_MAKES_ONE;
import static dev.persys.scheduler.simulation.SimPromise.OLD_EPOCH_REFUSED;
import static dev.persys.scheduler.simulation.SimPromise.RECORDS_READABLE;
import static dev.persys.scheduler.simulation.SimPromise.TERMINAL_STAYS;

import dev.persys.api.Json;
import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterResponse;
import dev.persys.api.WorkloadView;
import dev.persys.model.Desired;
import dev.persys.model.Epoch;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.SpecChange;
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
    /** What a log of events puts in the place of one that was not written. */
    private static final String NO_EVENT = "null";

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
    private String leader = "";
    private Epoch inForce = Epoch.NONE;
    private final SimOrders orders;
    private final SimHearing hearing;
    private final SimAges ages;
    private final SimStarts starts;
    private final SimEvents events;
    private final SimPlacements placements;
    private long commits;

    SimPromises(Simulation sim) {
        this.sim = sim;
        this.orders = new SimOrders(sim, this);
        this.hearing = new SimHearing(sim);
        this.ages = new SimAges(sim);
        this.starts = new SimStarts(sim);
        this.events = new SimEvents(sim);
        this.placements = new SimPlacements(sim, this);
    }

    /** The durable records. */
    Collection<Workload> workloads() {
        return workloads.values();
    }

    Collection<Node> nodes() {
        return nodes.values();
    }

    Optional<Node> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    Optional<Workload> workload(WorkloadId id) {
        return Optional.ofNullable(workloads.get(id));
    }

    /** How many times a workload's record, or of a node's more than its heartbeat, was written; but for removals of what is old. */
    long commits() {
        return commits;
    }

    SimOrders orders() {
        return orders;
    }

    SimHearing hearing() {
        return hearing;
    }

    SimAges ages() {
        return ages;
    }

    SimStarts starts() {
        return starts;
    }

    SimPlacements placements() {
        return placements;
    }

    SimEvents events() {
        return events;
    }

    /** The store has these records in place of all that it had, and they are what is durable from now on. */
    void putBack(Map<WorkloadId, Workload> oldWorkloads, Collection<Node> oldNodes, Epoch epoch) {
        workloads.clear();
        workloads.putAll(oldWorkloads);
        nodes.clear();
        oldNodes.forEach(node -> nodes.put(node.id(), node));
        inForce = epoch;
        leader = "";
        ages.putBack();
        placements.putBack(oldNodes);
    }

    /** Every durable version of a workload that {@code by} has seen. */
    List<Optional<Workload>> seen(SimProcess by, WorkloadId id) {
        return seenBy.getOrDefault(by.name(), Map.of()).getOrDefault(id, List.of());
    }

    static SimViolation broken(SimPromise promise, Object... how) {
        StringBuilder text = new StringBuilder();
        for (Object part : how) {
            text.append(part);
        }
        return new SimViolation(promise, SimTrace.readable(text.toString()));
    }

    void require(boolean holds, SimPromise promise, Object... how) {
        if (!holds) {
            throw sim.broken(broken(promise, how));
        }
    }

    // What is asked and answered.

    void asked(String request, Optional<Asked> what) {
        asked.put(request, what);
        what.ifPresent(wanted -> starts.asked(wanted.id()));
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
        Map<Long, Object> records = history.getOrDefault(Keys.workload(id), Map.of());
        if (view.workload().equals(records.get(view.revision()))) {
            return;
        }
        // Of what is gone, the answer says when it went, or if that is not known, where it stood before.
        boolean goneSince = records.keySet().stream().allMatch(revision -> revision <= view.revision());
        require(
                desired(action) == Desired.DELETED
                        && view.workload().desired() == Desired.DELETED
                        && !workloads.containsKey(id)
                        && goneSince,
                ACKNOWLEDGED_SURVIVES,
                Keys.workload(id),
                " was acknowledged at revision ",
                view.revision(),
                " as ",
                view.workload(),
                " and the store has ",
                records.get(view.revision()));
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
        ages.loaded(by);
        placements.loaded(by);
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
        if (change instanceof Change.Delete && change.expectedRevision() == Change.ABSENT) {
            return; // It settles that nothing comes to be there.
        }
        if (change.key().startsWith(Keys.WORKLOADS)) {
            committedWorkload(by, change, revision);
        } else if (change.key().startsWith(Keys.NODES)) {
            committedNode(change, revision);
        } else if (change.key().startsWith(Keys.EVENTS)
                && change instanceof Change.Put put
                && !put.value().equals(NO_EVENT)) {
            events.committed(change.key());
        }
    }

    private void committedWorkload(SimProcess by, Change change, long revision) {
        WorkloadId id = WorkloadId.of(change.key().substring(Keys.WORKLOADS.length()));
        Optional<Workload> before = workload(id);
        if (change instanceof Change.Put put) {
            Workload after = parsed(put, RecordJson::workload);
            history.computeIfAbsent(put.key(), key -> new HashMap<>()).put(revision, after);
            requireExplained(by, before, after);
            hearing.requireLostWithNode(before, after);
            orders.requireEnded(before, after);
            orders.requireProved(before, after);
            ages.committed(by, before, Optional.of(after));
            workloads.put(id, after);
            placements.committed(by, before, after);
        } else {
            boolean expires = ages.isExpiry(by, before.orElseThrow(), !deletions.contains(id));
            require(
                    expires || deletions.contains(id),
                    ACKNOWLEDGED_SURVIVES,
                    id,
                    " is deleted, and nobody asked for that");
            ages.committed(by, before, Optional.empty());
            workloads.remove(id);
        }
        commits += ages.isExpired(id) ? 0 : 1;
        saw(by, id);
    }

    private void committedNode(Change change, long revision) {
        NodeId id = NodeId.of(change.key().substring(Keys.NODES.length()));
        Optional<Node> before = Optional.ofNullable(nodes.get(id));
        if (change instanceof Change.Put put) {
            Node after = parsed(put, RecordJson::node);
            history.computeIfAbsent(put.key(), key -> new HashMap<>()).put(revision, after);
            nodes.put(id, after);
            hearing.committed(id, before, Optional.of(after));
            boolean beat = before.filter(node -> node.withHeartbeat(after.lastHeartbeat(), after.available())
                            .equals(after))
                    .isPresent();
            commits += beat ? 0 : 1;
        } else {
            nodes.remove(id);
            hearing.committed(id, before, Optional.empty());
            placements.removed(id);
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

    private void requireExplained(SimProcess by, Optional<Workload> before, Workload after) {
        WorkloadId id = after.id();
        if (before.isEmpty()) {
            require(everMade.add(id), DELETED_STAYS, id, " was deleted and is there again");
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
        Optional<Asked> request = after.requestId()
                .flatMap(name -> asked.getOrDefault(name, Optional.empty()))
                .filter(wanted -> anew && wanted.id().equals(id));
        boolean expires = after.desired() == Desired.DELETED
                && was.desired() != Desired.DELETED
                && request.isEmpty()
                && ages.isExpiry(by, was, true);
        if (expires) {
            deletions.add(id);
        }
        require(
                after.desired() == was.desired()
                        || expires
                        || request.filter(wanted -> desired(wanted.action()) == after.desired())
                                .isPresent(),
                ACKNOWLEDGED_SURVIVES,
                id,
                " was wanted ",
                was.desired(),
                " and is wanted ",
                after.desired(),
                " without a request");
        require(
                !was.status().isTerminal() || after.status() == was.status() || request.isPresent(),
                TERMINAL_STAYS,
                id,
                " was ",
                was.status(),
                " and is ",
                after.status(),
                " without a request");
        requireSpec(was, after, request.isPresent());
        if (was.nodeId().isPresent() && after.nodeId().isEmpty()) {
            starts.asked(id); // Its node was taken away: a new container elsewhere has failed nowhere yet.
        }
        require(!after.runId().isOlderThan(was.runId()), ACKNOWLEDGED_SURVIVES, id, " goes back to ", after.runId());
    }

    private void requireSpec(Workload was, Workload after, boolean asked) {
        if (after.spec().equals(was.spec())) {
            return;
        }
        starts.asked(after.id());
        boolean undone = was.versions().isProving()
                && was.versions().change().flatMap(SpecChange::before).equals(Optional.of(after.spec()));
        require(
                (asked || undone)
                        && after.versions().current() == was.versions().current() + 1,
                SimPromise.SPEC_IS_ASKED_FOR,
                after.id(),
                " was ",
                was.spec(),
                " and is ",
                after.spec(),
                ": ",
                after.versions());
    }

    private static Desired desired(WorkloadAction action) {
        return switch (action) {
            case START, RESTART -> Desired.RUNNING;
            case STOP -> Desired.STOPPED;
            case DELETE, DELETE_WITH_VOLUMES, KILL_AND_DELETE, KILL_AND_DELETE_WITH_VOLUMES -> Desired.DELETED;
        };
    }
}
