package dev.persys.placement;

import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Protocol;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Small clusters, crowded enough that much does not fit. */
final class PlacementDomain extends DomainContextBase {
    static final int NODE_COUNT = 6;
    static final int WORKLOAD_COUNT = 12;

    /** A change of a cluster view, or a decision that is carried out. */
    sealed interface Action {}

    record Put(Node node) implements Action {}

    record Remove(NodeId node) implements Action {}

    record Reserve(Workload workload, NodeId node) implements Action {}

    record Release(Workload workload) implements Action {}

    record Place(Workload workload, Optional<NodeId> preferred, ScorePolicy policy) implements Action {}

    /** Any changes, sensible or not. */
    record Changes(List<Action> actions) {}

    /** A cluster as it is run: nodes keep their size, and what is reserved was decided. */
    record Cluster(List<Node> nodes, List<Action> actions) {}

    @Provide
    Arbitrary<Changes> changes() {
        Arbitrary<Action> action = Arbitraries.frequencyOf(
                Tuple.of(4, nodes().map(Put::new)),
                Tuple.of(1, nodeIds().map(Remove::new)),
                Tuple.of(6, Combinators.combine(workloads(), nodeIds()).as(Reserve::new)),
                Tuple.of(2, workloads().map(Release::new)));
        return action.list().ofMaxSize(30).map(Changes::new);
    }

    @Provide
    Arbitrary<Cluster> clusters() {
        return nodes().list().ofMaxSize(NODE_COUNT).uniqueElements(Node::id).flatMap(nodes -> {
            Arbitrary<Action> place = Combinators.combine(workloads(), nodeIds().optional(), policies())
                    .as(Place::new);
            Arbitrary<Action> release = workloads().map(Release::new);
            Arbitrary<Action> status = Combinators.combine(nodeIds(), Arbitraries.of(NodeStatus.class))
                    .as((id, next) -> restated(nodes, id, next));
            return Arbitraries.frequencyOf(Tuple.of(6, place), Tuple.of(2, release), Tuple.of(1, status))
                    .list()
                    .ofMaxSize(30)
                    .map(actions -> new Cluster(nodes, actions));
        });
    }

    private static Action restated(List<Node> nodes, NodeId id, NodeStatus status) {
        return nodes.stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .<Action>map(node -> new Put(node.withStatus(status, NodeReason.OTHER, "", PlacementScenes.NOW)))
                .orElse(new Release(PlacementScenes.workload(0, 1, 1)));
    }

    @Provide
    Arbitrary<Workload> workloads() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, WORKLOAD_COUNT),
                        Arbitraries.of(0L, 10L, 100L, 500L, 1_000L),
                        Arbitraries.of(0L, 6L, 128L, 512L, 1_024L),
                        ports(),
                        Arbitraries.of(
                                Map.<String, String>of(),
                                Map.<String, String>of(),
                                Map.of("zone", "a"),
                                Map.of("zone", "b", "disk", "ssd")))
                .as((number, cpu, memory, ports, constraints) ->
                        PlacementScenes.workload(number, new Resources(cpu, memory), List.copyOf(ports), constraints));
    }

    private static Arbitrary<Set<HostPort>> ports() {
        return Arbitraries.of(
                        new HostPort(80, Protocol.TCP),
                        new HostPort(80, Protocol.UDP),
                        new HostPort(8080, Protocol.TCP))
                .set()
                .ofMaxSize(2);
    }

    @Provide
    Arbitrary<ScorePolicy> policies() {
        return Arbitraries.of(ScorePolicy.class);
    }

    @Provide
    Arbitrary<NodeId> nodeIds() {
        return Arbitraries.integers().between(0, NODE_COUNT - 1).map(number -> NodeId.of("n" + number));
    }

    private static Arbitrary<Node> nodes() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, NODE_COUNT - 1),
                        Arbitraries.frequency(
                                Tuple.of(6, NodeStatus.ACTIVE),
                                Tuple.of(1, NodeStatus.DRAINING),
                                Tuple.of(1, NodeStatus.SUSPECT),
                                Tuple.of(1, NodeStatus.INACTIVE)),
                        Arbitraries.of(0L, 500L, 1_000L, 4_000L),
                        Arbitraries.of(0L, 256L, 1_024L, 8_192L),
                        Arbitraries.of(
                                Map.<String, String>of(), Map.of("zone", "a"), Map.of("zone", "b", "disk", "ssd")))
                .as((number, status, cpu, memory, labels) ->
                        PlacementScenes.node("n" + number, status, new Resources(cpu, memory), labels));
    }
}
