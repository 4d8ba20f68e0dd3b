package dev.persys.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.Outcome;
import dev.persys.lifecycle.WorkloadLifecycle;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.reconcile.Finding.Orphan;
import dev.persys.reconcile.Finding.Tell;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReconciliationTest {
    private static final WorkloadId ID = WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c");
    private static final NodeId HERE = NodeId.of("here");
    private static final NodeId THERE = NodeId.of("there");
    private static final Instant THEN = Instant.parse("2026-01-02T03:00:00Z");
    private static final Instant LATER = THEN.plusSeconds(3_600);
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Optional<String> REQUEST = Optional.empty();

    private final Workload scheduled = after(
            Workload.accepted(ID, WorkloadSpec.of("web", "nginx"), Optional.empty(), REQUEST, THEN),
            new WorkloadSignal.Placed(
                    HERE, new PlacementSummary(THEN, "best-fit", 1, Optional.empty(), List.of(), Map.of())));
    private final Workload running = after(scheduled, seen(ContainerPhase.RUNNING));

    @Test
    void inventoryThatMatchesFindsNothing() {
        assertThat(findings(running, inventory(report(1, ContainerPhase.RUNNING))))
                .isEmpty();
    }

    @Test
    void differenceIsToldAsItWasSeen() {
        ContainerReport exited = report(1, ContainerPhase.EXITED);
        assertThat(findings(running, inventory(exited)))
                .containsExactly(new Tell(ID, new WorkloadSignal.Seen(HERE, exited)));
    }

    @Test
    void absentContainerIsNotMissingWithinTheGraceOfItsOrder() {
        assertThat(findings(scheduled, emptyAt(THEN))).isEmpty();
        assertThat(findings(scheduled, emptyAt(THEN.plus(GRACE)))).isEmpty();
        assertThat(findings(scheduled, emptyAt(THEN.plus(GRACE).plusMillis(1))))
                .containsExactly(new Tell(ID, new WorkloadSignal.Absent(HERE)));
    }

    @Test
    void containerThatRanNeedsNoGraceButAnInventoryAskedForAfterwards() {
        assertThat(findings(running, emptyAt(THEN.minusMillis(1)))).isEmpty();
        assertThat(findings(running, emptyAt(THEN))).isEmpty();
        assertThat(findings(running, emptyAt(THEN.plusMillis(1))))
                .containsExactly(new Tell(ID, new WorkloadSignal.Absent(HERE)));
    }

    @Test
    void clockThatWasSetSinceNeitherHidesWhatIsMissingNorMissesWhatIsNot() {
        for (Duration set : List.of(Duration.ofHours(-11), Duration.ofHours(11))) {
            long since = at(THEN.plus(set));
            Inventory later = new Inventory(HERE, since + 1, List.of(), List.of(), Set.of());
            assertThat(Reconciliation.findings(later, only(running, since), GRACE, LATER))
                    .containsExactly(new Tell(ID, new WorkloadSignal.Absent(HERE)));
            Inventory within = new Inventory(HERE, since + GRACE.toNanos(), List.of(), List.of(), Set.of());
            assertThat(Reconciliation.findings(within, only(scheduled, since), GRACE, LATER))
                    .isEmpty();
        }
    }

    @Test
    void containerThatNoRecordSpeaksOfIsAnOrphan() {
        List<Finding> findings =
                Reconciliation.findings(inventory(report(7, ContainerPhase.EXITED)), none(), GRACE, LATER);
        assertThat(findings).containsExactly(new Orphan(HERE, ID, Generation.of(7), false));
    }

    @Test
    void orderThatNoRecordSpeaksOfIsLeftToBecomeAnOrphanOrNothing() {
        Inventory orders =
                new Inventory(HERE, at(LATER), List.of(), List.of(report(1, ContainerPhase.PULLING)), Set.of());
        assertThat(Reconciliation.findings(orders, none(), GRACE, LATER)).isEmpty();
    }

    @Test
    void containerOfAnOlderGenerationIsToldOfAndRemoved() {
        Workload again = after(after(running, new WorkloadSignal.Absent(HERE)), new WorkloadSignal.RetryDue());
        ContainerReport old = report(1, ContainerPhase.RUNNING);
        assertThat(findings(again, inventory(old)))
                .as("and the one that is wanted is ordered")
                .containsExactly(
                        new Tell(ID, new WorkloadSignal.Seen(HERE, old)),
                        new Tell(ID, new WorkloadSignal.Absent(HERE)));
    }

    @Test
    void olderContainerOfAWorkloadThatIsElsewhereIsToldOf() {
        Workload again = after(after(running, new WorkloadSignal.Absent(HERE)), new WorkloadSignal.RetryDue());
        ContainerReport copy = report(1, ContainerPhase.RUNNING);
        Inventory there = new Inventory(THERE, at(LATER), List.of(copy), List.of(), Set.of());
        assertThat(findings(again, there)).containsExactly(new Tell(ID, new WorkloadSignal.Seen(THERE, copy)));
    }

    /** No leader with this record has ordered it: an old copy of the store is lead with. */
    @Test
    void containerThatIsNewerThanItsRecordProvesTheRecordOldAndIsNotMissed() {
        ContainerReport newer = report(3, ContainerPhase.RUNNING);
        assertThat(findings(running, inventory(newer)))
                .containsExactly(new Finding.Ahead(HERE, ID, new RunId(Generation.of(3), 0)));
        ContainerReport same = report(1, ContainerPhase.EXITED);
        Inventory there = new Inventory(THERE, at(LATER), List.of(same), List.of(), Set.of(ID));
        assertThat(findings(running, there))
                .as("placed elsewhere since the record was written")
                .containsExactly(new Finding.Ahead(THERE, ID, new RunId(Generation.of(1), 0)));
    }

    @Test
    void recordOfAnotherNodeIsNotAbsentHere() {
        Inventory there = new Inventory(THERE, at(LATER), List.of(), List.of(), Set.of());
        assertThat(findings(running, there)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ContainerPhase.class,
            names = {"RUNNING", "PAUSED", "RESTARTING", "EXITED", "STARTING"})
    void containerOfADeletedWorkloadIsRemovedInWhateverPhase(ContainerPhase phase) {
        Workload deleted = after(running, new WorkloadSignal.DeleteAsked(REQUEST, false));
        assertThat(findings(deleted, inventory(report(1, phase))))
                .containsExactly(new Orphan(HERE, ID, Generation.of(1), false));
        assertThat(findings(deleted, inventory(report(5, phase))))
                .as("newer than the record knows")
                .containsExactly(new Orphan(HERE, ID, Generation.of(5), false));
    }

    @Test
    void containerOfAWorkloadThatGoesWithItsVolumesTakesThemAlong() {
        Workload deleted = after(running, new WorkloadSignal.DeleteAsked(REQUEST, true));
        assertThat(findings(deleted, inventory(report(1, ContainerPhase.EXITED))))
                .containsExactly(new Orphan(HERE, ID, Generation.of(1), true));
    }

    @Test
    void containerThatStillShowsTheRunBeforeIsToldOfOnceTheOrderIsOverdue() {
        Workload again = after(running, new WorkloadSignal.RestartAsked(REQUEST));
        ContainerReport before =
                report(1, ContainerPhase.RUNNING).ofRun(running.run().number(), 0, 0);
        assertThat(findings(again, new Inventory(HERE, at(THEN.plus(GRACE)), List.of(before), List.of(), Set.of())))
                .isEmpty();
        assertThat(findings(again, inventory(before)))
                .containsExactly(new Tell(ID, new WorkloadSignal.Seen(HERE, before)));
    }

    @Test
    void deletedWorkloadWithoutContainerIsToldToGo() {
        Workload deleted = after(running, new WorkloadSignal.DeleteAsked(REQUEST, false));
        assertThat(deleted.desired()).isEqualTo(Desired.DELETED);
        assertThat(findings(deleted, emptyAt(LATER))).containsExactly(new Tell(ID, new WorkloadSignal.Absent(HERE)));
    }

    @Test
    void containerThatRunsThoughItShouldBeStoppedIsAFindingEachTime() {
        Workload stopping = after(running, new WorkloadSignal.StopAsked(REQUEST));
        ContainerReport live = report(1, ContainerPhase.RUNNING);
        assertThat(findings(stopping, inventory(live)))
                .containsExactly(new Tell(ID, new WorkloadSignal.Seen(HERE, live)));
        assertThat(findings(stopping, inventory(report(1, ContainerPhase.EXITED))))
                .hasSize(1);
    }

    @Test
    void workloadOfWhichFresherNewsCameIsLeftOut() {
        Inventory gone = new Inventory(HERE, at(LATER), List.of(), List.of(), Set.of(ID));
        assertThat(findings(running, gone)).isEmpty();
        Inventory exited =
                new Inventory(HERE, at(LATER), List.of(report(1, ContainerPhase.EXITED)), List.of(), Set.of(ID));
        assertThat(findings(running, exited)).isEmpty();
        Inventory failed =
                new Inventory(HERE, at(LATER), List.of(), List.of(report(1, ContainerPhase.PULL_FAILED)), Set.of(ID));
        assertThat(findings(scheduled, failed)).isEmpty();
    }

    @Test
    void orderUnderWayIsNotAbsent() {
        Workload pulling = after(scheduled, seen(ContainerPhase.PULLING));
        assertThat(findings(pulling, ordering(report(1, ContainerPhase.PULLING))))
                .isEmpty();
    }

    @Test
    void orderThatFailedIsToldOf() {
        ContainerReport failed = report(1, ContainerPhase.PULL_FAILED);
        assertThat(findings(scheduled, ordering(failed)))
                .containsExactly(new Tell(ID, new WorkloadSignal.Seen(HERE, failed)));
    }

    @Test
    void failureOfAnOldOrderDoesNotStandForTheNext() {
        Workload again = after(after(running, new WorkloadSignal.Absent(HERE)), new WorkloadSignal.RetryDue());
        assertThat(findings(again, ordering(report(1, ContainerPhase.PULL_FAILED))))
                .containsExactly(new Tell(ID, new WorkloadSignal.Absent(HERE)));
    }

    @Test
    void containerHidesTheOrderThatMadeIt() {
        Inventory both = new Inventory(
                HERE,
                at(LATER),
                List.of(report(1, ContainerPhase.RUNNING)),
                List.of(report(1, ContainerPhase.STARTING)),
                Set.of());
        assertThat(findings(running, both)).isEmpty();
    }

    @Test
    void oldContainerDoesNotHideTheOrderForTheNext() {
        Workload again = after(after(running, new WorkloadSignal.Absent(HERE)), new WorkloadSignal.RetryDue());
        ContainerReport old = report(1, ContainerPhase.EXITED);
        ContainerReport failed = report(2, ContainerPhase.PULL_FAILED);
        assertThat(findings(again, new Inventory(HERE, at(LATER), List.of(old), List.of(failed), Set.of())))
                .containsExactly(
                        new Tell(ID, new WorkloadSignal.Seen(HERE, old)),
                        new Tell(ID, new WorkloadSignal.Seen(HERE, failed)));
    }

    private static List<Finding> findings(Workload record, Inventory inventory) {
        return Reconciliation.findings(inventory, only(record, at(THEN)), GRACE, LATER);
    }

    /** As readings of the leader's ticker. */
    private static long at(Instant instant) {
        return Duration.between(THEN, instant).toNanos();
    }

    private static Records none() {
        return new Known(List.of(), 0);
    }

    private static Records only(Workload workload, long since) {
        return new Known(List.of(workload), since);
    }

    private record Known(List<Workload> workloads, long reading) implements Records {
        @Override
        public Iterable<Workload> placedOn(NodeId node) {
            return workloads;
        }

        @Override
        public Optional<Workload> record(WorkloadId id) {
            return workloads.stream().filter(it -> it.id().equals(id)).findFirst();
        }

        @Override
        public long since(WorkloadId id) {
            return reading;
        }
    }

    private static Inventory inventory(ContainerReport container) {
        return new Inventory(HERE, at(LATER), List.of(container), List.of(), Set.of());
    }

    private static Inventory ordering(ContainerReport order) {
        return new Inventory(HERE, at(LATER), List.of(), List.of(order), Set.of());
    }

    private static Inventory emptyAt(Instant asOf) {
        return new Inventory(HERE, at(asOf), List.of(), List.of(), Set.of());
    }

    private static WorkloadSignal seen(ContainerPhase phase) {
        return new WorkloadSignal.Seen(HERE, report(1, phase));
    }

    private static ContainerReport report(long generation, ContainerPhase phase) {
        return ContainerReport.of(ID, Generation.of(generation), phase, "");
    }

    private static Workload after(Workload workload, WorkloadSignal signal) {
        Outcome outcome = WorkloadLifecycle.on(workload, signal, THEN);
        return ((Outcome.Changed) outcome).next().orElseThrow();
    }
}
