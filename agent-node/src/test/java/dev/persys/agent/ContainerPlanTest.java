package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.agent.ContainerMemory.Work;
import dev.persys.model.ContainerOptions;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.HostPort;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ContainerPlanTest {
    private static final WorkloadId ID = Samples.workload();
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final Set<ContainerStatus> LIVE = EnumSet.of(
            ContainerStatus.RUNNING, ContainerStatus.PAUSED, ContainerStatus.RESTARTING, ContainerStatus.UNKNOWN);

    @Test
    void whatIsUnknownIsLookedAtFirst() {
        for (Goal goal : List.of(run(2), stop(2), remove(2))) {
            assertThat(ContainerPlan.next(Work.of(goal), new Seen.Unknown(), false))
                    .isEqualTo(new Step.Look());
        }
    }

    @Test
    void absentContainerIsMadeForARunAndNothingIsDoneForAnEnd() {
        assertThat(ContainerPlan.next(Work.of(run(2)), new Seen.Absent(), false))
                .isEqualTo(new Step.Create());
        assertThat(ContainerPlan.next(Work.of(run(2)), new Seen.Absent(), true)).isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(stop(2)), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(remove(2)), new Seen.Absent(), false))
                .as("but for what was put aside")
                .isEqualTo(new Step.RemovePrevious());
    }

    @Test
    void imageIsFetchedFirstWherePolicySaysAlways() {
        Goal always = new Goal.Run(
                Samples.run(ID, 2, 1, Samples.IMAGE, List.of("x"), RestartPolicy.NEVER, PullPolicy.ALWAYS));
        assertThat(ContainerPlan.next(Work.of(always), new Seen.Absent(), false))
                .isEqualTo(new Step.Fetch());
        assertThat(ContainerPlan.next(Work.of(always).withFetched(), new Seen.Absent(), false))
                .isEqualTo(new Step.Create());
    }

    @Test
    void whatAsksForMoreIsCheckedBeforeEachStepButTheEndOfItsOwnRun() {
        Goal.Run more = new Goal.Run(Samples.touching(ID, 2, List.of(), Optional.of("host"), ContainerOptions.NONE));
        Work work = Work.of(more);
        Step.Stop stop = new Step.Stop("c", Duration.ZERO);
        Step.CheckAllowed start = new Step.CheckAllowed(Optional.of(Lanes.Lane.START));
        Step.CheckAllowed end = new Step.CheckAllowed(Optional.of(Lanes.Lane.STOP));
        Step.CheckAllowed anywhere = new Step.CheckAllowed(Optional.empty());

        assertThat(checked(new Step.Create(), work)).isEqualTo(start);
        assertThat(checked(new Step.Start("c"), work)).isEqualTo(start);
        assertThat(checked(new Step.Fetch(), work)).isEqualTo(anywhere);
        assertThat(checked(new Step.NeedImage(), work)).isEqualTo(anywhere);
        assertThat(checked(new Step.AwaitSession(), work)).isEqualTo(anywhere);
        assertThat(checked(new Step.PutAside("c"), work)).isEqualTo(end);
        assertThat(checked(stop, work)).isEqualTo(end);
        assertThat(ContainerPlan.checkedFirst(stop, true, work, Allowed.NOTHING))
                .isEqualTo(stop);
        assertThat(checked(new Step.Look(), work)).isEqualTo(new Step.Look());
        assertThat(checked(new Step.Settle(), work)).isEqualTo(new Step.Settle());
        assertThat(checked(new Step.Create(), work.withChecked(true))).isEqualTo(new Step.Create());
        assertThat(checked(new Step.Create(), work.withChecked(true).withFailure(false)))
                .as("after a pause")
                .isEqualTo(start);
        assertThat(checked(new Step.Create(), Work.of(run(2)))).isEqualTo(new Step.Create());
        assertThat(checked(stop, Work.of(stop(2)))).isEqualTo(stop);
    }

    private static Step checked(Step step, Work work) {
        return ContainerPlan.checkedFirst(step, false, work, Allowed.NOTHING);
    }

    @ParameterizedTest
    @EnumSource(ContainerStatus.class)
    void everyStatusHasItsStepForEveryGoal(ContainerStatus status) {
        Seen older = seen(1, status);
        Seen same = seen(2, status);
        Seen newer = seen(3, status);
        Step.Stop stop = new Step.Stop("c", Samples.end(ID, 2).grace());
        boolean isCreated = status == ContainerStatus.CREATED;
        Step end = LIVE.contains(status) ? stop : new Step.Remove("c");

        assertThat(ContainerPlan.next(Work.of(run(2)).withImage(), older, false))
                .isEqualTo(status == ContainerStatus.EXITED ? new Step.PutAside("c") : end);
        assertThat(next(run(2), same)).isEqualTo(isCreated ? new Step.Start("c") : new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(run(2)), same, true))
                .as("what has run holds what it wrote, and stays")
                .isEqualTo(isCreated ? new Step.Remove("c") : new Step.Settle());
        assertThat(next(run(2), newer)).isEqualTo(new Step.Settle());
        for (Seen seen : List.of(older, same)) {
            assertThat(next(remove(2), seen)).isEqualTo(end);
            assertThat(next(stop(2), seen))
                    .isEqualTo(LIVE.contains(status) ? stop : isCreated ? new Step.Remove("c") : new Step.Settle());
        }
        assertThat(next(stop(2), newer)).isEqualTo(new Step.Settle());
        assertThat(next(remove(2), newer)).isEqualTo(new Step.Settle());
    }

    @Test
    void whatRunsGoesOnUntilTheImageIsThereOfWhatTakesItsPlace() {
        Seen old = seen(1, ContainerStatus.RUNNING);
        assertThat(next(run(2), old)).isEqualTo(new Step.NeedImage());
        Work absent = Work.of(run(2));
        assertThat(ContainerPlan.afterImageCheck(absent, new Step.NeedImage(), false))
                .isEqualTo(new Reaction.Perform(new Step.Fetch()));
        assertThat(ContainerPlan.next(absent, old, true)).isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(absent.withFetched(), old, false))
                .isEqualTo(new Step.Stop("c", Samples.run(ID, 2).stopGracePeriod()));
        Duration promised = Duration.ofSeconds(77);
        assertThat(ContainerPlan.next(absent.withImage().withGrace(Optional.of(promised)), old, false))
                .isEqualTo(new Step.Stop("c", promised));
        Goal always = new Goal.Run(
                Samples.run(ID, 2, 1, Samples.IMAGE, List.of("x"), RestartPolicy.NEVER, PullPolicy.ALWAYS));
        assertThat(ContainerPlan.next(Work.of(always), old, false)).isEqualTo(new Step.Fetch());
    }

    @ParameterizedTest
    @EnumSource(value = ContainerStatus.class, names = "CREATED", mode = EnumSource.Mode.EXCLUDE)
    void containerOfAnEarlierRunIsStoppedAndStartedAndOneOfAnyOtherStartIsLeftAlone(ContainerStatus status) {
        Step again = LIVE.contains(status)
                ? new Step.Stop("c", Samples.run(ID, 2).stopGracePeriod())
                : status == ContainerStatus.EXITED ? new Step.Start("c") : new Step.Settle();
        Goal asTold = new Goal.Run(Samples.run(ID, 2).ofRun(7, Optional.of(START), 0, 0));
        assertThat(next(asTold, seen(2, status))).isEqualTo(again);
        assertThat(ContainerPlan.next(Work.of(run(2)).withBefore(Optional.of(START)), seen(2, status), false))
                .as("as this agent knows without being told")
                .isEqualTo(again);
        Goal other = new Goal.Run(Samples.run(ID, 2).ofRun(7, Optional.of(START.minusNanos(1)), 0, 0));
        assertThat(next(other, seen(2, status))).isEqualTo(new Step.Settle());
    }

    @Test
    void volumesGoAfterTheContainerWhereThatIsAsked() {
        Goal all = new Goal.Remove(Samples.endWithVolumes(ID, 2));
        assertThat(next(all, seen(2, ContainerStatus.EXITED))).isEqualTo(new Step.Remove("c"));
        Work bare = Work.of(all).withPreviousGone();
        assertThat(next(all, new Seen.Absent())).isEqualTo(new Step.RemovePrevious());
        assertThat(ContainerPlan.next(bare, new Seen.Absent(), false)).isEqualTo(new Step.RemoveVolumes());
        assertThat(ContainerPlan.next(bare.withVolumesGone(), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
        assertThat(next(all, seen(3, ContainerStatus.RUNNING))).isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(remove(2)).withPreviousGone(), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
    }

    @Test
    void whatHasRunIsPutAsideForTheOneInItsPlaceAndOtherwiseRemoved() {
        assertThat(next(run(2), seen(1, ContainerStatus.EXITED))).isEqualTo(new Step.PutAside("c"));
        for (ContainerStatus status : new ContainerStatus[] {ContainerStatus.CREATED, ContainerStatus.DEAD}) {
            assertThat(next(run(2), seen(1, status))).isEqualTo(new Step.Remove("c"));
        }
        RuntimeFailure taken = new RuntimeFailure(Kind.CONFLICT, "the name is in use");
        assertThat(ContainerPlan.afterFailure(new Step.PutAside("c"), new StepOutcome.Broke(taken, false)))
                .isEqualTo(new Reaction.Perform(new Step.Remove("c")));
        RuntimeFailure away = new RuntimeFailure(Kind.UNAVAILABLE, "no answer");
        assertThat(ContainerPlan.afterFailure(new Step.PutAside("c"), new StepOutcome.Broke(away, true)))
                .isEqualTo(new Reaction.BackOff(away, true));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void failureOfCreateIsFinalOnlyWhereAskingAgainCannotHelp(Kind kind) {
        RuntimeFailure failure = new RuntimeFailure(kind, "no");
        StepOutcome.Broke broke = new StepOutcome.Broke(failure, false);
        assertThat(ContainerPlan.afterFailure(new Step.Create(), broke))
                .isEqualTo(
                        switch (kind) {
                            case NOT_FOUND -> new Reaction.Perform(new Step.CheckImage("no"));
                            case CONFLICT -> new Reaction.Perform(new Step.LookByName());
                            case REFUSED -> new Reaction.GiveUp(ContainerPhase.START_REFUSED, "no");
                            case NOT_NOW, PORT_IN_USE, UNSTARTABLE, UNAVAILABLE, TIMEOUT ->
                                new Reaction.BackOff(failure, false);
                        });
        // An end is never given up.
        assertThat(ContainerPlan.afterFailure(new Step.Remove("c"), broke))
                .isEqualTo(new Reaction.BackOff(failure, false));
    }

    @Test
    void containerThatOnlyAnotherCanReplaceIsGivenUpSoonerAndAsThat() {
        RuntimeFailure failure = new RuntimeFailure(Kind.UNSTARTABLE, "id already in use");
        Reaction.BackOff itself = new Reaction.BackOff(failure, false);
        Work tried = Work.of(run(2)).withFailure(false);
        assertThat(ContainerPlan.beforeRetry(tried, itself, 12)).isEqualTo(itself);
        assertThat(ContainerPlan.beforeRetry(tried.withFailure(false), itself, 12))
                .isEqualTo(new Reaction.GiveUp(ContainerPhase.UNUSABLE, "id already in use (attempt 3 of 3)"));
    }

    @Test
    void portThatSomethingElseHasIsTriedAFewTimesAndToldWithItsNumber() {
        HostPort port = new HostPort(8777, Protocol.TCP);
        RuntimeFailure failure = RuntimeFailure.portInUse(port, "Docker's 330 characters");
        Reaction.BackOff itself = new Reaction.BackOff(failure, false);
        Work tried = Work.of(run(2)).withFailure(false);
        assertThat(ContainerPlan.beforeRetry(tried, itself, 12)).isEqualTo(itself);
        assertThat(ContainerPlan.beforeRetry(tried.withFailure(false), itself, 12))
                .isEqualTo(new Reaction.GiveUp(
                        ContainerPhase.START_REFUSED,
                        "port 8777/tcp is in use by something that Persys did not start (attempt 3 of 3)",
                        Optional.of(port)));
    }

    @Test
    void startIsGivenUpAfterItsAttemptsUnlessTheEngineIsAwayAndAnEndNever() {
        RuntimeFailure failure = new RuntimeFailure(Kind.TIMEOUT, "no answer");
        Reaction.BackOff itself = new Reaction.BackOff(failure, false);
        Reaction.BackOff away = new Reaction.BackOff(failure, true);
        Work tried = Work.of(run(2)).withFailure(false).withFailure(true);
        assertThat(tried.failures()).isEqualTo(2);
        assertThat(ContainerPlan.beforeRetry(tried, itself, 2))
                .isEqualTo(new Reaction.GiveUp(ContainerPhase.START_REFUSED, "no answer (attempt 2 of 2)"));
        assertThat(ContainerPlan.beforeRetry(tried, itself, 3)).isEqualTo(itself);
        assertThat(ContainerPlan.beforeRetry(tried, away, 1)).isEqualTo(away);
        assertThat(ContainerPlan.beforeRetry(Work.of(remove(2)).withFailure(false), itself, 1))
                .isEqualTo(itself);
    }

    @Test
    void whatIsStillBeingRemovedIsWaitedForAndNotLookedAtInALoop() {
        Seen same = seen(2, ContainerStatus.DEAD);
        Seen older = seen(1, ContainerStatus.RUNNING);
        assertThat(ContainerPlan.afterLook(new Step.Look(), run(2), older, false))
                .isEmpty();
        assertThat(ContainerPlan.afterLook(new Step.Look(), run(2), older, true))
                .get()
                .isInstanceOf(Reaction.BackOff.class);
        assertThat(ContainerPlan.afterLook(new Step.LookByName(), run(2), same, false))
                .isEmpty();
        assertThat(ContainerPlan.afterLook(new Step.LookByName(), run(2), same, true))
                .get()
                .isInstanceOf(Reaction.BackOff.class);
        assertThat(ContainerPlan.afterLook(new Step.LookByName(), run(2), older, false))
                .get()
                .isInstanceOf(Reaction.BackOff.class);
        assertThat(ContainerPlan.afterLook(new Step.Remove("c"), run(2), new Seen.Absent(), false))
                .isEmpty();
    }

    private static Step next(Goal goal, Seen seen) {
        return ContainerPlan.next(Work.of(goal), seen, false);
    }

    private static Seen seen(long generation, ContainerStatus status) {
        return new Seen.Present(
                "c",
                Generation.of(generation),
                status,
                status == ContainerStatus.CREATED ? Optional.empty() : Optional.of(START));
    }

    private static Goal run(long generation) {
        return new Goal.Run(Samples.run(ID, generation));
    }

    private static Goal stop(long generation) {
        return new Goal.Stop(Samples.end(ID, generation));
    }

    private static Goal remove(long generation) {
        return new Goal.Remove(Samples.end(ID, generation));
    }
}
