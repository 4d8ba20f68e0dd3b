package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import dev.persys.api.ClusterEvent;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.InMemoryStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ControlPlaneTest {
    private static final WorkloadSpec SPEC = WorkloadSpec.of("web", "nginx:1");

    private final ControlPlane plane = new ControlPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void acceptedWorkloadIsStoredBeforeTheAnswerAndRunsOnItsNode() {
        plane.join("node-1");
        Accepted accepted = plane.schedule(SPEC);

        assertThat(accepted.workload().workload().status()).isEqualTo(WorkloadStatus.SCHEDULED);
        assertThat(plane.store.entries(Keys.WORKLOADS)).hasSize(1);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(1);
    }

    @Test
    void workloadThatFitsNowhereIsPendingAndPlacedTheMomentANodeJoins() {
        WorkloadView pending = plane.schedule(SPEC).workload();
        assertThat(pending.workload().status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(pending.workload().nodeId()).isEmpty();

        plane.join("node-1");

        await().until(() -> status("web") == WorkloadStatus.RUNNING);
    }

    @Test
    void noOrderLeavesBeforeItsCommit() {
        plane.join("node-1");
        plane.store.nextCommits(key -> key.startsWith(Keys.WORKLOADS), InMemoryStateStore.Fate.HELD);
        var probe = plane.<Accepted>send(
                replyTo -> new SchedulerProtocol.Schedule(SPEC, Optional.empty(), ControlPlane.ORIGIN, replyTo));
        await().until(() -> plane.store.heldCommits() == 1);

        probe.expectNoMessage();
        assertThat(plane.agents.agent("node-1").runs()).isEmpty();

        plane.store.releaseHeld();
        assertThat(probe.receiveMessage()).isInstanceOf(Reply.Ok.class);
        await().until(() -> plane.agents.agent("node-1").runs().size() == 1);
    }

    @Test
    void writeWhoseOutcomeIsUnknownIsSettledWithoutDoingItTwice() {
        plane.join("node-1");
        plane.store.nextCommits(
                key -> key.startsWith(Keys.WORKLOADS),
                InMemoryStateStore.Fate.WRITTEN_UNANSWERED,
                InMemoryStateStore.Fate.LOST);
        var probe = plane.<Accepted>send(
                replyTo -> new SchedulerProtocol.Schedule(SPEC, Optional.empty(), ControlPlane.ORIGIN, replyTo));
        await().until(() -> {
            plane.pass(Duration.ofSeconds(1));
            return plane.agents.agent("node-1").runs().size() == 1;
        });

        assertThat(probe.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(plane.store.entries(Keys.WORKLOADS)).hasSize(1);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(1);
    }

    @Test
    void stopStartAndDeleteGoThroughTheNode() {
        plane.join("node-1");
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        await().until(() -> status("web") == WorkloadStatus.RUNNING);

        plane.change("web", WorkloadAction.STOP);
        await().until(() -> status("web") == WorkloadStatus.STOPPED);
        plane.change("web", WorkloadAction.START);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.workload("web").workload().runId()).isEqualTo(new RunId(Generation.of(1), 2));

        plane.change("web", WorkloadAction.DELETE);
        await().until(() -> plane.<WorkloadView>ask(replyTo -> new SchedulerProtocol.GetWorkload("web", replyTo))
                instanceof Reply.NotFound);
        assertThat(plane.store.entries(Keys.WORKLOADS)).isEmpty();
        assertThat(plane.agents.agent("node-1").containers()).doesNotContainKey(id);
    }

    @Test
    void containerThatEndsWithAnErrorFailsWithItsCodeAndItsOutput() {
        plane.join("node-1");
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        plane.agents.agent("node-1").printed("boom\n");

        plane.agents.agent("node-1").becomes(ScriptedAgents.exited(id, Generation.of(1), 3));

        await().until(() -> status("web") == WorkloadStatus.FAILED);
        assertThat(plane.workload("web").workload().observed().exitCode()).contains(3);
        await().until(() -> plane.workload("web").workload().logs().equals("boom\n"));
    }

    @Test
    void containerThatVanishedUnheardIsFoundByTheNextPassAndReplaced() {
        plane.join("node-1");
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        plane.agents
                .agent("node-1")
                .becomesUnheard(ScriptedAgents.report(id, Generation.of(1), ContainerPhase.REMOVED));

        plane.pass(Duration.ofSeconds(60));
        await().until(() -> status("web") == WorkloadStatus.MISSING);
        plane.pass(Duration.ofSeconds(2));

        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.workload("web").workload().generation()).isEqualTo(Generation.of(2));
    }

    @Test
    void passOverAnUnchangedClusterWritesNothing() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        int lists = plane.agents.agent("node-1").timesListed();
        plane.beat("node-1");
        int writes = plane.store.committed().size();

        plane.pass(Duration.ofSeconds(60));
        await().until(() -> plane.agents.agent("node-1").timesListed() > lists);
        plane.workload("web");

        assertThat(plane.store.committed()).hasSize(writes);
    }

    @Test
    void silentNodeIsSuspectThenInactiveAndComesBackWithItsWorkloads() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        plane.agents.agent("node-1").cutOff();

        plane.pass(Duration.ofSeconds(60));
        plane.pass(Duration.ofSeconds(60));
        await().until(() -> status("web") == WorkloadStatus.UNKNOWN);
        for (int minute = 0; minute < 10; minute++) {
            plane.pass(Duration.ofSeconds(60));
        }
        await().until(() -> status("web") == WorkloadStatus.LOST);

        plane.agents.agent("node-1").reachableAgain();
        plane.beat("node-1");
        plane.pass(Duration.ofSeconds(10));
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(1);
    }

    @Test
    void newLeaderTakesEverythingOverWithoutTouchingContainers() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);

        plane.restart();

        await().ignoreExceptions().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.nodes().items()).hasSize(1);
        assertThat(plane.agents.agent("node-1").runs()).hasSize(1);
    }

    @Test
    void drainedNodeTakesNothingNewAndAnActivatedOneDoes() {
        plane.join("node-1");
        plane.change(NodeId.of("node-1"), NodeAction.DRAIN);

        assertThat(plane.schedule(SPEC).workload().workload().status()).isEqualTo(WorkloadStatus.PENDING);

        plane.change(NodeId.of("node-1"), NodeAction.ACTIVATE);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
    }

    @Test
    void sameIdempotencyKeyMakesOneWorkload() {
        plane.join("node-1");
        Accepted first = schedule("key-1", SPEC);
        Accepted second = schedule("key-1", SPEC);

        assertThat(second.repeated()).isTrue();
        assertThat(second.workload().workload().id())
                .isEqualTo(first.workload().workload().id());
        assertThat(plane.<Accepted>ask(replyTo -> new SchedulerProtocol.Schedule(
                        WorkloadSpec.of("other", "nginx"), Optional.of("key-1"), ControlPlane.ORIGIN, replyTo)))
                .isInstanceOf(Reply.Conflict.class);
    }

    @Test
    void aNameIsTakenFromTheRequestOnAndUntilItsWorkloadHasEnded() {
        plane.join("node-1");
        plane.store.nextCommits(key -> key.startsWith(Keys.WORKLOADS), InMemoryStateStore.Fate.HELD);
        var first = plane.send(ControlPlaneTest::alone);
        await().until(() -> plane.store.heldCommits() == 1);

        assertThat(plane.ask(ControlPlaneTest::alone)).isInstanceOf(Reply.NameTaken.class);

        plane.store.releaseHeld();
        assertThat(first.receiveMessage()).isInstanceOf(Reply.Ok.class);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        Reply<Accepted> second = plane.ask(ControlPlaneTest::alone);
        assertThat(second).isInstanceOf(Reply.NameTaken.class);
        assertThat(((Reply.NameTaken<Accepted>) second).holder().id())
                .isEqualTo(plane.workload("web").workload().id());

        plane.change("web", WorkloadAction.STOP);
        await().until(() -> status("web") == WorkloadStatus.STOPPED);
        assertThat(plane.ask(ControlPlaneTest::alone)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void aNameThatFitsManyIsToldWithSomeOfThem() {
        for (int i = 0; i < 25; i++) {
            plane.schedule(SPEC);
        }

        Reply<WorkloadView> reply = plane.ask(replyTo -> new SchedulerProtocol.GetWorkload("web", replyTo));

        assertThat(reply).isInstanceOf(Reply.Ambiguous.class);
        Reply.Ambiguous<WorkloadView> ambiguous = (Reply.Ambiguous<WorkloadView>) reply;
        assertThat(ambiguous.candidates()).hasSize(20);
        assertThat(ambiguous.fitting()).isEqualTo(25);
    }

    private static SchedulerProtocol.Schedule alone(ActorRef<Reply<Accepted>> replyTo) {
        return new SchedulerProtocol.Schedule(SPEC, Optional.empty(), true, ControlPlane.ORIGIN, replyTo);
    }

    @Test
    void manyWorkloadsAtOnceAllRunAndNoNodeIsGivenMoreThanItHas() {
        int many = 200;
        int nodes = 7;
        for (int node = 1; node <= nodes; node++) {
            plane.join("node-" + node);
        }
        for (int i = 0; i < many; i++) {
            WorkloadSpec spec = WorkloadSpec.of("w" + i, "nginx");
            plane.<Accepted>send(
                    replyTo -> new SchedulerProtocol.Schedule(spec, Optional.empty(), ControlPlane.ORIGIN, replyTo));
        }

        await().until(() -> plane.<ClusterMetrics>ok(SchedulerProtocol.GetClusterMetrics::new)
                .workloads()
                .equals(Map.of(WorkloadStatus.RUNNING, (long) many)));

        assertThat(plane.nodes().items())
                .allMatch(node -> node.node().facts().total().covers(node.reserved()));
        assertThat(plane.nodes().items().stream().mapToInt(NodeView::workloads).sum())
                .isEqualTo(many);
    }

    @Test
    void eventsOfAWorkloadComeInOrderAndAreResumedOverARestart() {
        Queue<ClusterEvent> events = plane.follow(SchedulerProtocol.FollowEvents.BEGINNING);
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> events.stream().anyMatch(event -> event.to().equals("Running")));
        assertThat(events.stream().map(ClusterEvent::to)).containsExactly("Active", "Scheduled", "Starting", "Running");
        String seen = events.stream().skip(1).findFirst().orElseThrow().id();

        plane.restart();
        Queue<ClusterEvent> resumed = plane.follow(seen);
        plane.change("web", WorkloadAction.STOP);

        await().until(() -> resumed.stream().anyMatch(event -> event.to().equals("Stopped")));
        assertThat(resumed.stream().map(ClusterEvent::to))
                .startsWith("Starting", "Running")
                .endsWith("Stopped");
    }

    @Test
    void workloadWhoseWriterFailsIsReadAgainAndNothingElseNotices() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        int claims = plane.store.claims();

        plane.breakDown("workload-0");

        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            plane.send((ActorRef<Reply<WorkloadView>> replyTo) -> new SchedulerProtocol.ChangeWorkload(
                    "web", WorkloadAction.STOP, Optional.empty(), ControlPlane.ORIGIN, replyTo));
            return status("web") == WorkloadStatus.STOPPED;
        });
        assertThat(plane.store.claims()).isEqualTo(claims);
        assertThat(plane.nodes().items().get(0).workloads()).isZero();
    }

    @Test
    void nodeWhoseWriterFailsIsReadAgainAndNothingElseNotices() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        int claims = plane.store.claims();

        plane.breakDown("node-node-1");

        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            plane.send((ActorRef<Reply<NodeView>> replyTo) -> new SchedulerProtocol.ChangeNode(
                    NodeId.of("node-1"), NodeAction.DRAIN, Optional.empty(), ControlPlane.ORIGIN, replyTo));
            return plane.nodes().items().get(0).node().status() == NodeStatus.DRAINING;
        });
        assertThat(plane.beat("node-1")).isInstanceOf(Reply.Ok.class);
        assertThat(status("web")).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(plane.store.claims()).isEqualTo(claims);
    }

    @Test
    void agentThatTalksNonsenseIsTheTroubleOfItsNodeAlone() {
        ScriptedAgents.Agent bad = plane.agents.agent("node-1");
        bad.talkNonsense();
        plane.register("node-1");
        plane.join("node-2");
        plane.change(NodeId.of("node-1"), NodeAction.DRAIN);
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);

        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            return bad.timesNonsensical() > 6;
        });

        assertThat(status("web")).isEqualTo(WorkloadStatus.RUNNING);
        bad.talkSense();
        plane.change(NodeId.of("node-1"), NodeAction.ACTIVATE);
        plane.change(NodeId.of("node-2"), NodeAction.DRAIN);
        plane.schedule(WorkloadSpec.of("again", "nginx:1"));
        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            return status("again") == WorkloadStatus.RUNNING;
        });
        assertThat(plane.workload("again").workload().nodeId()).contains(NodeId.of("node-1"));
        assertThat(plane.store.claims()).isEqualTo(1);
    }

    @Test
    void leaderWhoseTermFailsTakesOverAnew() {
        plane.join("node-1");
        plane.schedule(SPEC);
        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        int claims = plane.store.claims();

        plane.breakDown("placement");

        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            return plane.store.claims() == claims + 1;
        });
        await().ignoreExceptions().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.nodes().items().get(0).workloads()).isEqualTo(1);
    }

    @Test
    void nodeThatIsDeletedAndComesAgainAtOnceIsAsGoodAsNew() {
        for (int i = 0; i < 20; i++) {
            plane.join("node-1");
            plane.change(NodeId.of("node-1"), NodeAction.DELETE);
        }
        plane.join("node-1");

        plane.schedule(SPEC);

        await().until(() -> status("web") == WorkloadStatus.RUNNING);
        assertThat(plane.store.claims()).isEqualTo(1);
    }

    private Accepted schedule(String key, WorkloadSpec spec) {
        return plane.ok(
                replyTo -> new SchedulerProtocol.Schedule(spec, Optional.of(key), ControlPlane.ORIGIN, replyTo));
    }

    private WorkloadStatus status(String reference) {
        return plane.workload(reference).workload().status();
    }
}
