package dev.persys.scheduler.reads;

import akka.actor.typed.ActorRef;
import dev.persys.api.SpecDigest;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.Retention;
import dev.persys.lifecycle.Retention.Ended;
import dev.persys.model.Desired;
import dev.persys.model.HealthStatus;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.PullProgress;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol.WorkloadFilter;
import dev.persys.reconcile.Records;
import dev.persys.scheduler.node.AgentLink;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.workload.WorkloadActor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The committed records as the leader knows them, by everything they are asked for by, and who writes each. Confined
 * to the leader's term.
 */
public final class Directory implements Records {
    /**
     * Who made a workload under an idempotency key, and what was asked for.
     *
     * @param spec that it has
     * @param madeFrom a digest of the one that was asked for, where it has another now
     */
    public record Keyed(WorkloadId id, WorkloadSpec spec, Optional<String> madeFrom) {
        public boolean isMadeFrom(WorkloadSpec asked) {
            return madeFrom.map(SpecDigest.of(asked)::equals).orElseGet(() -> spec.equals(asked));
        }
    }

    private static final String LOWEST_ID = "00000000-0000-0000-0000-000000000000";

    private final TreeMap<WorkloadId, WorkloadView> workloads = new TreeMap<>();
    private final WorkloadIndex index = new WorkloadIndex();
    private final Ends ends;
    private final Map<IdempotencyKey, Keyed> byKey = new HashMap<>();
    private final Map<WorkloadId, IdempotencyKey> claimedKeys = new HashMap<>();
    private final Map<WorkloadId, Long> standingSince = new HashMap<>();
    private final Map<WorkloadId, Workload> expected = new HashMap<>();
    private final Map<WorkloadId, ActorRef<WorkloadActor.Command>> writers = new HashMap<>();
    private final TreeMap<NodeId, Stored<Node>> nodes = new TreeMap<>();
    private final Map<NodeId, Node> expectedNodes = new HashMap<>();
    private final Map<NodeId, ActorRef<NodeActor.Command>> nodeWriters = new HashMap<>();
    private final Map<NodeId, ActorRef<AgentLink.Command>> links = new HashMap<>();

    private final AgeClock ages;
    private final long begun;

    /**
     * An empty one.
     *
     * @param ages by which those that have ended grow old
     */
    public Directory(AgeClock ages) {
        this.ages = ages;
        this.begun = ages.reading();
        this.ends = new Ends(ages);
    }

    /** Takes in what the store had when this leader began: it has stood since before any inventory that this one asks for. */
    public void read(Workload workload, long revision) {
        put(workload, revision);
        standingSince.remove(workload.id());
    }

    public void put(Workload workload, long revision) {
        WorkloadView old = workloads.put(workload.id(), new WorkloadView(workload, revision, Optional.empty()));
        Optional<Workload> before = Optional.ofNullable(old).map(WorkloadView::workload);
        claimedKeys.remove(workload.id());
        expected.remove(workload.id());
        index.change(before, Optional.of(workload));
        ends.change(before, Optional.of(workload), workload.id());
        boolean stood = before.filter(
                        was -> was.observed().since().equals(workload.observed().since()))
                .isPresent();
        if (!stood) {
            standingSince.put(workload.id(), ages.reading());
        }
        workload.idempotencyKey()
                .ifPresent(key -> byKey.put(
                        key,
                        new Keyed(
                                workload.id(),
                                workload.spec(),
                                workload.versions().madeFrom())));
    }

    public void remove(Workload workload) {
        Optional<Workload> before =
                Optional.ofNullable(workloads.remove(workload.id())).map(WorkloadView::workload);
        index.change(before, Optional.empty());
        ends.change(before, Optional.empty(), workload.id());
        workload.idempotencyKey().ifPresent(byKey::remove);
        standingSince.remove(workload.id());
        writers.remove(workload.id());
    }

    public Optional<WorkloadView> workload(WorkloadId id) {
        return Optional.ofNullable(workloads.get(id));
    }

    @Override
    public Optional<Workload> record(WorkloadId id) {
        return workload(id).map(WorkloadView::workload);
    }

    /** Keeps how far a download is, until the record changes next. */
    public void progress(WorkloadId id, PullProgress progress) {
        workloads.computeIfPresent(
                id, (key, view) -> new WorkloadView(view.workload(), view.revision(), Optional.of(progress)));
    }

    /**
     * Every workload that {@code reference} may mean: the one with this id; else those with this name; else those
     * whose id begins so.
     */
    public List<WorkloadId> resolve(String reference) {
        if (WorkloadId.isCanonical(reference) && workloads.containsKey(WorkloadId.of(reference))) {
            return List.of(WorkloadId.of(reference));
        }
        List<WorkloadId> named = index.named(reference).sorted().toList();
        if (!named.isEmpty()) {
            return named;
        }
        if (reference.isEmpty()) {
            return List.of();
        }
        String lowest = reference + LOWEST_ID.substring(Math.min(reference.length(), LOWEST_ID.length()));
        if (!WorkloadId.isCanonical(lowest)) {
            return List.of();
        }
        List<WorkloadId> found = new ArrayList<>();
        for (WorkloadId id : workloads.tailMap(WorkloadId.of(lowest), true).keySet()) {
            if (!id.value().startsWith(reference)) {
                break;
            }
            found.add(id);
        }
        return found;
    }

    @Override
    public long since(WorkloadId id) {
        return standingSince.getOrDefault(id, begun - 1);
    }

    @Override
    public Collection<Workload> placedOn(NodeId node) {
        return index.placedOn(node).map(id -> workloads.get(id).workload()).toList();
    }

