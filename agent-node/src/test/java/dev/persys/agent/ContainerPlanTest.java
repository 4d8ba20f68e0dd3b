package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.agent.ContainerMemory.Work;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ContainerPlanTest {
    private static final WorkloadId ID = Samples.workload();
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
        assertThat(ContainerPlan.next(Work.of(run(2)).withStarted(), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(stop(2)), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(remove(2)), new Seen.Absent(), false))
                .isEqualTo(new Step.Settle());
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

    @ParameterizedTest
    @EnumSource(ContainerStatus.class)
    void everyStatusHasItsStepForEveryGoal(ContainerStatus status) {
        Seen older = new Seen.Present("c", Generation.of(1), status);
        Seen same = new Seen.Present("c", Generation.of(2), status);
        Seen newer = new Seen.Present("c", Generation.of(3), status);
        Step.Stop stop = new Step.Stop("c", Samples.end(ID, 2).grace());
        boolean isCreated = status == ContainerStatus.CREATED;
        Step end = LIVE.contains(status) ? stop : new Step.Remove("c");

        assertThat(next(run(2), older)).isEqualTo(end);
        assertThat(next(run(2), same)).isEqualTo(isCreated ? new Step.Start("c") : new Step.Settle());
        assertThat(ContainerPlan.next(Work.of(run(2)), same, true)).isEqualTo(new Step.Remove("c"));
        assertThat(next(run(2), newer)).isEqualTo(new Step.Settle());
        for (Seen seen : List.of(older, same)) {
            assertThat(next(remove(2), seen)).isEqualTo(end);
            assertThat(next(stop(2), seen))
                    .isEqualTo(LIVE.contains(status) ? stop : isCreated ? new Step.Remove("c") : new Step.Settle());
        }
        assertThat(next(stop(2), newer)).isEqualTo(new Step.Settle());
        assertThat(next(remove(2), newer)).isEqualTo(new Step.Settle());
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
                            case REFUSED, NOT_NOW, UNSTARTABLE ->
                                new Reaction.GiveUp(ContainerPhase.START_REFUSED, "no");
                            case UNAVAILABLE, TIMEOUT -> new Reaction.BackOff(failure, false);
                        });
        // An end is never given up.
        assertThat(ContainerPlan.afterFailure(new Step.Remove("c"), broke))
                .isEqualTo(new Reaction.BackOff(failure, false));
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
        Seen same = new Seen.Present("c", Generation.of(2), ContainerStatus.DEAD);
        Seen older = new Seen.Present("c", Generation.of(1), ContainerStatus.RUNNING);
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
