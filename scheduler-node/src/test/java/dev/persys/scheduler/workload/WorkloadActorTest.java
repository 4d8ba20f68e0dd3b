package dev.persys.scheduler.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.events.EventAbandoned;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkloadActorTest {
    private static final NodeId NODE = Workbench.NODE;
    private static final NodeId OTHER = NodeId.of("node-2");
    private static final int PLACES = 4;

    private final Workbench bench = new Workbench("persys.scheduler.waiting-per-record = " + PLACES);
    private final WorkloadActor.Shared shared = new WorkloadActor.Shared(
            bench.environment,
            bench.leadership,
            bench.term.getRef(),
            bench.placement.getRef(),
            new EventNumbers(bench.leadership.epoch()));
    private final TestProbe<Reply<Accepted>> client = bench.kit.createTestProbe();
    private final TestProbe<Reply<WorkloadView>> operator = bench.kit.createTestProbe();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void nothingIsToldAnsweredOrOrderedBeforeTheCommit() {
        bench.store.nextCommits(key -> true, Fate.HELD);
        accept(Specs.WEB);
        answer(find(), placed(NODE));
        await().until(() -> bench.store.heldCommits() == 1);

        client.expectNoMessage(Duration.ZERO);
        bench.term.expectNoMessage(Duration.ZERO);

        bench.store.releaseHeld();
        assertThat(bench.term.expectMessageClass(WorkloadNews.Committed.class).before())
                .isEmpty();
        assertThat(client.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(bench.term.expectMessageClass(WorkloadNews.Ordered.class).order())
                .isInstanceOf(AgentOrder.Run.class);
    }

    @Test
    void answerToAnEarlierSearchIsNotTaken() {
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        PlacementActor.Find first = find();
        answer(first, new WorkloadSignal.Unplaceable(bench.noneOf(1)));
        committed();
        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));
        committed();
        ask(actor, new WorkloadSignal.StartAsked(Optional.empty()));
        committed();
        PlacementActor.Find second = find();

        answer(first, placed(OTHER));
        answer(second, placed(NODE));

        assertThat(committed().last().value().nodeId()).contains(NODE);
    }

    @Test
    void placementThatComesAfterAStopIsGivenBack() {
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        PlacementActor.Find find = find();
        answer(find, new WorkloadSignal.Unplaceable(bench.noneOf(1)));
        committed();
        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));
        committed();

        answer(find, placed(NODE));

        bench.placement.expectMessage(new PlacementActor.Release(List.of(Workbench.ID)));
    }

    @Test
    void waitBeforeAnotherStartIsNotBegunAnewByEveryPass() {
        Workload crashing = placed(Specs.restarting("web", RestartPolicy.of("always")), WorkloadStatus.RUNNING, 1);
        ActorRef<WorkloadActor.Command> actor =
                load(crashing.withObserved(crashing.observed().counting(7, 7)));
        WorkloadActor.Signal exited = new WorkloadActor.Signal(
                new WorkloadSignal.Seen(NODE, ScriptedAgents.exited(Workbench.ID, Generation.of(1), 1)));
        actor.tell(exited);
        assertThat(committed().last().value().status()).isEqualTo(WorkloadStatus.RESTARTING);

        for (int pass = 0; pass < 3; pass++) {
            actor.tell(exited);
            answered(actor);
            bench.pass(Duration.ofSeconds(60));
        }

        Workload again = committed().last().value();
        assertThat(again.generation()).isEqualTo(crashing.generation());
        assertThat(again.run().number()).isEqualTo(crashing.run().number() + 1);
    }

    @Test
    void unknownWriteIsRepeatedUntilItIsKnownAndWrittenOnce() {
        bench.store.nextCommits(key -> true, Fate.LOST, Fate.WRITTEN_UNANSWERED, Fate.LOST);
        accept(Specs.WEB);
        answer(find(), placed(NODE));

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.attempts() == 4;
        });

        assertThat(client.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(bench.store.committed()).hasSize(1);
        assertThat(committed().last().revision()).isEqualTo(1);
    }

    @Test
    void fencedWriteEndsTheActorAndItsClientAsksAgain() {
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        bench.takeOver();
        answer(find(), placed(NODE));

        assertThat(client.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        bench.term.expectMessageClass(LeadershipLost.class);
        client.expectTerminated(actor);
        assertThat(bench.store.entries(Keys.WORKLOADS)).isEmpty();
    }

    @Test
    void recordChangedBySomebodyElseEndsItsWriterAlone() {
        ActorRef<WorkloadActor.Command> actor = load(placed(Specs.WEB, WorkloadStatus.RUNNING, 1));
        bench.store.plant(Keys.workload(Workbench.ID), "{}");

        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));

        assertThat(operator.receiveMessage()).isEqualTo(TurnedAway.READ_AGAIN.reply());
        operator.expectTerminated(actor);
        bench.term.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whoeverWaitsIsAnsweredOnceWhenTheActorIsStopped() {
        bench.store.nextCommits(key -> true, Fate.HELD);
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        answer(find(), placed(NODE));
        await().until(() -> bench.store.heldCommits() == 1);
        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));
        TestProbe<Reply<Accepted>> again = bench.kit.createTestProbe();
        actor.tell(new WorkloadActor.Repeat(again.getRef()));
        untilNoPlaceIsLeft(actor);

        bench.kit.stop(actor);

        assertThat(client.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        assertThat(operator.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        assertThat(again.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        client.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whatComesDuringAndAfterADeletionIsAnswered() {
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        answer(find(), new WorkloadSignal.Unplaceable(bench.noneOf(1)));
        client.receiveMessage();
        committed();
        bench.store.nextCommits(key -> true, Fate.HELD);
        ask(actor, new WorkloadSignal.DeleteAsked(Optional.empty(), false));
        await().until(() -> bench.store.heldCommits() == 1);
        TestProbe<Reply<WorkloadView>> during = bench.kit.createTestProbe();
        actor.tell(request(new WorkloadSignal.StopAsked(Optional.empty()), during));
        actor.tell(new WorkloadActor.Repeat(client.getRef()));
        bench.store.releaseHeld();

        assertThat(operator.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(during.receiveMessage()).isInstanceOf(Reply.NotFound.class);
        assertThat(client.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));
        assertThat(operator.receiveMessage()).isInstanceOf(Reply.NotFound.class);
        actor.tell(WorkloadActor.Retire.INSTANCE);
        client.expectTerminated(actor);
    }

    @Test
    void fullStashRefusesClientsButKeepsPlacementsAnswer() {
        ActorRef<WorkloadActor.Command> actor = accept(Specs.WEB);
        PlacementActor.Find find = find();
        answer(find, new WorkloadSignal.Unplaceable(bench.noneOf(1)));
        committed();
        bench.store.nextCommits(key -> true, Fate.HELD);
        answer(find, new WorkloadSignal.Unplaceable(bench.noneOf(2)));
        await().until(() -> bench.store.heldCommits() == 1);
        for (int i = 0; i <= PLACES; i++) {
            actor.tell(new WorkloadActor.Signal(new WorkloadSignal.NodeSilent(OTHER, "no heartbeat")));
        }
        actor.tell(new WorkloadActor.Repeat(client.getRef()));
        answer(find, placed(NODE));
        client.receiveMessage();
        assertThat(client.receiveMessage()).isEqualTo(TurnedAway.BUSY.reply());

        bench.store.releaseHeld();

        committed();
        assertThat(committed().last().value().nodeId()).contains(NODE);
    }

    @Test
    void fullStashKeepsWhatIsNeverToldAgain() {
        ActorRef<WorkloadActor.Command> actor = load(placed(Specs.WEB, WorkloadStatus.RUNNING, 1));
        bench.store.nextCommits(key -> true, Fate.HELD);
        ask(actor, new WorkloadSignal.RestartAsked(Optional.empty()));
        await().until(() -> bench.store.heldCommits() == 1);
        TestProbe<Reply<Accepted>> crowd = bench.kit.createTestProbe();
        for (int i = 0; i < PLACES; i++) {
            actor.tell(new WorkloadActor.Repeat(crowd.getRef()));
        }
        actor.tell(new WorkloadActor.Signal(new WorkloadSignal.NodeRemoved(NODE)));
        actor.tell(new WorkloadActor.Repeat(client.getRef()));
        assertThat(client.receiveMessage()).isEqualTo(TurnedAway.BUSY.reply());

        bench.store.releaseHeld();

        Workload restarted = committed().last().value();
        assertThat(committed().before()).contains(restarted);
    }

    @Test
    void firstStateIsNotKeptForAsLongAsTheActorIs() {
        WeakReference<Workload> first = loadedAndChanged();

        await().until(() -> {
            System.gc();
            return first.refersTo(null);
        });
    }

    private WeakReference<Workload> loadedAndChanged() {
        Workload loaded = placed(Specs.WEB, WorkloadStatus.RUNNING, 1);
        ActorRef<WorkloadActor.Command> actor = load(loaded);
        ask(actor, new WorkloadSignal.StopAsked(Optional.empty()));
        committed();
        ask(actor, new WorkloadSignal.StartAsked(Optional.empty()));
        committed();
        answered(actor);
        return new WeakReference<>(loaded);
    }

    @Test
    void recordThatNoStoreTakesIsRefusedAndItsReservationGivenBack() {
        accept(Specs.withEnvironment("web", Map.of("BIG", "x".repeat(1_100_000))));
        answer(find(), placed(NODE));

        assertThat(client.receiveMessage()).isInstanceOf(Reply.Conflict.class);
        bench.placement.expectMessage(new PlacementActor.Release(List.of(Workbench.ID)));
        bench.term.expectMessageClass(EventAbandoned.class);
        bench.term.expectMessage(new WorkloadNews.Refused(Workbench.ID));
    }

    @Test
    void requestForAnotherRevisionChangesNothing() {
        ActorRef<WorkloadActor.Command> actor = load(placed(Specs.WEB, WorkloadStatus.RUNNING, 1));

        actor.tell(new WorkloadActor.Request(
                new WorkloadSignal.StopAsked(Optional.empty()), Optional.of(99L), operator.getRef()));

        assertThat(operator.receiveMessage()).isEqualTo(new Reply.PreconditionFailed<>(1));
    }

    @Test
    void loadedWorkloadIsSeenToAsItsRecordWants() {
        load(placed(Specs.WEB, WorkloadStatus.SCHEDULED, 1));
        assertThat(bench.term.expectMessageClass(WorkloadNews.Ordered.class).order())
                .isInstanceOf(AgentOrder.Run.class);
        load(placed(Specs.WEB, WorkloadStatus.RUNNING, 1).withDesired(Desired.STOPPED, Optional.empty()));
        assertThat(bench.term.expectMessageClass(WorkloadNews.Ordered.class).order())
                .isInstanceOf(AgentOrder.Stop.class);
        load(placed(Specs.WEB, WorkloadStatus.EXITED, 1).withDesired(Desired.DELETED, Optional.empty()));
        assertThat(bench.term.expectMessageClass(WorkloadNews.Ordered.class).order())
                .isInstanceOf(AgentOrder.Remove.class);
        load(Workload.accepted(Workbench.ID, Specs.WEB, Optional.empty(), Optional.empty(), bench.now()));
        bench.placement.expectMessageClass(PlacementActor.Find.class);
    }

    private ActorRef<WorkloadActor.Command> accept(WorkloadSpec spec) {
        Workload accepted = Workload.accepted(Workbench.ID, spec, Optional.empty(), Optional.empty(), bench.now());
        return begun(new WorkloadActor.Accept(accepted, client.getRef()));
    }

    private ActorRef<WorkloadActor.Command> load(Workload workload) {
        String json = RecordJson.toJson(workload).toString();
        bench.store.plant(Keys.workload(Workbench.ID), json);
        long revision = bench.store.entries(Keys.WORKLOADS).get(0).revision();
        return begun(new WorkloadActor.Load(new Stored<>(workload, revision)));
    }

    private ActorRef<WorkloadActor.Command> begun(WorkloadActor.Command first) {
        ActorRef<WorkloadActor.Command> actor = bench.kit.spawn(WorkloadActor.create(shared));
        actor.tell(first);
        return actor;
    }

    private Workload placed(WorkloadSpec spec, WorkloadStatus status, int generation) {
        Workload accepted = Workload.accepted(Workbench.ID, spec, Optional.empty(), Optional.empty(), bench.now());
        Workload placed = accepted.placedOn(
                NODE, bench.chosen(NODE), Observation.of(status, bench.now(), Reason.CONTAINER_RUNNING, "as loaded"));
        assertThat(placed.generation()).isEqualTo(Generation.of(generation));
        return placed;
    }

    private WorkloadSignal placed(NodeId node) {
        return new WorkloadSignal.Placed(node, bench.chosen(node));
    }

    private PlacementActor.Find find() {
        return (PlacementActor.Find) bench.placement
                .fishForMessage(
                        Duration.ofSeconds(3),
                        message -> message instanceof PlacementActor.Find
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .get(0);
    }

    private static void answer(PlacementActor.Find find, WorkloadSignal signal) {
        find.answer().accept(signal);
    }

    private void ask(ActorRef<WorkloadActor.Command> actor, WorkloadSignal.Request signal) {
        actor.tell(request(signal, operator));
    }

    private static WorkloadActor.Request request(WorkloadSignal.Request signal, TestProbe<Reply<WorkloadView>> asking) {
        return new WorkloadActor.Request(signal, Optional.empty(), asking.getRef());
    }

    /** Has everything that was sent to the actor so far handled. */
    private void answered(ActorRef<WorkloadActor.Command> actor) {
        TestProbe<Reply<Accepted>> probe = bench.kit.createTestProbe();
        actor.tell(new WorkloadActor.Repeat(probe.getRef()));
        probe.receiveMessage();
    }

    /** What was sent before now waits in the actor, and no longer in front of it, where a stop would overtake it. */
    private void untilNoPlaceIsLeft(ActorRef<WorkloadActor.Command> actor) {
        TestProbe<Reply<Accepted>> crowd = bench.kit.createTestProbe();
        for (int i = 0; i <= bench.environment.settings().waitingPerRecord(); i++) {
            actor.tell(new WorkloadActor.Repeat(crowd.getRef()));
        }
        crowd.receiveMessage();
    }

    private WorkloadNews.Committed committed() {
        while (true) {
            if (bench.term.receiveMessage() instanceof WorkloadNews.Committed committed) {
                return committed;
            }
        }
    }
}
