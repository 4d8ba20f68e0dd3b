package dev.persys.placement;

import static dev.persys.placement.PlacementScenes.active;
import static dev.persys.placement.PlacementScenes.decide;
import static dev.persys.placement.PlacementScenes.node;
import static dev.persys.placement.PlacementScenes.request;
import static dev.persys.placement.PlacementScenes.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.model.Attempt;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Protocol;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PlacementTest {
    private static final long SECOND = 1_000_000_000;

    private final ClusterView view = new ClusterView();

    @Test
    void bestFitFillsTheFullerNodeAndSpreadTheEmptier() {
        given(active("empty", 4_000, 4_096), active("half", 4_000, 4_096));
        view.reserve(workload(1, 2_000, 2_048), NodeId.of("half"));
        assertThat(placed(workload(2, 100, 100), ScorePolicy.BEST_FIT)).isEqualTo("half");
        assertThat(placed(workload(2, 100, 100), ScorePolicy.SPREAD)).isEqualTo("empty");
    }

    @Test
    void bestFitLeavesTheLargeNodeForWhatIsLarge() {
        given(active("large", 16_000, 16_384), active("small", 1_000, 1_024));
        assertThat(placed(workload(1, 500, 512), ScorePolicy.BEST_FIT)).isEqualTo("small");
    }

    @ParameterizedTest
    @EnumSource(ScorePolicy.class)
    void amongEqualsTheSmallestIdIsTaken(ScorePolicy policy) {
        given(active("c", 1_000, 1_024), active("a", 1_000, 1_024), active("b", 1_000, 1_024));
        assertThat(placed(workload(1, 100, 128), policy)).isEqualTo("a");
    }

    @Test
    void exactFitFitsAndOneMoreDoesNot() {
        given(active("a", 1_000, 1_024));
        view.reserve(workload(1, 400, 1_000), NodeId.of("a"));
        assertThat(placed(workload(2, 600, 24), ScorePolicy.BEST_FIT)).isEqualTo("a");
        assertThat(vetoes(workload(2, 601, 24))).containsExactly(new Veto(Filter.CPU, "wants 0.601 cores, 0.6 free"));
        assertThat(vetoes(workload(2, 600, 25))).containsExactly(new Veto(Filter.MEMORY, "wants 25 MiB, 24 free"));
    }

    @ParameterizedTest
    @EnumSource(value = NodeStatus.class, names = "ACTIVE", mode = EnumSource.Mode.EXCLUDE)
    void onlyAnActiveNodeIsGivenWork(NodeStatus status) {
        given(node("a", status, new Resources(1_000, 1_024), Map.of()));
        assertThat(vetoes(workload(1, 1, 1))).containsExactly(new Veto(Filter.STATUS, "the node is " + status));
    }

    @Test
    void nodeThatWasNeverReachedIsGivenNothing() {
        given(NodeLifecycle.registered(NodeId.of("a"), active("a", 1_000, 1_024).facts(), PlacementScenes.NOW));
        assertThat(vetoes(workload(1, 1, 1)))
                .containsExactly(new Veto(Filter.NOT_REACHED_YET, "no call to the node's agent has succeeded yet"));
    }

    @Test
    void memoryThatOthersUseUpIsNotGivenAway() {
        ClusterView view = new ClusterView(5);
        view.put(active("a", 4_000, 6_400));
        assertThat(vetoes(view, workload(1, 1, 3_000)))
                .as("before it has said anything")
                .isEmpty();

        view.put(beaten("a", 4_000, 6_400, 1_000));

        assertThat(vetoes(view, workload(1, 1, 3_000)))
                .containsExactly(
                        new Veto(Filter.MEMORY_USED_UP, "wants 3000 MiB, about 1000 of 6400 MiB are not in use"));
        assertThat(vetoes(view, workload(1, 1, 1_000))).isEmpty();
        assertThat(vetoes(view, workload(1, 1, 7_000)).stream().map(Veto::filter))
                .as("nothing is told of it where there is no room by reservations either")
                .containsExactly(Filter.MEMORY);
    }

    @Test
    void nodeKeepsAShareOfItsMemoryFreeWhateverIsReserved() {
        ClusterView view = new ClusterView(5);
        view.put(active("a", 4_000, 6_400));
        view.put(beaten("a", 4_000, 6_400, 300));
        assertThat(vetoes(view, workload(1, 1, 1)))
                .containsExactly(
                        new Veto(Filter.MEMORY_USED_UP, "about 300 of 6400 MiB are not in use, and 320 are kept free"));
        assertThat(view.memoryOn(NodeId.of("a")).isUp()).isTrue();
        view.put(beaten("a", 4_000, 6_400, 400));
        assertThat(vetoes(view, workload(1, 1, 1))).isEmpty();
        assertThat(view.memoryOn(NodeId.of("a")).isUp()).isFalse();
    }

    @Test
    void memoryIsCountedOnWhatWasPlacedAndReleasedSinceTheNodeSaidSo() {
        ClusterView view = new ClusterView(5);
        view.put(active("a", 4_000, 6_400));
        view.reserve(workload(1, 1, 5_000), NodeId.of("a"));
        view.put(beaten("a", 4_000, 6_400, 1_400));
        assertThat(vetoes(view, workload(2, 1, 1_000))).isEmpty();

        view.release(PlacementScenes.id(1));
        assertThat(vetoes(view, workload(1, 1, 5_000)))
                .as("what is stopped and started has its memory again at once")
                .isEmpty();
        view.reserve(workload(1, 1, 5_000), NodeId.of("a"));
        view.reserve(workload(2, 1, 1_000), NodeId.of("a"));
        assertThat(view.memoryOn(NodeId.of("a")).left()).isEqualTo(400);
    }

    @Test
    void wantedLabelsMustBeThereWithTheirValues() {
        given(node("a", NodeStatus.ACTIVE, new Resources(1_000, 1_024), Map.of("zone", "north")));
        Workload picky = workload(1, new Resources(1, 1), List.of(), Map.of("zone", "south", "disk", "ssd"));
        assertThat(vetoes(picky))
                .containsExactly(
                        new Veto(Filter.LABELS, "wants disk=ssd, the node has no such label"),
                        new Veto(Filter.LABELS, "wants zone=south, the node has north"));
        assertThat(decide(view, picky, ScorePolicy.BEST_FIT)
                        .summary(PlacementScenes.NOW)
                        .vetoes())
                .as("a node counts once for a filter")
                .containsExactly(Map.entry("labels", 1));
    }

    @Test
    void hostPortIsTakenPerProtocol() {
        given(active("a", 1_000, 1_024));
        view.reserve(onPort(1, new HostPort(80, Protocol.TCP)), NodeId.of("a"));
        assertThat(vetoes(onPort(2, new HostPort(80, Protocol.TCP))))
                .containsExactly(new Veto(Filter.HOST_PORT, "host port 80/tcp is taken"));
        assertThat(placed(onPort(2, new HostPort(80, Protocol.UDP)), ScorePolicy.BEST_FIT))
                .isEqualTo("a");
    }

    @Test
    void portsOfTheNodesOwnNetworkAreTheNodes() {
        given(active("a", 1_000, 1_024), active("b", 1_000, 1_024));
        HostPort port = new HostPort(9_100, Protocol.TCP);
        view.reserve(PlacementScenes.onHostNetwork(1, port), NodeId.of("a"));
        Veto taken = new Veto(Filter.HOST_PORT, "host port 9100/tcp is taken");

        assertThat(placed(PlacementScenes.onHostNetwork(2, port), ScorePolicy.BEST_FIT))
                .isEqualTo("b");
        assertThat(vetoesOf("a", PlacementScenes.onHostNetwork(2, port))).containsExactly(taken);
        assertThat(vetoesOf("a", onPort(3, port)))
                .as("one that publishes it is in the same way")
                .containsExactly(taken);
        view.reserve(onPort(3, port), NodeId.of("b"));
        assertThat(vetoesOf("b", PlacementScenes.onHostNetwork(2, port))).containsExactly(taken);
        assertThat(vetoesOf("a", PlacementScenes.onHostNetwork(2, new HostPort(9_100, Protocol.UDP))))
                .isEmpty();
    }

    @Test
    void portThatSomethingElseHasIsAvoidedForAWhileAndLongerEachTime() {
        HostPort port = new HostPort(80, Protocol.TCP);
        given(active("a", 1_000, 1_024), active("b", 1_000, 1_024));
        Veto veto = new Veto(Filter.PORT_IN_USE, "port 80/tcp is in use there by something that Persys did not start");
        view.avoidPort(NodeId.of("a"), port, SECOND);

        assertThat(placed(onPort(1, port), ScorePolicy.BEST_FIT)).isEqualTo("b");
        assertThat(placed(onPort(1, new HostPort(80, Protocol.UDP)), ScorePolicy.BEST_FIT))
                .isEqualTo("a");
        assertThat(view.portsLapseIn(SECOND)).hasValue(Duration.ofSeconds(5));
        assertThat(view.lapsePorts(6 * SECOND - 1)).isFalse();
        assertThat(vetoesOf("a", onPort(1, port))).containsExactly(veto);

        assertThat(view.lapsePorts(6 * SECOND)).isTrue();
        assertThat(placed(onPort(1, port), ScorePolicy.BEST_FIT)).isEqualTo("a");
        assertThat(view.portsLapseIn(6 * SECOND)).isEmpty();

        long longest = 0;
        for (int i = 0; i < 10; i++) {
            view.avoidPort(NodeId.of("a"), port, 7 * SECOND);
            longest = view.portsLapseIn(7 * SECOND).orElseThrow().toSeconds();
            assertThat(longest).isEqualTo(Math.min(300, 10L << Math.min(i, 6)));
        }
        assertThat(longest).isEqualTo(300);
        assertThat(view.nextTry(request(onPort(1, port)), 8 * SECOND))
                .hasValue(new Attempt(12, 0, Duration.ofSeconds(299)));
        assertThat(view.nextTry(request(workload(1, 1, 1)), 8 * SECOND)).isEmpty();
    }

    @Test
    void portThatWasNotRefusedForLongIsRefusedForTheFirstTime() {
        HostPort port = new HostPort(80, Protocol.TCP);
        given(active("a", 1_000, 1_024));
        view.avoidPort(NodeId.of("a"), port, 0);
        view.lapsePorts(5 * SECOND);

        view.avoidPort(NodeId.of("a"), port, 700 * SECOND);

        assertThat(view.portsLapseIn(700 * SECOND)).hasValue(Duration.ofSeconds(5));
        view.remove(NodeId.of("a"));
        assertThat(view.portsLapseIn(700 * SECOND)).isEmpty();
    }

    @Test
    void portOfAWorkloadIsTakenAndNotSomethingElses() {
        HostPort port = new HostPort(80, Protocol.TCP);
        given(active("a", 1_000, 1_024));
        view.reserve(onPort(1, port), NodeId.of("a"));
        view.avoidPort(NodeId.of("a"), port, 0);

        assertThat(vetoes(onPort(2, port))).containsExactly(new Veto(Filter.HOST_PORT, "host port 80/tcp is taken"));
    }

    @Test
    void everythingInTheWayIsTold() {
        given(node("a", NodeStatus.DRAINING, new Resources(10, 10), Map.of()));
        view.reserve(onPort(1, new HostPort(80, Protocol.TCP)), NodeId.of("a"));
        Workload greedy = workload(
                2, new Resources(5_000, 5_000), List.of(new HostPort(80, Protocol.TCP)), Map.of("disk", "ssd"));
        assertThat(vetoes(greedy).stream().map(Veto::filter))
                .containsExactly(Filter.STATUS, Filter.LABELS, Filter.CPU, Filter.MEMORY, Filter.HOST_PORT);
    }

    @Test
    void otherTypesOfWorkloadAreForOtherNodes() {
        NodeOffer offer = new NodeOffer(
                NodeId.of("a"),
                NodeStatus.ACTIVE,
                true,
                Map.of(),
                new Resources(1_000, 1_000),
                Resources.NONE,
                MemoryInUse.NOT_SAID,
                Set.of(),
                Set.of(),
                Set.of());
        assertThat(Placement.verdict(offer, request(workload(1, 1, 1)), ScorePolicy.BEST_FIT))
                .isEqualTo(new Verdict.Vetoed(
                        NodeId.of("a"), List.of(new Veto(Filter.TYPE, "the node does not run this type of workload"))));
    }

    @Test
    void preferredNodeIsTakenWhereItFitsWhateverTheScores() {
        given(active("full", 1_000, 1_024), active("spare", 64_000, 65_536));
        Workload workload = workload(1, 500, 512);
        PlacementRequest request = PlacementRequest.of(workload, Optional.of(NodeId.of("spare")));
        Decision decision = Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT);
        assertThat(decision).isInstanceOf(Decision.Placed.class);
        PlacementSummary summary = decision.summary(PlacementScenes.NOW);
        assertThat(summary.chosen().orElseThrow().node()).isEqualTo(NodeId.of("spare"));
        assertThat(summary.runnersUp().get(0).node()).isEqualTo(NodeId.of("full"));
    }

    @Test
    void preferredNodeThatDoesNotFitIsNotInTheWay() {
        given(active("full", 10, 10), active("spare", 64_000, 65_536));
        PlacementRequest request = PlacementRequest.of(workload(1, 500, 512), Optional.of(NodeId.of("full")));
        Decision decision = Placement.decide(view.offers(), request, ScorePolicy.BEST_FIT);
        assertThat(((Decision.Placed) decision).node()).isEqualTo(NodeId.of("spare"));
    }

    @Test
    void emptyClusterPlacesNothing() {
        Decision decision = decide(view, workload(1, 1, 1), ScorePolicy.BEST_FIT);
        assertThat(decision).isInstanceOf(Decision.Unplaceable.class);
        assertThat(decision.verdicts()).isEmpty();
        assertThat(decision.summary(PlacementScenes.NOW).nodesConsidered()).isZero();
    }

    @Test
    void summaryOfManyNodesNamesAHandful() {
        for (int i = 0; i < 1_000; i++) {
            view.put(active("n" + i, 1_000 + i, 1_024));
        }
        PlacementSummary summary =
                decide(view, workload(1, 100, 128), ScorePolicy.BEST_FIT).summary(PlacementScenes.NOW);
        assertThat(summary.chosen().orElseThrow().node()).isEqualTo(NodeId.of("n0"));
        assertThat(summary.runnersUp().stream()
                        .map(candidate -> candidate.node().value()))
                .containsExactly("n1", "n2", "n3");
    }

    @Test
    void nodeThatShrankBelowWhatItHoldsOffersNothing() {
        given(active("a", 4_000, 4_096));
        view.reserve(workload(1, 3_000, 3_072), NodeId.of("a"));
        view.put(active("a", 2_000, 2_048));
        assertThat(vetoes(workload(2, 1, 1)).stream().map(Veto::filter)).containsExactly(Filter.CPU, Filter.MEMORY);
    }

    @Test
    void reservationOnAnUnknownNodeCountsWhenTheNodeComes() {
        view.reserve(workload(1, 900, 1_000), NodeId.of("a"));
        given(active("a", 1_000, 1_024));
        assertThat(vetoes(workload(2, 200, 1)).stream().map(Veto::filter)).containsExactly(Filter.CPU);
    }

    @ParameterizedTest
    @EnumSource(ScorePolicy.class)
    void scoresAreWholeMillionths(ScorePolicy policy) {
        long score = policy.score(new Resources(4_000, 1_000), new Resources(1_000, 750));
        assertThat(score).isEqualTo(500_000);
        assertThat(policy.score(new Resources(0, 0), Resources.NONE))
                .isEqualTo(policy == ScorePolicy.BEST_FIT ? ScorePolicy.PERFECT : 0);
        assertThat(ScorePolicy.parse(policy.text())).hasValue(policy);
    }

    @Test
    void unknownPolicyIsNone() {
        assertThat(ScorePolicy.parse("BEST_FIT")).isEmpty();
    }

    private void given(Node... nodes) {
        List.of(nodes).forEach(view::put);
    }

    private String placed(Workload workload, ScorePolicy policy) {
        return ((Decision.Placed) decide(view, workload, policy)).node().value();
    }

    /** As the node stands after a heartbeat that says so much memory is free. */
    private static Node beaten(String id, long cpuMillis, long memoryMib, long availableMib) {
        return active(id, cpuMillis, memoryMib)
                .withHeartbeat(PlacementScenes.NOW.plusSeconds(availableMib), new Resources(cpuMillis, availableMib));
    }

    /** What the one node of {@code view} says against it. */
    private static List<Veto> vetoes(ClusterView view, Workload workload) {
        Verdict verdict =
                decide(view, workload, ScorePolicy.BEST_FIT).verdicts().get(0);
        return verdict instanceof Verdict.Vetoed vetoed ? vetoed.vetoes() : List.of();
    }

    /** All that is in the way on the one node there is. */
    private List<Veto> vetoes(Workload workload) {
        Decision decision = decide(view, workload, ScorePolicy.BEST_FIT);
        assertThat(decision).isInstanceOf(Decision.Unplaceable.class);
        return ((Verdict.Vetoed) decision.verdicts().get(0)).vetoes();
    }

    private List<Veto> vetoesOf(String node, Workload workload) {
        return decide(view, workload, ScorePolicy.BEST_FIT).verdicts().stream()
                .filter(verdict -> verdict.node().value().equals(node))
                .filter(Verdict.Vetoed.class::isInstance)
                .flatMap(verdict -> ((Verdict.Vetoed) verdict).vetoes().stream())
                .toList();
    }

    private static Workload onPort(int number, HostPort port) {
        return workload(number, new Resources(1, 1), List.of(port), Map.of());
    }
}
