package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.PullProgress;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.CallException;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a cluster one of whose nodes is not what it seems, and of one whose clocks are not. */
final class ControlPlaneNodesTest {
    private static final Duration MINUTE_THIRD = Duration.ofSeconds(20);

    private final CallException unauthenticated =
            new CallException(CallException.Kind.REFUSED, "127.0.0.1:8086 answered 401: unauthenticated");
    private final CallException notOurs = new CallException(
            CallException.Kind.MALFORMED, "127.0.0.1:8086 is no Persys agent: its list has no containers");
    private final ControlPlane plane = new ControlPlane();
    private final List<String> beating = new ArrayList<>();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void nodeThatBeatsAndWasNeverReachedSwallowsNothing() {
        plane.agents.agent("dark").answers(unauthenticated);
        plane.register("dark");
        beating.add("dark");

        Workload waiting = plane.schedule(Specs.WEB).workload().workload();
        assertThat(waiting.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(waiting.observed().message()).contains("1 not reached yet");
        passUntil(() -> node("dark").status() == NodeStatus.SUSPECT);
        assertThat(node("dark").reason()).isEqualTo(NodeReason.ORDERS_REFUSED);
        assertThat(node("dark").message()).contains("401");

        join("good");

        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.workload("web").workload().nodeId()).contains(NodeId.of("good"));
        plane.change(NodeId.of("dark"), NodeAction.DELETE);
    }

