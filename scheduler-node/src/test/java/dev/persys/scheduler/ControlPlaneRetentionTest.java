package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.ClusterEvent;
import dev.persys.api.Garbage;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.api.WorkloadView;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.InMemoryStateStore;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ControlPlaneRetentionTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration OLD_ENOUGH = Duration.ofSeconds(30);
    private static final Resources TOO_MUCH = new Resources(64_000, 64);

    private ControlPlane plane = with("finished-after = 30s");

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void finishedWorkloadGoesWithItsContainerWhenItIsOldEnoughAndTheEventSaysWhy() {
        plane.join("node-1");
        Queue<ClusterEvent> events = plane.follow(SchedulerProtocol.FollowEvents.BEGINNING);
        WorkloadId id = finished("job", 3);

        plane.pass(OLD_ENOUGH.minus(INTERVAL));
        assertThat(status("job")).contains(WorkloadStatus.FAILED);
        plane.pass(INTERVAL);

        await().until(() -> status("job").isEmpty());
        assertThat(plane.store.entries(Keys.WORKLOADS)).isEmpty();
        assertThat(plane.agents.agent("node-1").containers()).doesNotContainKey(id);
        await().until(() -> events.stream().anyMatch(event -> event.to().equals("Deleted")));
        ClusterEvent last = events.stream().reduce((first, second) -> second).orElseThrow();
        assertThat(last.reason()).isEqualTo("Expired");
        assertThat(last.message()).isEqualTo("finished 30 seconds ago; kept for 30 seconds");
    }

    @Test
    void workloadThatIsToGoOnceItHasEndedGoesAtTheNextPass() {
        keepFinished();
        plane.join("node-1");
        ObjectNode request = WorkloadRequest.toJson(WorkloadSpec.of("once", "busybox"));
        request.put("autoRemove", true);
        WorkloadId id = plane.schedule(((Parsed.Valid<WorkloadSpec>) WorkloadRequest.parse(request)).value())
                .workload()
                .workload()
                .id();
        await().until(() -> status("once").equals(Optional.of(WorkloadStatus.RUNNING)));
        finished("kept", 0);
        plane.pass(INTERVAL);
        assertThat(status("once")).contains(WorkloadStatus.RUNNING);

        plane.agents.agent("node-1").becomes(ScriptedAgents.exited(id, Generation.of(1), 0));
        await().until(() -> status("once").filter(WorkloadStatus::isTerminal).isPresent());
        plane.pass(INTERVAL);

        await().until(() -> status("once").isEmpty());
        assertThat(status("kept")).contains(WorkloadStatus.EXITED);
    }

    @Test
    void whatRunsOrWasStoppedOrWaitsStays() {
        plane.join("node-1");
        running("runs");
        running("stopped");
        plane.change("stopped", WorkloadAction.STOP);
        await().until(() -> status("stopped").equals(Optional.of(WorkloadStatus.STOPPED)));
        plane.schedule(Specs.wanting("waits", TOO_MUCH));
        finished("job", 0);

        plane.pass(OLD_ENOUGH);

        await().until(() -> status("job").isEmpty());
        plane.pass(OLD_ENOUGH);
        assertThat(garbage(true).expired()).isZero();
        assertThat(plane.store.entries(Keys.WORKLOADS)).hasSize(3);
    }

    @Test
    void workloadThatIsStartedAgainWhileItsEndIsJudgedStays() {
        plane.join("node-1");
        finished("job", 1);
        plane.pass(OLD_ENOUGH.minus(INTERVAL));
        plane.store.nextCommits(key -> key.startsWith(Keys.WORKLOADS), InMemoryStateStore.Fate.HELD);
        var started = plane.<WorkloadView>send(replyTo -> new SchedulerProtocol.ChangeWorkload(
                "job", WorkloadAction.START, Optional.empty(), ControlPlane.ORIGIN, replyTo));
        await().until(() -> plane.store.heldCommits() == 1);

        plane.pass(INTERVAL);
        assertThat(garbage(true).workloads()).hasSize(1);
        plane.store.releaseHeld();

        assertThat(started.receiveMessage()).isInstanceOf(Reply.Ok.class);
        await().until(() -> status("job").equals(Optional.of(WorkloadStatus.RUNNING)));
        assertThat(plane.workload("job").workload().desired()).isEqualTo(Desired.RUNNING);
    }

    @Test
    void noMoreThanTheBoundAreRemovedAtOnceAndANodeThatIsBehindGetsNoMore() {
        plane.join("node-1");
        plane.join("node-2");
        List<WorkloadId> ids = List.of(finished("a", 0), finished("b", 0), finished("c", 0), finished("d", 0));
        assertThat(plane.agents.agent("node-1").containers().keySet()).containsAll(ids);
        plane.agents.agent("node-1").doNothing();

        plane.pass(OLD_ENOUGH);
        await().until(() -> beingDeleted() == 3);
        plane.pass(INTERVAL);
        plane.pass(INTERVAL);
        Garbage behind = garbage(true);
        assertThat(beingDeleted()).isEqualTo(3);
        assertThat(behind.expired()).isEqualTo(1);
        assertThat(behind.waiting()).isEqualTo(1);
        assertThat(behind.removing()).isEqualTo(3);

        ids.subList(0, 3)
                .forEach(id -> plane.agents
                        .agent("node-1")
                        .becomes(ScriptedAgents.report(id, Generation.of(1), ContainerPhase.REMOVED)));
        await().until(() -> {
            plane.pass(INTERVAL);
            return plane.store.entries(Keys.WORKLOADS).size() == 1 && beingDeleted() == 1;
        });
    }

    @Test
    void silentNodeIsLeftAloneUntilItCountsAsGoneAndIsClearedWhenItIsBack() {
        keepFinished();
        plane.join("node-1");
        WorkloadId id = finished("job", 0);
        plane.agents.agent("node-1").cutOff();
        silence(2);
        await().until(() -> nodeStatus() == NodeStatus.SUSPECT);

        Garbage silent = garbage(false);
        assertThat(silent.expired()).isEqualTo(1);
        assertThat(silent.waiting()).isEqualTo(1);
        assertThat(beingDeleted()).isZero();

        silence(10);
        silenceUntil(() -> nodeStatus() == NodeStatus.INACTIVE);
        assertThat(garbage(false).waiting()).isZero();
        await().until(() -> status("job").isEmpty());
        assertThat(plane.agents.agent("node-1").containers()).containsKey(id);

        cleared("node-1");
    }

    @Test
    void removalThatWaitsForANodeIsOverWhenTheNodeIsGone() {
        plane.join("node-1");
        finished("asked", 0);
        finished("expired", 0);
        // Cut off as it is, a node may be Suspect before the pass, which then leaves it alone.
        plane.agents.agent("node-1").doNothing();
        plane.change("asked", WorkloadAction.DELETE);
        plane.pass(OLD_ENOUGH);
        await().until(() -> beingDeleted() == 2);
        plane.agents.agent("node-1").cutOff();
        plane.agents.agent("node-1").doSomething();

        silence(12);

        silenceUntil(() -> plane.store.entries(Keys.WORKLOADS).isEmpty());
        cleared("node-1");
    }

    @Test
    void deletionOfWhatHadEndedOnAGoneNodeIsOverAtOnce() {
        keepFinished();
        plane.join("node-1");
        finished("job", 0);
        plane.agents.agent("node-1").cutOff();
        silence(12);
        silenceUntil(() -> nodeStatus() == NodeStatus.INACTIVE);

        plane.change("job", WorkloadAction.DELETE);

        await().until(() -> status("job").isEmpty());
    }

    @Test
    void dryRunNamesWhatWouldGoAndChangesNothing() {
        keepFinished();
        plane.join("node-1");
        WorkloadId first = finished("first", 0);
        plane.pass(Duration.ofSeconds(1));
        finished("second", 1);
        int writes = plane.store.committed().size();

        Garbage garbage = garbage(true);

        assertThat(garbage.dryRun()).isTrue();
        assertThat(garbage.expired()).isEqualTo(2);
        assertThat(garbage.kept()).isZero();
        assertThat(garbage.workloads()).hasSize(1);
        Garbage.Item item = garbage.workloads().get(0);
        assertThat(item.id()).isEqualTo(first);
        assertThat(item.name()).isEqualTo("first");
        assertThat(item.status()).isEqualTo(WorkloadStatus.EXITED);
        assertThat(item.nodeId().map(NodeId::value)).contains("node-1");
        assertThat(item.why()).isEqualTo("finished 1 second ago; kept for 0 seconds");
        assertThat(plane.workload("first").workload().desired()).isEqualTo(Desired.RUNNING);
        assertThat(plane.store.committed().stream().skip(writes).flatMap(List::stream))
                .noneMatch(change -> change.key().startsWith(Keys.WORKLOADS));
    }

    @Test
    void passThatIsAskedForGoesByItsOwnTimeAndTellsWhoAsked() {
        keepFinished();
        plane.join("node-1");
        Queue<ClusterEvent> events = plane.follow(SchedulerProtocol.FollowEvents.BEGINNING);
        finished("job", 0);
        running("runs");

        assertThat(garbage(false).expired()).isEqualTo(1);

        await().until(() -> status("job").isEmpty());
        await().until(() -> events.stream()
                .anyMatch(event ->
                        event.to().equals("Deleted") && event.requestId().equals(ControlPlane.ORIGIN.request())));
        assertThat(status("runs")).contains(WorkloadStatus.RUNNING);
    }

    @Test
    void olderOnesGoWhereThereAreTooManyOfAKind() {
        plane.close();
        plane = with("finished-after = never, finished-kept = 2, stopped-kept = 1");
        plane.join("node-1");
        for (String name : List.of("a", "b", "c", "d", "e")) {
            finished(name, 0);
            plane.pass(Duration.ofMillis(10));
        }
        plane.schedule(Specs.wanting("stopped-1", TOO_MUCH));
        plane.change("stopped-1", WorkloadAction.STOP);
        plane.pass(Duration.ofMillis(10));
        plane.schedule(Specs.wanting("stopped-2", TOO_MUCH));
        plane.change("stopped-2", WorkloadAction.STOP);

        plane.pass(INTERVAL);

        await().until(() -> plane.store.entries(Keys.WORKLOADS).size() == 3);
        assertThat(List.of(status("d"), status("e"), status("stopped-2"))).allMatch(Optional::isPresent);
    }

    @Test
    void newLeaderGoesOnWithWhatTheLastOneBegan() {
        plane.join("node-1");
        finished("job", 0);
        plane.agents.agent("node-1").doNothing();
        plane.pass(OLD_ENOUGH);
        await().until(() -> beingDeleted() == 1);
        plane.agents.agent("node-1").cutOff();
        plane.agents.agent("node-1").doSomething();

        plane.agents.agent("node-1").reachableAgain();
        plane.restart();

        await().until(() -> plane.store.entries(Keys.WORKLOADS).isEmpty());
    }

    @Test
    void clockThatWasSetWhileTheLastOneLedMakesNothingOldForTheNext() {
        plane.join("node-1");
        finished("job", 0);
        plane.setClock(Duration.ofDays(365));
        running("written-by-that-clock");

        plane.restart();
        plane.pass(INTERVAL);

        assertThat(status("job")).contains(WorkloadStatus.EXITED);
        plane.pass(OLD_ENOUGH);
        await().until(() -> status("job").isEmpty());
    }

    @Test
    void tailThatWasTakenWhenMoreWasKeptIsShortened() {
        plane.join("node-1");
        running("web");
        plane.agents.agent("node-1").printed("line of output\n".repeat(400));
        finished("job", 0);
        await().until(() -> plane.workload("job").workload().logs().length() > 5_000);

        plane.restartWith("persys.scheduler { log-tail = 100, retention.finished-after = never }");
        assertThat(plane.workload("job").workload().logs()).isEqualTo("line of output\n".repeat(6));
        plane.change("job", WorkloadAction.STOP);

        assertThat(plane.store.entries(
                        Keys.workload(plane.workload("job").workload().id())))
                .allMatch(entry -> entry.value().length() < 5_000);
    }

    private static ControlPlane with(String retention) {
        return new ControlPlane(
                "persys.scheduler.retention { interval = 10s, removals-at-once = 3, " + retention + " }");
    }

    private void keepFinished() {
        plane.close();
        plane = with("finished-after = never");
    }

    /** Minutes in which no node beats. */
    private void silence(int minutes) {
        for (int minute = 0; minute < minutes; minute++) {
            plane.pass(Duration.ofSeconds(60));
        }
    }

    /** Time goes on until whoever is to notice it has had the processor. */
    private void silenceUntil(BooleanSupplier noticed) {
        await().until(() -> {
            silence(1);
            return noticed.getAsBoolean();
        });
    }

    /** A node that is back has nothing left of what is not wanted any more. */
    private void cleared(String node) {
        plane.agents.agent(node).reachableAgain();
        await().until(() -> {
            plane.beat(node);
            plane.pass(INTERVAL);
            return plane.agents.agent(node).containers().isEmpty();
        });
    }

    /** What a pass finds that keeps finished workloads for no time at all; it names one. */
    private Garbage garbage(boolean dryRun) {
        return plane.ok(replyTo -> new SchedulerProtocol.CollectGarbage(
                dryRun, Optional.of(Duration.ZERO), 1, ControlPlane.ORIGIN, replyTo));
    }

    private long beingDeleted() {
        return plane.store.entries(Keys.WORKLOADS).stream()
                .filter(entry -> entry.value().contains("\"desired\":\"deleted\""))
                .count();
    }

    private NodeStatus nodeStatus() {
        return plane.nodes().items().get(0).node().status();
    }

    private WorkloadId finished(String name, int code) {
        WorkloadId id = running(name);
        ContainerReport exited = ScriptedAgents.exited(id, Generation.of(1), code);
        plane.agents.agent("node-1").becomes(exited);
        await().until(() -> status(name).filter(WorkloadStatus::isTerminal).isPresent());
        return id;
    }

    private WorkloadId running(String name) {
        WorkloadId id = plane.schedule(WorkloadSpec.of(name, "busybox"))
                .workload()
                .workload()
                .id();
        await().until(() -> status(name).equals(Optional.of(WorkloadStatus.RUNNING)));
        return id;
    }

    private Optional<WorkloadStatus> status(String reference) {
        Reply<WorkloadView> reply = plane.ask(replyTo -> new SchedulerProtocol.GetWorkload(reference, replyTo));
        return reply instanceof Reply.Ok<WorkloadView> ok
                ? Optional.of(ok.value().workload().status())
                : Optional.empty();
    }
}