    /** Up to {@code limit} that pass {@code filter}, oldest first, behind the place {@code after}. */
    public List<WorkloadView> page(WorkloadFilter filter, int limit, Optional<String> after) {
        return index.candidates(filter, after.map(Place::parse))
                .map(workloads::get)
                .filter(view -> passes(view.workload(), filter))
                .limit(limit)
                .toList();
    }

    /** What makes a page go on behind {@code view}. */
    public static String continueAfter(WorkloadView view) {
        return Place.of(view.workload()).toString();
    }

    /** Whether {@code text} was made by {@link #continueAfter}. */
    public static boolean isPlace(String text) {
        return Place.isOne(text);
    }

    private static boolean passes(Workload workload, WorkloadFilter filter) {
        return filter.node()
                        .map(node -> workload.nodeId().filter(node::equals).isPresent())
                        .orElse(true)
                && filter.status().map(status -> workload.status() == status).orElse(true)
                && filter.name()
                        .map(name -> workload.spec().name().equals(name))
                        .orElse(true);
    }

    /** All that have come to such an end, the oldest end first. */
    public Collection<Ended> ended(Retention.Kind kind) {
        return ends.of(kind);
    }

    public Map<WorkloadStatus, Long> workloadCounts() {
        return index.counts();
    }

    /** Of those that run and have a health check. */
    public Map<HealthStatus, Long> healthCounts() {
        return index.healthCounts();
    }

    /** What the key has made for its caller; or for anybody, where it was not kept whose it is. */
    public Optional<Keyed> keyed(IdempotencyKey key) {
        return Optional.ofNullable(byKey.get(key)).or(() -> Optional.ofNullable(byKey.get(key.ofNobody())));
    }

    /** Drops what is held for a workload that was never written. */
    public void forget(WorkloadId id) {
        writers.remove(id);
        expected.remove(id);
        Optional.ofNullable(claimedKeys.remove(id)).ifPresent(byKey::remove);
    }

    /** Holds the name for a workload whose record is still on its way. */
    public void expect(Workload accepted) {
        expected.put(accepted.id(), accepted);
    }

    /** One that has the name and lives: it has not ended, and is not being deleted. */
    public Optional<Workload> living(String name) {
        return Stream.concat(
                        index.named(name).map(id -> workloads.get(id).workload()),
                        expected.values().stream()
                                .filter(workload -> workload.spec().name().equals(name)))
                .filter(workload -> !workload.status().isTerminal() && workload.desired() != Desired.DELETED)
                .findFirst();
    }

    /** Holds the key for a workload whose record is still on its way. */
    public void claimKey(IdempotencyKey key, WorkloadId id, WorkloadSpec spec) {
        byKey.put(key, new Keyed(id, spec, Optional.empty()));
        claimedKeys.put(id, key);
    }

    public void writer(WorkloadId id, ActorRef<WorkloadActor.Command> writer) {
        writers.put(id, writer);
    }

    public Optional<ActorRef<WorkloadActor.Command>> writer(WorkloadId id) {
        return Optional.ofNullable(writers.get(id));
    }

    /** Workloads that there are or are about to be. */
    public int workloadCount() {
        return workloads.size() + expected.size();
    }

    /** Workloads whose first record is on its way. */
    public int unwrittenCount() {
        return expected.size();
    }

    /** Nodes that there are or are about to be. */
    public int nodeCount() {
        return Math.max(nodes.size(), nodeWriters.size());
    }

    /** Holds the engine for a node whose first record is still on its way. */
    public void expect(Node registering) {
        expectedNodes.put(registering.id(), registering);
    }

    /** Nodes that there are or are about to be, as they are known. */
    public List<Node> nodesAndExpected() {
        return Stream.concat(nodes.values().stream().map(Stored::value), expectedNodes.values().stream())
                .toList();
    }

    public void put(Stored<Node> node) {
        expectedNodes.remove(node.value().id());
        nodes.put(node.value().id(), node);
    }

    public void remove(NodeId id) {
        expectedNodes.remove(id);
        nodes.remove(id);
        nodeWriters.remove(id);
        links.remove(id);
    }

    public Optional<Stored<Node>> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public Collection<Stored<Node>> nodes() {
        return nodes.values();
    }

    /** Up to {@code limit} nodes in the order of their ids, behind {@code after}. */
    public List<Stored<Node>> nodePage(int limit, Optional<NodeId> after) {
        return after.map(id -> nodes.tailMap(id, false)).orElse(nodes).values().stream()
                .limit(limit)
                .toList();
    }

    public Map<NodeStatus, Long> nodeCounts() {
        Map<NodeStatus, Long> counts = new EnumMap<>(NodeStatus.class);
        nodes.values().forEach(known -> counts.merge(known.value().status(), 1L, Long::sum));
        return counts;
    }

    public void nodeWriter(NodeId id, ActorRef<NodeActor.Command> writer) {
        nodeWriters.put(id, writer);
    }

    public Optional<ActorRef<NodeActor.Command>> nodeWriter(NodeId id) {
        return Optional.ofNullable(nodeWriters.get(id));
    }

    public void link(NodeId id, ActorRef<AgentLink.Command> link) {
        links.put(id, link);
    }

    /** There is none until another takes its place. */
    public void unlink(NodeId id) {
        links.remove(id);
    }

    /** Over which the node's agent is told something; absent also while a link that failed has no successor. */
    public Optional<ActorRef<AgentLink.Command>> link(NodeId id) {
        return Optional.ofNullable(links.get(id));
    }
}
