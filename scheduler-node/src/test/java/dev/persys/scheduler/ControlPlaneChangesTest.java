package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.api.ClusterEvent;
import dev.persys.api.KeptSpecs;
import dev.persys.api.WorkloadView;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.ProofTerms;
import dev.persys.model.Resources;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.FollowEvents;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.InMemoryStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A workload is given another specification. */
final class ControlPlaneChangesTest {
    private static final WorkloadSpec ONE = Specs.WEB;
    private static final WorkloadSpec TWO = WorkloadSpec.of("web", "nginx:2");

    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane();
        plane.join("node-1");
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private WorkloadId running(WorkloadSpec spec) {
        WorkloadId id = plane.schedule(spec).workload().workload().id();
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        return id;
    }

    private Workload workload() {
        return plane.workload("web").workload();
    }

    private Reply<WorkloadView> change(WorkloadSpec spec, ProofTerms terms, Optional<Long> revision) {
        return plane.ask(replyTo ->
                new SchedulerProtocol.ChangeSpec("web", spec, terms, revision, ControlPlane.ORIGIN, replyTo));
    }

    private Workload changed(WorkloadSpec spec) {
        Reply<WorkloadView> reply = change(spec, ProofTerms.USUAL, Optional.empty());
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<WorkloadView>) reply).value().workload();
    }

    private Reply<WorkloadView> undo() {
        return plane.ask(replyTo -> new SchedulerProtocol.UndoSpec(
                "web", ProofTerms.USUAL, Optional.empty(), ControlPlane.ORIGIN, replyTo));
    }

    private KeptSpecs specs() {
        return plane.ok(replyTo -> new SchedulerProtocol.GetSpecs("web", replyTo));
    }

    private Optional<SpecChange.State> state() {
        return workload().versions().change().map(SpecChange::state);
    }

    private void becomesStable() {
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        await().until(() -> {
            plane.pass(Duration.ofSeconds(1));
            return state().equals(Optional.of(SpecChange.State.STABLE));
        });
    }

    @Test
    void newContainerIsOrderedOnItsNodeAndBecomesStable() {
        running(ONE);
        Queue<ClusterEvent> events = plane.follow(FollowEvents.BEGINNING);

        Workload changed = changed(TWO);

        assertThat(changed.versions().current()).isEqualTo(2);
        await().until(() -> plane.agents.agent("node-1").runs().size() == 2);
        assertThat(plane.agents.agent("node-1").runs().get(1).image()).isEqualTo("nginx:2");
        assertThat(plane.agents.agent("node-1").runs().get(1).generation()).isEqualTo(Generation.of(2));
        becomesStable();
        await().untilAsserted(() ->
                assertThat(events).extracting(ClusterEvent::reason).contains("SpecChanged", "SpecStable"));
        assertThat(specs().specs()).extracting(KeptSpecs.KeptSpec::version).containsExactly(2L, 1L);
    }

    @Test
    void sameSpecificationWritesNothing() {
        running(ONE);
        long revision = plane.workload("web").revision();

        changed(ONE);

        assertThat(plane.workload("web").revision()).isEqualTo(revision);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(1);
        assertThat(plane.store.entries(Keys.SPECS)).isEmpty();
        assertThat(specs().specs()).extracting(KeptSpecs.KeptSpec::version).containsExactly(1L);
    }

    @Test
    void changeIsOnlyMadeOfWhatWasSeen() {
        running(ONE);
        long revision = plane.workload("web").revision();

        assertThat(change(TWO, ProofTerms.USUAL, Optional.of(revision - 1)))
                .isInstanceOf(Reply.PreconditionFailed.class);
        assertThat(change(TWO, ProofTerms.USUAL, Optional.of(revision))).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void whatDoesNotFitIsRefusedAndWhatRanGoesOn() {
        running(ONE);

        Reply<WorkloadView> reply =
                change(Specs.wanting("web", new Resources(64_000, 128)), ProofTerms.USUAL, Optional.empty());

        assertThat(reply).isInstanceOfSatisfying(Reply.Conflict.class, conflict -> {
            assertThat(conflict.type()).isEqualTo("does-not-fit");
            assertThat(conflict.detail()).contains("node-1", "64 cores", "goes on");
        });
        assertThat(workload().spec()).isEqualTo(ONE);
        assertThat(workload().status()).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(plane.nodes().items().get(0).reserved()).isEqualTo(ONE.resources());
        changed(Specs.wanting("web", new Resources(4_000, 128)));
        assertThat(plane.nodes().items().get(0).reserved()).isEqualTo(new Resources(4_000, 128));
    }

    /** A workload that has come to a node where there is one core left beside it. */
    private WorkloadId runningWhereItCannotGrow() {
        WorkloadId id = running(ONE);
        plane.schedule(Specs.wanting("filler", new Resources(3_000, 128)));
        await().until(() -> plane.workload("filler").workload().status() == WorkloadStatus.RUNNING);
        plane.join("node-2");
        return id;
    }

    private Reply<WorkloadView> move(WorkloadSpec spec) {
        return plane.ask(replyTo -> new SchedulerProtocol.ChangeSpec(
                "web", spec, ProofTerms.USUAL, true, Optional.empty(), ControlPlane.ORIGIN, replyTo));
    }

    private Resources reservedOn(String node) {
        return plane.nodes().items().stream()
                .filter(view -> view.node().id().value().equals(node))
                .findFirst()
                .orElseThrow()
                .reserved();
    }

    @Test
    void whatDoesNotFitIsMovedWhereThatIsAllowedAndIsNeverOnTwoNodes() {
        WorkloadId id = runningWhereItCannotGrow();
        WorkloadSpec large = Specs.wanting("web", new Resources(3_000, 128));
        assertThat(change(large, ProofTerms.USUAL, Optional.empty()))
                .isInstanceOfSatisfying(
                        Reply.Conflict.class,
                        conflict -> assertThat(conflict.detail()).contains("move=true"));

        assertThat(move(large)).isInstanceOf(Reply.Ok.class);

        becomesStable();
        assertThat(workload().nodeId()).contains(NodeId.of("node-2"));
        assertThat(workload().generation()).isEqualTo(Generation.of(2));
        await().until(() -> !plane.agents.agent("node-1").containers().containsKey(id));
        assertThat(plane.agents.agent("node-2").containers()).containsKey(id);
        assertThat(reservedOn("node-1")).isEqualTo(new Resources(3_000, 128));
        assertThat(reservedOn("node-2")).isEqualTo(large.resources());
    }

    @Test
    void neitherNodesRoomIsGivenAwayBeforeAMoveIsWritten() {
        WorkloadId id = runningWhereItCannotGrow();
        plane.store.nextCommits(Keys.workload(id)::equals, InMemoryStateStore.Fate.HELD);
        var moving = plane.<WorkloadView>send(replyTo -> new SchedulerProtocol.ChangeSpec(
                "web",
                Specs.wanting("web", new Resources(4_000, 128)),
                ProofTerms.USUAL,
                true,
                Optional.empty(),
                ControlPlane.ORIGIN,
                replyTo));
        await().until(() -> plane.store.heldCommits() == 1);

        plane.schedule(Specs.wanting("other", new Resources(1_000, 128)));

        assertThat(plane.workload("other").workload().status()).isEqualTo(WorkloadStatus.PENDING);
        plane.store.releaseHeld();
        assertThat(moving.receiveMessage()).isInstanceOf(Reply.Ok.class);
        await().until(() -> plane.workload("other").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.workload("other").workload().nodeId()).contains(NodeId.of("node-1"));
    }

    @Test
    void whatWasMovedAndIsNoGoodGoesBackAlsoUnderTheNextLeader() {
        WorkloadId id = runningWhereItCannotGrow();
        assertThat(move(Specs.wanting("web", new Resources(3_000, 128)))).isInstanceOf(Reply.Ok.class);
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        plane.restart();

        plane.agents.agent("node-2").becomes(ScriptedAgents.exited(id, Generation.of(2), 3));

        await().until(() -> workload().generation().equals(Generation.of(3)));
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        assertThat(state()).contains(SpecChange.State.UNDONE);
        assertThat(workload().spec()).isEqualTo(ONE);
        assertThat(workload().nodeId()).contains(NodeId.of("node-1"));
        await().until(() -> !plane.agents.agent("node-2").containers().containsKey(id));
        assertThat(reservedOn("node-2")).isEqualTo(Resources.NONE);
    }

    @Test
    void whatFitsNowhereIsNotMovedAndWhatFitsStays() {
        runningWhereItCannotGrow();

        assertThat(move(Specs.wanting("web", new Resources(64_000, 128))))
                .isInstanceOfSatisfying(Reply.Conflict.class, conflict -> {
                    assertThat(conflict.type()).isEqualTo("does-not-fit");
                    assertThat(conflict.detail()).contains("nor on another", "with less than 64 cores free", "goes on");
                });
        assertThat(workload().spec()).isEqualTo(ONE);
        assertThat(reservedOn("node-1")).isEqualTo(ONE.resources().plus(new Resources(3_000, 128)));

        assertThat(move(TWO)).isInstanceOf(Reply.Ok.class);

        becomesStable();
        assertThat(workload().nodeId()).contains(NodeId.of("node-1"));
    }

    @Test
    void whatDoesNotRunForLongEnoughIsUndoneAlsoByTheNextLeader() {
        WorkloadId id = running(ONE);
        changed(TWO);
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        plane.restart();
        plane.agents.agent("node-1").becomes(ScriptedAgents.exited(id, Generation.of(2), 3));

        await().until(() -> workload().generation().equals(Generation.of(3)));
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        assertThat(workload().spec()).isEqualTo(ONE);
        assertThat(state()).contains(SpecChange.State.UNDONE);
        assertThat(workload().versions().change().orElseThrow().message()).contains("code 3");
        assertThat(workload().held().resources()).isEqualTo(ONE.resources());
        assertThat(specs().specs()).extracting(KeptSpecs.KeptSpec::version).containsExactly(3L, 2L, 1L);
    }

    @Test
    void nextLeaderWaitsForItToProveItself() {
        running(ONE);
        changed(TWO);
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        plane.restart();

        becomesStable();
    }

    @Test
    void undoGoesBackAndUndoOfThatGoesForthAgain() {
        running(ONE);
        assertThat(undo()).isInstanceOfSatisfying(Reply.Conflict.class, conflict -> {
            assertThat(conflict.type()).isEqualTo("nothing-to-undo");
            assertThat(conflict.detail()).isEqualTo("web was never changed: there is nothing to undo");
        });
        changed(TWO);
        becomesStable();

        assertThat(undo()).isInstanceOf(Reply.Ok.class);
        assertThat(workload().spec()).isEqualTo(ONE);
        assertThat(workload().versions().current()).isEqualTo(3);
        becomesStable();
        assertThat(undo()).isInstanceOf(Reply.Ok.class);
        assertThat(workload().spec()).isEqualTo(TWO);
    }

    @Test
    void specificationsGoWithTheRecord() {
        running(ONE);
        changed(TWO);
        becomesStable();
        assertThat(plane.store.entries(Keys.SPECS)).hasSize(1);

        plane.change("web", WorkloadAction.DELETE);

        await().until(() -> plane.store.entries(Keys.WORKLOADS).isEmpty());
        assertThat(plane.store.entries(Keys.SPECS)).isEmpty();
    }

    @Test
    void stoppedOneStartsByTheNewSpecification() {
        running(ONE);
        plane.change("web", WorkloadAction.STOP);
        await().until(() -> workload().status() == WorkloadStatus.STOPPED);

        changed(TWO);
        assertThat(workload().status()).isEqualTo(WorkloadStatus.STOPPED);
        plane.restart();
        plane.change("web", WorkloadAction.START);

        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.agents.agent("node-1").runs().get(1).image()).isEqualTo("nginx:2");
    }

    @Test
    void keyOfTheRequestThatMadeItStillAnswersWithItAfterAChange() {
        Accepted first = keyed(ONE);
        await().until(() -> workload().status() == WorkloadStatus.RUNNING);
        changed(TWO);
        becomesStable();
        plane.restart();

        Accepted again = keyed(ONE);

        assertThat(again.repeated()).isTrue();
        assertThat(again.workload().workload().id())
                .isEqualTo(first.workload().workload().id());
        assertThat(plane.<Accepted>ask(replyTo ->
                        new SchedulerProtocol.Schedule(TWO, Optional.of("key"), ControlPlane.ORIGIN, replyTo)))
                .isInstanceOf(Reply.Conflict.class);
    }

    private Accepted keyed(WorkloadSpec spec) {
        return plane.ok(
                replyTo -> new SchedulerProtocol.Schedule(spec, Optional.of("key"), ControlPlane.ORIGIN, replyTo));
    }

    @Test
    void whatIsAskedWhilePlacementIsAskedIsAnsweredAfterwards() {
        WorkloadId id = running(ONE);
        var one = plane.<WorkloadView>send(replyTo -> new SchedulerProtocol.ChangeSpec(
                "web", TWO, ProofTerms.USUAL, Optional.empty(), ControlPlane.ORIGIN, replyTo));
        var other = plane.<WorkloadView>send(replyTo -> new SchedulerProtocol.ChangeSpec(
                "web",
                Specs.wanting("web", new Resources(64_000, 128)),
                ProofTerms.USUAL,
                Optional.empty(),
                ControlPlane.ORIGIN,
                replyTo));
        var stop = plane.<WorkloadView>send(replyTo -> new SchedulerProtocol.ChangeWorkload(
                id.value(), WorkloadAction.STOP, Optional.empty(), ControlPlane.ORIGIN, replyTo));

        assertThat(one.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(other.receiveMessage()).isInstanceOf(Reply.Conflict.class);
        assertThat(stop.receiveMessage()).isInstanceOf(Reply.Ok.class);
        await().until(() -> workload().status() == WorkloadStatus.STOPPED);
        assertThat(state()).contains(SpecChange.State.KEPT);
        assertThat(plane.agents.agent("node-1").containers().get(id).phase()).isEqualTo(ContainerPhase.EXITED);
    }
}