    @Test
    void workloadSaysWhatItsNodeAnswersAndGoesElsewhereOnceThatIsSuspect() {
        join("node-1");
        join("node-2");
        plane.agents.agent("node-1").answersOrders(unauthenticated);
        Workload scheduled = plane.schedule(Specs.WEB).workload().workload();
        assertThat(scheduled.nodeId()).contains(NodeId.of("node-1"));

        passUntil(() -> plane.workload("web").workload().observed().message().contains("401"));
        assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.SCHEDULED);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);

        Workload moved = plane.workload("web").workload();
        assertThat(moved.nodeId()).contains(NodeId.of("node-2"));
        assertThat(scheduled.generation().isOlderThan(moved.generation())).isTrue();
        assertThat(node("node-1").status()).isEqualTo(NodeStatus.SUSPECT);
        plane.change(NodeId.of("node-1"), NodeAction.DELETE);
    }

    @Test
    void agentThatAnswersNonsenseIsItsNodesTroubleAlone() {
        join("good");
        plane.agents.agent("bad").answers(notOurs);
        plane.register("bad");

        passUntil(() -> node("bad").status() == NodeStatus.SUSPECT);

        assertThat(node("bad").reason()).isEqualTo(NodeReason.MALFORMED_ANSWERS);
        assertThat(node("bad").message()).contains("is no Persys agent");
        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        assertThat(plane.store.claims()).as("terms").isEqualTo(1);
    }

    @Test
    void onlyItsOwnNodeSaysHowFarAnImageIs() {
        plane.agents.agent("node-1").doNothing();
        join("node-1");
        Workload web = plane.schedule(Specs.WEB).workload().workload();
        join("node-2");
        // On a store that is not new a left-over goes, and with that what was told before it has been heard.
        plane.restart();
        ScriptedAgents.Agent other = plane.agents.agent("node-2");
        other.becomes(unknown(1));
        passUntil(() -> other.containers().isEmpty());

        other.tell(pulling(web, 99));
        other.becomes(unknown(2));
        passUntil(() -> other.containers().isEmpty());
        assertThat(plane.workload("web").progress()).isEmpty();

        plane.agents.agent("node-1").tell(pulling(web, 5));
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.PULLING);
        plane.agents.agent("node-1").tell(pulling(web, 10));
        passUntil(() -> plane.workload("web").progress().isPresent());
        assertThat(plane.workload("web").progress().map(PullProgress::bytes)).contains(10L);
    }

    private static ContainerReport pulling(Workload workload, long bytes) {
        return new ContainerReport(
                workload.id(),
                workload.generation(),
                ContainerPhase.PULLING,
                "",
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.of(new PullProgress(3, 1, bytes, 100)),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void clocksThatAreSetChangeNothing() {
        plane.join("node-1");
        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        for (Duration jump : new Duration[] {Duration.ofHours(11), Duration.ofHours(-30), Duration.ofHours(73)}) {
            plane.setClock(jump);
            plane.pass(Duration.ofSeconds(30));
            plane.beat("node-1");
            plane.pass(Duration.ofSeconds(30));
            plane.beat("node-1");
            assertThat(node("node-1").status()).isEqualTo(NodeStatus.ACTIVE);
            assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.RUNNING);
        }
        plane.setClock(Duration.ofHours(-100));
        plane.restart();
        assertThat(node("node-1").status()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.RUNNING);
    }

    @Test
    void leaderThatTakesOverWritesNoHeartbeatThatNobodyHeard() {
        plane.join("node-1");
        plane.agents.agent("node-1").cutOff();
        passUntil(Duration.ofSeconds(30), () -> node("node-1").status() == NodeStatus.INACTIVE);
        Node gone = node("node-1");
        long revision = plane.store.entries(Keys.NODES).get(0).revision();
        plane.setClock(Duration.ofDays(7));

        plane.restart();
        plane.pass(Duration.ofSeconds(60));
        plane.pass(Duration.ofSeconds(60));

        assertThat(node("node-1")).isEqualTo(gone);
        assertThat(plane.store.entries(Keys.NODES).get(0).revision()).isEqualTo(revision);
    }

    @Test
    void missingContainerIsFoundWhateverTheClockWasSetTo() {
        join("node-1");
        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        for (Duration jump : List.of(Duration.ofHours(-11), Duration.ofHours(30))) {
            plane.setClock(jump);
            loseTheContainer();
        }
        plane.setClock(Duration.ofHours(-100));
        plane.restart();
        loseTheContainer();
    }

    @Test
    void mostContainersWithoutARecordStayUntilSomebodyAcceptsThatTheyGo() {
        join("node-1");
        plane.restart();
        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        for (int i = 1; i <= 3; i++) {
            plane.agents.agent("node-1").becomesUnheard(unknown(i));
        }

        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.HELD);
        assertThat(node("node-1").reason()).isEqualTo(NodeReason.ORPHANS_HELD);
        assertThat(node("node-1").message()).contains("3 of its 4 containers have no record", "accept-orphans node-1");
        assertThat(node("node-1").status()).isEqualTo(NodeStatus.ACTIVE);
        plane.agents.agent("node-1").tell(unknown(2));
        plane.restart();
        int listed = plane.agents.agent("node-1").timesListed();
        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").timesListed() > listed + 2);
        assertThat(plane.agents.agent("node-1").containers()).hasSize(4);
        assertThat(node("node-1").orphans()).isEqualTo(Orphans.HELD);

        plane.change(NodeId.of("node-1"), NodeAction.ACCEPT_ORPHANS);

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").containers().size() == 1);
        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.REMOVED);
        assertThat(node("node-1").reason()).isEqualTo(NodeReason.HEARTBEAT);
        assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(nodeEvents())
                .containsSubsequence("NodeOrphansHeld", "NodeOrphansAccepted")
                .doesNotHaveDuplicates();
    }

    @Test
    void newStoreUnderARunningContainerRemovesNothing() {
        plane.agents.agent("node-1").becomesUnheard(unknown(1));
        join("node-1");
        passUntil(() -> node("node-1").orphans() == Orphans.HELD);
        plane.restart();
        int listed = plane.agents.agent("node-1").timesListed();
        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").timesListed() > listed + 2);
        assertThat(plane.agents.agent("node-1").containers()).hasSize(1);

        plane.change(NodeId.of("node-1"), NodeAction.ACCEPT_ORPHANS);

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").containers().isEmpty());
    }

    @Test
    void nodeThatWasForgottenAndComesBackIsNoNewOneToAStoreThatIsNew() {
        join("node-1");
        plane.change(NodeId.of("node-1"), NodeAction.DELETE);
        beating.clear();
        plane.agents.agent("node-1").becomesUnheard(unknown(1));

        join("node-1");

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").containers().isEmpty());
    }

    @Test
    void fewContainersWithoutARecordAreLeftOversAndGo() {
        join("node-1");
        plane.restart();
        for (int i = 1; i <= 2; i++) {
            plane.agents.agent("node-1").becomesUnheard(unknown(i));
        }

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").containers().isEmpty());

        assertThat(node("node-1").orphans()).isEqualTo(Orphans.REMOVED);
    }

    @Test
    void whereRecordsMayBeMissingEvenOneContainerWithoutARecordStays() {
        join("node-1");
        runWeb();
        plane.agents.agent("node-1").becomesUnheard(unknown(1));
        plane.store.restored();

        plane.restart();

        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.HELD);
        assertThat(node("node-1").message()).startsWith("1 of its 2 containers have no record");
        plane.agents.agent("node-1").becomes(unknown(2));
        passListings();
        assertThat(plane.agents.agent("node-1").containers()).hasSize(3);
        plane.change(NodeId.of("node-1"), NodeAction.ACCEPT_ORPHANS);

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-1").containers().size() == 1);
        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.REMOVED);
        assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.RUNNING);
        assertLeftOversGo();
    }

    @Test
    void nodeThatIsFoundAsItsRecordsSayIsNotInDoubtAnyMoreAndNeitherForTheNextLeader() {
        join("node-1");
        runWeb();
        plane.store.restored();
        plane.restart();
        passUntil(MINUTE_THIRD, () -> node("node-1").settledIn().equals(Epoch.of(2)));
        plane.restart();
        assertLeftOversGo();
    }

    @Test
    void nodeThatRegistersAfterALossIsInDoubtToo() {
        join("node-1");
        plane.store.restored();
        plane.restart();
        plane.agents.agent("node-2").becomesUnheard(unknown(1));
        join("node-2");
        passUntil(MINUTE_THIRD, () -> node("node-2").orphans() == Orphans.HELD);
        assertThat(plane.agents.agent("node-2").containers()).hasSize(1);
    }

    @Test
    void containerNewerThanItsRecordStaysAndIsTheWorkloadsOnceSomebodyGoesOnWithTheRecords() {
        join("node-1");
        WorkloadId web = runWeb();
        plane.agents.agent("node-1").becomes(ScriptedAgents.report(web, Generation.of(3), ContainerPhase.RUNNING));

        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.HELD);
        assertThat(node("node-1").message()).startsWith("1 of its 1 containers are newer than their records");
        passListings();
        assertThat(plane.agents.agent("node-1").containers().get(web).generation())
                .isEqualTo(Generation.of(3));
        plane.change(NodeId.of("node-1"), NodeAction.ACCEPT_ORPHANS);

        passUntil(MINUTE_THIRD, () -> node("node-1").orphans() == Orphans.REMOVED);
        assertThat(plane.workload("web").workload().generation()).isEqualTo(Generation.of(3));
        assertThat(plane.workload("web").workload().status()).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(plane.agents.agent("node-1").containers()).containsKey(web);
        plane.change("web", WorkloadAction.STOP);
        passUntil(MINUTE_THIRD, () -> plane.workload("web").workload().status() == WorkloadStatus.STOPPED);
    }

    @Test
    void newerContainerOnAnotherNodeThanTheRecordsGoesOnceSomebodyGoesOnWithTheRecords() {
        join("node-1");
        WorkloadId web = runWeb();
        join("node-2");
        plane.agents.agent("node-2").becomes(ScriptedAgents.report(web, Generation.of(1), ContainerPhase.RUNNING));

        passUntil(MINUTE_THIRD, () -> node("node-2").orphans() == Orphans.HELD);
        passListings();
        assertThat(plane.agents.agent("node-2").containers()).containsKey(web);
        plane.change(NodeId.of("node-2"), NodeAction.ACCEPT_ORPHANS);

        passUntil(MINUTE_THIRD, () -> plane.agents.agent("node-2").containers().isEmpty());
        assertThat(plane.agents.agent("node-1").containers()).containsKey(web);
    }

    private WorkloadId runWeb() {
        plane.schedule(Specs.WEB);
        passUntil(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        return plane.workload("web").workload().id();
    }

    private void assertLeftOversGo() {
        plane.agents.agent("node-1").becomesUnheard(unknown(7));
        passUntil(
                MINUTE_THIRD,
                () -> !plane.agents
                        .agent("node-1")
                        .containers()
                        .containsKey(unknown(7).workloadId()));
        assertThat(node("node-1").orphans()).isEqualTo(Orphans.REMOVED);
    }

    /** Long enough for whatever follows from one more inventory of each node. */
    private void passListings() {
        for (String name : beating) {
            int listed = plane.agents.agent(name).timesListed();
            passUntil(MINUTE_THIRD, () -> plane.agents.agent(name).timesListed() > listed + 2);
        }
    }

    private void loseTheContainer() {
        Workload before = plane.workload("web").workload();
        plane.agents
                .agent("node-1")
                .becomesUnheard(ScriptedAgents.report(before.id(), before.generation(), ContainerPhase.REMOVED));
        passUntil(MINUTE_THIRD, () -> {
            Workload now = plane.workload("web").workload();
            return now.status() == WorkloadStatus.RUNNING && before.generation().isOlderThan(now.generation());
        });
    }

    private static ContainerReport unknown(int number) {
        WorkloadId id = WorkloadId.of(String.format("ffffffff-0000-4000-8000-%012x", number));
        return ScriptedAgents.report(id, Generation.of(1), ContainerPhase.RUNNING);
    }

    /** The reasons of node events with the status unchanged, as the store has them. */
    private List<String> nodeEvents() {
        return plane.store.entries(Keys.EVENTS).stream()
                .map(Entry::value)
                .filter(text -> text.contains("NodeOrphans"))
                .map(text -> text.replaceAll(".*(NodeOrphans[A-Za-z]+).*", "$1"))
                .toList();
    }

    /** Beats from now on, however fast the time passes. */
    private void join(String name) {
        plane.join(name);
        beating.add(name);
    }

    private Node node(String name) {
        Optional<Node> node = plane.nodes().items().stream()
                .map(view -> view.node())
                .filter(one -> one.id().value().equals(name))
                .findFirst();
        return node.orElseThrow();
    }

    private void passUntil(Callable<Boolean> holds) {
        passUntil(Duration.ofMillis(500), holds);
    }

    private void passUntil(Duration step, Callable<Boolean> holds) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            plane.pass(step);
            beating.forEach(plane::beat);
            return holds.call();
        });
    }
}
