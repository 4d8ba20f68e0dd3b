package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.Walk.Taken;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ProveLater;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.StopContainer;
import dev.persys.lifecycle.WorkloadEffect.TakeLogs;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Desired;
import dev.persys.model.Held;
import dev.persys.model.NodeId;
import dev.persys.model.Reason;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;

/** What holds for every life of a workload, whatever happens in whatever order. */
@Domain(WorkloadDomain.class)
@PropertyDefaults(tries = 500, edgeCases = EdgeCasesMode.NONE)
final class WorkloadLifecycleProperties {
    @Property
    void onlyRequestsLeaveAnEndedStatus(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.before().status().isTerminal() && !(step.signal() instanceof WorkloadSignal.Request)) {
                assertThat(step.after().map(Workload::status))
                        .isIn(Optional.of(step.before().status()), Optional.empty());
                boolean mayGo =
                        step.before().desired() == Desired.DELETED || step.signal() instanceof WorkloadSignal.Expired;
                assertThat(step.after().isPresent() || mayGo).isTrue();
            }
        }
    }

    /** Whatever runs, will run, or has run again since its end was judged, stays. */
    @Property
    void onlyTheEndThatWasJudgedExpires(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.signal() instanceof WorkloadSignal.Expired expired) {
                Workload before = step.before();
                boolean judged = before.status().isTerminal()
                        && before.desired() != Desired.DELETED
                        && before.observed().since().equals(expired.since());
                assertThat(step.outcome() instanceof Outcome.Changed).isEqualTo(judged);
                assertThat(step.after().map(Workload::desired).orElse(Desired.DELETED))
                        .isEqualTo(judged ? Desired.DELETED : before.desired());
            }
        }
    }

    @Property
    void whatIsSeenNeverChangesWhatIsWantedAndWhere(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            Workload before = step.before();
            if (isNews(step.signal()) && step.after().isPresent() && !isUndone(step) && !isMoved(step)) {
                Workload after = step.after().get();
                assertThat(after.nodeId()).isEqualTo(before.nodeId());
                assertThat(after.desired()).isEqualTo(before.desired());
                assertThat(after.runId()).isEqualTo(before.runId());
                assertThat(after.spec()).isEqualTo(before.spec());
                assertThat(after.requestId()).isEqualTo(before.requestId());
            }
        }
    }

    /** And nothing else is: what is ordered again is what was ordered. */
    @Property
    void newRunIsOneMoreAndIsOrdered(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            RunId before = step.before().runId();
            RunId after = step.after().map(Workload::runId).orElse(before);
            assertThat(after.generation())
                    .isIn(before.generation(), before.generation().next());
            if (!after.equals(before)) {
                assertThat(after.run()).isEqualTo(before.run() + 1);
                assertThat(step.effects(RunContainer.class))
                        .containsExactly(new RunContainer(step.after().orElseThrow()));
            }
        }
    }

    /** Data goes only when asked: else a container is left for another only where it is gone, unusable or elsewhere. */
    @Property
    void newContainerTakesTheOldOnesPlaceOnlyForAReason(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            Workload before = step.before();
            boolean anew = step.after()
                    .filter(after -> !after.generation().equals(before.generation()))
                    .isPresent();
            boolean reason = before.containerNode().isEmpty()
                    || before.status() == WorkloadStatus.MISSING
                    || before.observed().reason() == Reason.CONTAINER_UNUSABLE
                    || !before.versions().isOfContainer()
                    || step.after()
                            .filter(after -> !after.spec().equals(before.spec()))
                            .isPresent()
                    || !step.after().flatMap(Workload::nodeId).equals(before.containerNode());
            assertThat(anew && !reason).isFalse();
        }
    }

    /** The container of the record is removed only with the record, or where it is of no use any more. */
    @Property
    void containerOfALivingWorkloadIsRemovedOnlyForAReason(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            for (RemoveContainer remove : step.effects(RemoveContainer.class)) {
                boolean own = remove.generation().equals(step.before().generation())
                        && Optional.of(remove.node()).equals(step.before().containerNode());
                boolean deleted = step.after()
                        .filter(after -> after.desired() != Desired.DELETED)
                        .isEmpty();
                boolean renamed = step.signal() instanceof WorkloadSignal.Seen seen
                        && seen.report().phase() == ContainerPhase.RENAMED;
                boolean elsewhere = step.signal() instanceof WorkloadSignal.Placed placed
                        && !placed.node().equals(remove.node());
                boolean neverThere = step.signal() instanceof WorkloadSignal.OrderNotTaken
                        && step.before().observed().containerId().isEmpty();
                assertThat(!own || deleted || renamed || elsewhere || neverThere || isMoved(step))
                        .isTrue();
                assertThat(remove.volumes())
                        .isEqualTo(isMoved(step)
                                || (own && step.after().orElse(step.before()).removeVolumes()));
            }
        }
    }

    /** What was started once stays where it is, whatever stands in its way there. */
    @Property
    void onlyWhatWasNeverStartedIsMovedForAPort(@ForAll Walk walk) {
        boolean started = false;
        for (Taken step : walk.taken()) {
            assertThat(isMoved(step) && started).isFalse();
            started |= step.after()
                    .filter(after ->
                            after.observed().startedAt().isPresent() || after.status() == WorkloadStatus.RUNNING)
                    .isPresent();
            if (started && step.after().isPresent()) {
                assertThat(step.after().get().run().neverStarted()).isFalse();
            }
        }
    }

    @Property
    void whatAContainerHasWrittenIsFoundAgainFromWhereverItWaits(@ForAll Walk walk) {
        for (Workload record : walk.records()) {
            if (record.run().heldBy().isPresent()) {
                assertThat(record.nodeId()).isEmpty();
                assertThat(record.status()).isEqualTo(WorkloadStatus.PENDING);
                assertThat(record.desired()).isEqualTo(Desired.RUNNING);
                assertThat(WorkloadLifecycle.resume(record))
                        .filteredOn(effect -> !(effect instanceof ProveLater))
                        .containsExactly(new FindPlacement(record, record.run().heldBy()));
            }
        }
    }

    @Property
    void reservationIsGivenBackExactlyWhenItIsDropped(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            boolean held = step.before().holdsReservation();
            boolean holds = step.after().filter(Workload::holdsReservation).isPresent();
            boolean elsewhere = step.signal() instanceof WorkloadSignal.Placed placed
                    && !WorkloadLifecycle.isPlacedOn(step.before(), placed.node());
            List<ReleaseReservation> released = step.effects(ReleaseReservation.class);
            if (held && !holds) {
                assertThat(released).containsExactly(new ReleaseReservation(WorkloadScenes.ID));
            } else if (holds && !elsewhere) {
                assertThat(released).isEmpty();
            }
        }
    }

    @Property
    void effectsNameTheNodeAndGenerationThatTheyConcern(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            Optional<NodeId> node = step.before().containerNode();
            for (RunContainer run : step.effects(RunContainer.class)) {
                assertThat(Optional.of(run.workload())).isEqualTo(step.after());
                assertThat(run.workload().nodeId()).isPresent();
                assertThat(run.workload().desired()).isEqualTo(Desired.RUNNING);
            }
            for (StopContainer stop : step.effects(StopContainer.class)) {
                assertThat(Optional.of(stop.node())).isEqualTo(node);
                assertThat(stop.run()).isEqualTo(step.before().runId());
            }
            for (RemoveContainer remove : step.effects(RemoveContainer.class)) {
                boolean ofRecord = Optional.of(remove.node()).equals(node)
                        && remove.generation().equals(step.before().generation());
                boolean renamed = step.signal() instanceof WorkloadSignal.Seen seen
                        && seen.report().phase() == ContainerPhase.RENAMED;
                boolean stray = step.signal() instanceof WorkloadSignal.Seen seen
                        && remove.node().equals(seen.node())
                        && remove.generation().equals(seen.report().generation());
                assertThat(
                                step.signal() instanceof WorkloadSignal.Seen
                                        ? stray && (renamed || isMoved(step) || !ofRecord)
                                        : ofRecord)
                        .isTrue();
            }
            for (TakeLogs take : step.effects(TakeLogs.class)) {
                assertThat(Optional.of(take.node())).isEqualTo(node);
                assertThat(take.run()).isEqualTo(step.before().runId());
            }
            for (FindPlacement find : step.effects(FindPlacement.class)) {
                assertThat(Optional.of(find.workload())).isEqualTo(step.after());
                assertThat(find.workload().status()).isEqualTo(WorkloadStatus.PENDING);
            }
            for (RetryLater retry : step.effects(RetryLater.class)) {
                assertThat(retry.delay()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(5));
            }
        }
    }

    @Property
    void strayContainersNeverChangeTheRecord(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.signal() instanceof WorkloadSignal.Seen seen
                    && !(step.before()
                                    .containerNode()
                                    .filter(seen.node()::equals)
                                    .isPresent()
                            && seen.report().generation().equals(step.before().generation()))) {
                assertThat(step.outcome()).isInstanceOf(Outcome.Unchanged.class);
                boolean replaced = WorkloadLifecycle.awaitsStart(step.before());
                assertThat(step.effects())
                        .allMatch(effect ->
                                effect instanceof RemoveContainer || (replaced && effect instanceof RunContainer));
            }
        }
    }

    @Property
    void oldNewsNeverChangesTheRecordOfWhatIsWantedRunning(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.signal() instanceof WorkloadSignal.Seen seen
                    && step.before().desired() == Desired.RUNNING
                    && WorkloadLifecycle.isOldNews(step.before(), seen.report())) {
                assertThat(step.outcome()).isInstanceOf(Outcome.Unchanged.class);
            }
        }
    }

    @Property
    void sameReportTwiceChangesNothingTheSecondTime(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.signal() instanceof WorkloadSignal.Seen && step.after().isPresent()) {
                Outcome again = WorkloadLifecycle.on(
                        step.after().get(), step.signal(), step.now().plusSeconds(1));
                assertThat(again).isInstanceOf(Outcome.Unchanged.class);
            }
        }
    }

    @Property
    void sinceMovesExactlyWithStatusAndRun(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            if (step.after().isPresent()) {
                Workload before = step.before();
                Workload after = step.after().get();
                boolean entered =
                        after.status() != before.status() || !after.runId().equals(before.runId());
                assertThat(after.observed().since())
                        .isEqualTo(entered ? step.now() : before.observed().since());
            }
        }
    }

    @Property
    void newLeaderSeesToWhatIsUnderWayAndToNothingElse(@ForAll Walk walk) {
        for (Workload record : walk.records()) {
            List<WorkloadEffect> effects = WorkloadLifecycle.resume(record).stream()
                    .filter(effect -> !(effect instanceof ProveLater))
                    .toList();
            Optional<NodeId> node = record.nodeId();
            Class<?> wanted = null;
            if (record.desired() == Desired.DELETED) {
                wanted = RemoveContainer.class;
            } else if (record.status().isTerminal()) {
                wanted = record.run().outputDue() && node.isPresent() ? TakeLogs.class : null;
            } else if (record.desired() == Desired.STOPPED) {
                wanted = StopContainer.class;
            } else if (WorkloadScenes.nameOf(record).equals("waiting") || record.status() == WorkloadStatus.MISSING) {
                wanted = RetryLater.class;
            } else if (record.status() == WorkloadStatus.PENDING) {
                wanted = FindPlacement.class;
            } else if (isOrdered(record)) {
                wanted = RunContainer.class;
            }
            assertThat(effects).hasSize(wanted == null || (wanted == RemoveContainer.class && node.isEmpty()) ? 0 : 1);
            assertThat(effects).allMatch(wanted == null ? effect -> false : wanted::isInstance);
        }
    }

    /**
     * Whoever waits for a change to prove itself is told in the end, also by a leader that has only just come. What is not
     * well yet says itself what becomes of it.
     */
    @Property
    void whatIsBeingProvedIsWaitedForAsLongAsItsNodeIsThere(@ForAll Walk walk) {
        for (Workload record : walk.records()) {
            boolean isWaitedFor = record.versions().isProving()
                    && (record.status() == WorkloadStatus.PENDING
                            || (record.status() == WorkloadStatus.RUNNING
                                    && record.observed().isWell()));
            assertThat(WorkloadLifecycle.resume(record).stream().anyMatch(ProveLater.class::isInstance))
                    .isEqualTo(isWaitedFor);
        }
    }

    /** What is held beside what is asked for is never more than was held, and nothing once its container is gone. */
    @Property
    void whatIsHeldForAReplacedContainerIsGivenBack(@ForAll Walk walk) {
        for (Taken step : walk.taken()) {
            Held also = step.after().map(after -> after.versions().alsoHeld()).orElse(Held.NOTHING);
            assertThat(step.before().held().or(also)).isEqualTo(step.before().held());
            Optional<Workload> settled = step.after()
                    .filter(after -> !after.versions().isProving()
                            && after.versions().change().isPresent()
                            && after.versions().isOfContainer()
                            && after.observed().containerId().isPresent());
            if (settled.isPresent() && !step.after().equals(Optional.of(step.before()))) {
                assertThat(also).isEqualTo(Held.NOTHING);
            }
        }
    }

    @Property
    void everyRecordMakesSense(@ForAll Walk walk) {
        for (Workload record : walk.records()) {
            WorkloadStatus status = record.status();
            assertThat(WorkloadScenes.reachable(record.desired())).containsKey(WorkloadScenes.nameOf(record));
            if (!status.isTerminal()) {
                assertThat(record.nodeId().isEmpty()).isEqualTo(status == WorkloadStatus.PENDING);
            }
            Optional<Integer> code = record.observed().exitCode();
            Reason reason = record.observed().reason();
            if (reason == Reason.COMPLETED) {
                assertThat(code).hasValue(0);
            }
            if (reason == Reason.EXITED_WITH_ERROR || reason == Reason.OUT_OF_MEMORY) {
                assertThat(code).get().isNotEqualTo(0);
            }
            assertThat(record.observed().message()).isNotBlank();
        }
    }

    /** Whether its container may never have been made. */
    private static boolean isOrdered(Workload record) {
        return switch (record.status()) {
            case SCHEDULED, PULLING, STARTING -> true;
            case UNKNOWN, LOST ->
                record.observed().startedAt().isEmpty()
                        || record.observed().startedAt().equals(record.run().previousStart());
            default -> false;
        };
    }

    private static boolean isUndone(Taken step) {
        return step.after()
                .filter(after ->
                        after.versions().current() > step.before().versions().current())
                .isPresent();
    }

    /** Given back to placement because something else has its port. */
    private static boolean isMoved(Taken step) {
        return step.signal() instanceof WorkloadSignal.Seen seen
                && seen.report().portInUse().isPresent()
                && step.before().nodeId().isPresent()
                && step.after()
                        .filter(after -> after.status() == WorkloadStatus.PENDING)
                        .isPresent();
    }

    private static boolean isNews(WorkloadSignal signal) {
        return signal instanceof WorkloadSignal.Seen
                || signal instanceof WorkloadSignal.Absent
                || signal instanceof WorkloadSignal.NodeSilent
                || signal instanceof WorkloadSignal.NodeLost
                || signal instanceof WorkloadSignal.OrderDelayed
                || signal instanceof WorkloadSignal.LogsTaken
                || signal instanceof WorkloadSignal.Unplaceable;
    }
}
