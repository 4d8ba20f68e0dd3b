package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.api.Page;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.model.Desired;
import dev.persys.model.Excerpt;
import dev.persys.model.Generation;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadFilter;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.store.Keys;
import dev.persys.store.StoreTrouble;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the control plane keeps, for whom, and what it says while nothing can be kept. */
final class ControlPlaneStoreTest {
    private static final WorkloadSpec SPEC = WorkloadSpec.of("web", "nginx");
    private static final StoreTrouble FULL =
            new StoreTrouble(StoreTrouble.Kind.FULL, "The disk is full (/state). Make room on it.");
    private static final String TAIL = "line of output\n".repeat(400);
    private static final String LAST_LINES = "line of output\n".repeat(2);

    private final ControlPlane plane = new ControlPlane();

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void outputIsShownWholeWhereOneIsReadAndIsNoPartOfWhatALeaderHolds() {
        WorkloadId id = printedAndEnded();

        assertThat(plane.workload("web").workload().logs()).isEqualTo(TAIL);
        assertThat(record(id).logs()).isEqualTo(LAST_LINES);
        assertThat(plane.store.entries(Keys.logs(id))).hasSize(1);
        Page<WorkloadView> page = plane.ok(
                replyTo -> new SchedulerProtocol.ListWorkloads(WorkloadFilter.ALL, 10, Optional.empty(), replyTo));
        assertThat(page.items())
                .allSatisfy(view -> assertThat(view.workload().logs().length()).isLessThanOrEqualTo(Excerpt.MAX_BYTES));

        plane.restart();

        assertThat(plane.workload("web").workload().logs()).isEqualTo(TAIL);
    }

    @Test
    void outputGoesWithItsWorkload() {
        printedAndEnded();

        plane.change("web", WorkloadAction.DELETE);

        await().until(() -> plane.store.entries(Keys.WORKLOADS).isEmpty());
        assertThat(plane.store.entries(Keys.LOGS)).isEmpty();
    }

    @Test
    void lastLinesAreShownWhereTheRestCannotBeHad() {
        printedAndEnded();
        plane.store.goAway();

        assertThat(plane.workload("web").workload().logs()).isEqualTo(LAST_LINES);
    }

    @Test
    void recordOfBeforeWithAllOfItsOutputIsReadAndCut() {
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        plane.store.plant(Keys.workload(id), RecordJson.write(record(id).withLogs(TAIL)));

        plane.restart();

        assertThat(plane.workload("web").workload().logs()).isEqualTo(LAST_LINES);
        plane.change("web", WorkloadAction.STOP);
        assertThat(record(id).logs()).isEqualTo(LAST_LINES);
        plane.change("web", WorkloadAction.DELETE);
        assertThat(plane.store.entries(Keys.WORKLOADS)).isEmpty();
    }

    @Test
    void fullStoreIsToldAtOnceAndEverywhereAndLeavesNothingBehind() {
        plane.join("node-1");
        WorkloadSpec whole = sized("whole", 4_000, 4_096);
        plane.store.takesNoWrites(Optional.of(FULL));

        Reply<Accepted> reply = plane.ask(
                replyTo -> new SchedulerProtocol.Schedule(whole, Optional.of("key"), ControlPlane.ORIGIN, replyTo));

        assertThat(reply).isEqualTo(new Reply.Unavailable<>(FULL.detail() + " Nothing was changed", Optional.of(FULL)));
        TestProbe<SchedulerProtocol.Readiness> ready = plane.probe();
        plane.tell(new SchedulerProtocol.GetReadiness(ready.getRef()));
        assertThat(ready.receiveMessage()).isEqualTo(new SchedulerProtocol.Readiness(false, FULL.detail()));
        assertThat(plane.ok(SchedulerProtocol.GetClusterMetrics::new).trouble()).contains(FULL.detail());

        plane.store.takesNoWrites(Optional.empty());
        assertThat(plane.ok(SchedulerProtocol.GetClusterMetrics::new).trouble()).isEmpty();
        await().until(() -> plane.<Accepted>ask(replyTo ->
                                new SchedulerProtocol.Schedule(whole, Optional.of("key"), ControlPlane.ORIGIN, replyTo))
                        instanceof Reply.Ok<Accepted> ok
                && !ok.value().repeated());
        await().until(() -> plane.workload("whole").workload().status() == WorkloadStatus.RUNNING);
    }

    @Test
    void oneKeyOfTwoCallersIsTwoRequests() {
        Accepted first = schedule("token:ci");
        Accepted other = schedule("token:deploy");
        plane.restart();
        Accepted again = schedule("token:ci");

        assertThat(other.repeated()).isFalse();
        assertThat(other.workload().workload().id())
                .isNotEqualTo(first.workload().workload().id());
        assertThat(again.repeated()).isTrue();
        assertThat(again.workload().workload().id())
                .isEqualTo(first.workload().workload().id());
    }

    @Test
    void whatIsDeletedAtOnceIsAnsweredAsDeletedAtTheRevisionOfItsDeletion() {
        long written = plane.schedule(SPEC).workload().revision();

        WorkloadView deleted = plane.change("web", WorkloadAction.DELETE);

        assertThat(deleted.workload().desired()).isEqualTo(Desired.DELETED);
        assertThat(deleted.revision()).isGreaterThan(written);
        assertThat(plane.store.entries(Keys.WORKLOADS)).isEmpty();
    }

    @Test
    void recordThatSomethingElseHasChangedIsReadAgainAndNothingElseStops() {
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        plane.schedule(sized("other", 100, 64));
        plane.store.plant(Keys.workload(id), RecordJson.write(record(id).withLogs("edited\n")));

        assertThat(plane.<WorkloadView>ask(replyTo -> new SchedulerProtocol.ChangeWorkload(
                        "web", WorkloadAction.STOP, Optional.empty(), ControlPlane.ORIGIN, replyTo)))
                .isInstanceOf(Reply.Unavailable.class);

        assertThat(plane.change("other", WorkloadAction.STOP).workload().status())
                .isEqualTo(WorkloadStatus.STOPPED);
        await().until(() -> {
            plane.pass(Duration.ofMillis(500));
            return plane.workload("web").workload().logs().equals("edited\n");
        });
        assertThat(plane.change("web", WorkloadAction.STOP).workload().status()).isEqualTo(WorkloadStatus.STOPPED);
        assertThat(plane.store.claims()).isEqualTo(1);
    }

    private WorkloadId printedAndEnded() {
        plane.join("node-1");
        WorkloadId id = plane.schedule(SPEC).workload().workload().id();
        await().until(() -> plane.workload("web").workload().status() == WorkloadStatus.RUNNING);
        plane.agents.agent("node-1").printed(TAIL);
        plane.agents.agent("node-1").becomes(ScriptedAgents.exited(id, Generation.of(1), 3));
        await().until(() -> plane.workload("web").workload().logs().equals(TAIL));
        return id;
    }

    private Accepted schedule(String caller) {
        return plane.ok(replyTo ->
                new SchedulerProtocol.Schedule(SPEC, Optional.of("key-1"), new Origin("request-1", caller), replyTo));
    }

    private Workload record(WorkloadId id) {
        return RecordJson.workload(plane.store.entries(Keys.workload(id)).get(0).value());
    }

    private static WorkloadSpec sized(String name, long milliCpu, long mebibytes) {
        return Specs.wanting(name, new Resources(milliCpu, mebibytes));
    }
}
