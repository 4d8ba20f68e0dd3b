package dev.persys.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.Explanation;
import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.placement.ClusterView;
import dev.persys.placement.ScorePolicy;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PlacementActorTest {
    /** @param find of which search it is */
    private record Answer(long find, WorkloadSignal signal) {}

    private static final NodeId NODE = Workbench.NODE;
    private static final NodeId OTHER = NodeId.of("node-2");
    private static final Resources HALF = new Resources(2_000, 2_048);

    private final Workbench bench = new Workbench();
    private final ActorRef<PlacementActor.Command> actor =
            bench.kit.spawn(PlacementActor.create(new ClusterView(), ScorePolicy.BEST_FIT, bench::now, bench::nanos));
    private final TestProbe<Answer> workload = bench.kit.createTestProbe();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatIsFoundIsReservedInTheSameBreath() {
        actor.tell(new PlacementActor.NodeChanged(node(NODE)));

        find(1, HALF, 1);
        find(2, HALF, 1);
        find(3, HALF, 1);

        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Placed.class);
        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Placed.class);
        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Unplaceable.class);
        assertThat(described().free()).isEqualTo(Resources.NONE);
        assertThat(described().workloads()).isEqualTo(2);
    }

    @Test
    void whatFitsNowhereIsPlacedTheMomentSomethingIsReleasedWithItsOwnNumber() {
        actor.tell(new PlacementActor.NodeChanged(node(NODE)));
        find(1, Workbench.MACHINE, 1);
        answer();
        find(2, HALF, 7);
        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Unplaceable.class);

        actor.tell(new PlacementActor.Release(List.of(id(1))));

        Answer placed = answer();
        assertThat(placed.signal()).isInstanceOf(WorkloadSignal.Placed.class);
        assertThat(placed.find()).isEqualTo(7);
    }

    @Test
    void whatWaitsIsPlacedOldestFirst() {
        find(1, Workbench.MACHINE, 11);
        find(2, Workbench.MACHINE, 12);
        answer();
        answer();

        actor.tell(new PlacementActor.NodeChanged(node(NODE)));

        Answer first = answer();
        assertThat(first.find()).isEqualTo(11);
        assertThat(first.signal()).isInstanceOf(WorkloadSignal.Placed.class);
        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Unplaceable.class);
        workload.expectNoMessage(Duration.ZERO);
    }

    @Test
    void reasonThatBecameAnotherIsToldWhileItWaitsAndMereFiguresAreNot() {
        find(1, Workbench.MACHINE, 11);
        answer();
        actor.tell(new PlacementActor.NodeChanged(
                node(NODE).withStatus(NodeStatus.SUSPECT, NodeReason.SILENT, "", bench.now())));
        Answer suspect = answer();
        assertThat(suspect.find()).isEqualTo(11);
        assertThat(((WorkloadSignal.Unplaceable) suspect.signal()).why().nodesConsidered())
                .isEqualTo(1);
        actor.tell(new PlacementActor.NodeChanged(node(NODE)
                .withStatus(NodeStatus.SUSPECT, NodeReason.SILENT, "", bench.now())
                .withHeartbeat(bench.now().plusSeconds(1), Workbench.MACHINE)));
        assertThat(described().workloads()).isZero();
        actor.tell(new PlacementActor.NodeChanged(
                node(OTHER).withStatus(NodeStatus.SUSPECT, NodeReason.SILENT, "", bench.now())));
        assertThat(described().workloads()).isZero();
        actor.tell(new PlacementActor.NodeRemoved(OTHER));
        actor.tell(new PlacementActor.NodeRemoved(NODE));
        // The next that it hears: of the figures nothing was told.
        assertThat(((WorkloadSignal.Unplaceable) answer().signal()).why().nodesConsidered())
                .isZero();
    }

    @Test
    void largeOneThatWaitsDoesNotKeepASmallOneWaiting() {
        find(1, new Resources(8_000, 8_192), 11);
        find(2, HALF, 12);
        answer();
        answer();

        actor.tell(new PlacementActor.NodeChanged(node(NODE)));

        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Unplaceable.class);
        Answer small = answer();
        assertThat(small.find()).isEqualTo(12);
        assertThat(small.signal()).isInstanceOf(WorkloadSignal.Placed.class);
    }

    @Test
    void secondSearchTakesThePlaceOfTheFirstAndOfItsReservation() {
        actor.tell(new PlacementActor.NodeChanged(node(NODE)));
        find(1, Workbench.MACHINE, 1);
        answer();

        find(1, Workbench.MACHINE, 2);

        assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Placed.class);
        assertThat(described().reserved()).isEqualTo(Workbench.MACHINE);
        actor.tell(new PlacementActor.Release(List.of(id(1))));
        assertThat(described().reserved()).isEqualTo(Resources.NONE);
    }

    @Test
    void whatIsReleasedWhileItWaitsIsNotPlacedLater() {
        find(1, HALF, 1);
        answer();
        actor.tell(new PlacementActor.Release(List.of(id(1))));

        actor.tell(new PlacementActor.NodeChanged(node(NODE)));

        assertThat(described().workloads()).isZero();
        workload.expectNoMessage(Duration.ZERO);
    }

    @Test
    void nothingIsPlacedOnASuspectOrDrainingNode() {
        for (NodeStatus status : List.of(NodeStatus.SUSPECT, NodeStatus.DRAINING, NodeStatus.INACTIVE)) {
            actor.tell(
                    new PlacementActor.NodeChanged(node(NODE).withStatus(status, NodeReason.OTHER, "", bench.now())));
            find(1, HALF, 1);
            assertThat(answer().signal()).isInstanceOf(WorkloadSignal.Unplaceable.class);
        }
    }

    @Test
    void explanationLeavesOutTheWorkloadsOwnReservation() {
        actor.tell(new PlacementActor.NodeChanged(node(NODE)));
        find(1, Workbench.MACHINE, 1);
        answer();
        TestProbe<Reply<Explanation>> client = bench.kit.createTestProbe();

        actor.tell(new PlacementActor.Explain(
                new WorkloadView(workload(1, Workbench.MACHINE), 1, Optional.empty()), client.getRef()));

        Explanation explanation = ((Reply.Ok<Explanation>) client.receiveMessage()).value();
        assertThat(explanation.nodes())
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.vetoes()).isEmpty());
    }

    @Test
    void preferredNodeIsTakenWhereItFits() {
        actor.tell(new PlacementActor.NodeChanged(node(NODE)));
        actor.tell(new PlacementActor.NodeChanged(node(OTHER)));

        actor.tell(new PlacementActor.Find(
                workload(1, HALF),
                Optional.of(OTHER),
                signal -> workload.getRef().tell(new Answer(1, signal))));

        assertThat(((WorkloadSignal.Placed) answer().signal()).node()).isEqualTo(OTHER);
    }

    private void find(int number, Resources resources, long find) {
        actor.tell(new PlacementActor.Find(
                workload(number, resources),
                Optional.empty(),
                signal -> workload.getRef().tell(new Answer(find, signal))));
    }

    private Answer answer() {
        return workload.expectMessageClass(Answer.class);
    }

    private NodeView described() {
        TestProbe<Reply<NodeView>> client = bench.kit.createTestProbe();
        actor.tell(new PlacementActor.DescribeNode(new Stored<>(node(NODE), 1), client.getRef()));
        return ((Reply.Ok<NodeView>) client.receiveMessage()).value();
    }

    private Node node(NodeId id) {
        return NodeLifecycle.registered(id, Workbench.facts(id.value(), Workbench.MACHINE), bench.now())
                .withReached();
    }

    private Workload workload(int number, Resources resources) {
        return Workload.accepted(
                id(number), Specs.wanting("web", resources), Optional.empty(), Optional.empty(), bench.now());
    }

    private static WorkloadId id(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", number));
    }
}
