package dev.persys.lifecycle;

import static dev.persys.lifecycle.WorkloadScenes.FITS;
import static dev.persys.lifecycle.WorkloadScenes.FITS_NOT;
import static dev.persys.lifecycle.WorkloadScenes.HERE;
import static dev.persys.lifecycle.WorkloadScenes.NOW;
import static dev.persys.lifecycle.WorkloadScenes.THERE;
import static dev.persys.lifecycle.WorkloadScenes.accepted;
import static dev.persys.lifecycle.WorkloadScenes.after;
import static dev.persys.lifecycle.WorkloadScenes.seen;
import static dev.persys.lifecycle.WorkloadScenes.withImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.HoldReservation;
import dev.persys.lifecycle.WorkloadEffect.ProveLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.StopContainer;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Held;
import dev.persys.model.ProofTerms;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a workload whose specification is changed, until that has proved itself or is undone. */
final class ChangedSpecTest {
    private static final ProofTerms NEVER = new ProofTerms(false, Duration.ofSeconds(5));

    private final Workload running = WorkloadScenes.reachable(Desired.RUNNING).get("running");
    private final WorkloadSpec first = running.spec();
    private final WorkloadSpec second = withImage(first, "nginx:2");
    private final Workload changed = after(running, to(second));

    private static WorkloadSignal to(WorkloadSpec spec) {
        return to(spec, ProofTerms.USUAL);
    }

    private static WorkloadSignal to(WorkloadSpec spec, ProofTerms terms) {
        return new WorkloadSignal.ChangeAsked(spec, terms, Optional.of("request 2"), Optional.empty());
    }

    private static Outcome.Changed on(Workload workload, WorkloadSignal signal) {
        return (Outcome.Changed) WorkloadLifecycle.on(workload, signal, NOW);
    }

    private static SpecChange change(Workload workload) {
        return workload.versions().change().orElseThrow();
    }

    @Test
    void whatRunsGetsANewContainerWhereItIs() {
        Outcome.Changed outcome = on(running, to(second));

        Workload next = outcome.last();
        assertThat(next.spec()).isEqualTo(second);
        assertThat(next.nodeId()).contains(HERE);
        assertThat(next.generation()).isEqualTo(running.generation().next());
        assertThat(next.status()).isEqualTo(WorkloadStatus.SCHEDULED);
        assertThat(next.versions().current()).isEqualTo(2);
        assertThat(next.versions().isOfContainer()).isTrue();
        assertThat(change(next).state()).isEqualTo(SpecChange.State.PROVING);
        assertThat(change(next).before()).contains(first);
        assertThat(outcome.effects()).containsExactly(new HoldReservation(next), new RunContainer(next));
    }

    private Workload moved() {
        return after(
                running,
                ((WorkloadSignal.ChangeAsked) to(second)).on(new WorkloadSignal.Placed(THERE, WorkloadScenes.FITS)));
    }

    @Test
    void whatIsMovedGetsItsContainerThereAndTheOldOneGoes() {
        WorkloadSignal.ChangeAsked asked =
                ((WorkloadSignal.ChangeAsked) to(second)).on(new WorkloadSignal.Placed(THERE, WorkloadScenes.FITS));

        Outcome.Changed outcome = on(running, asked);

        Workload next = outcome.last();
        assertThat(next.nodeId()).contains(THERE);
        assertThat(next.generation()).isEqualTo(running.generation().next());
        assertThat(next.held()).isEqualTo(Held.of(second));
        assertThat(change(next).movedFrom()).contains(HERE);
        assertThat(outcome.effects())
                .containsExactly(new HoldReservation(next), new RunContainer(next), WorkloadLifecycle.remove(running));
    }

    @Test
    void whatWasMovedAndIsNoGoodGoesBackToWhereItWas() {
        Workload moved = moved();
        ContainerReport refused = WorkloadScenes.report(moved.runId(), ContainerPhase.PULL_FAILED, 0);

        Outcome.Changed outcome = on(moved, new WorkloadSignal.Seen(THERE, refused));

        Workload back = outcome.last();
        assertThat(back.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(back.spec()).isEqualTo(first);
        assertThat(back.nodeId()).isEmpty();
        assertThat(change(back).state()).isEqualTo(SpecChange.State.UNDONE);
        assertThat(outcome.effects()).contains(new FindPlacement(back, Optional.of(HERE)));
        assertThat(outcome.effects().get(0))
                .isEqualTo(WorkloadLifecycle.remove(moved.changed(first, moved.versions(), moved.requestId())));
    }

    @Test
    void furtherChangeOfWhatWasMovedGoesBackToTheFirstNodeToo() {
        Workload further = after(moved(), to(withImage(first, "nginx:3")));

        assertThat(change(further).before()).contains(first);
        assertThat(change(further).movedFrom()).contains(HERE);
    }

    @Test
    void whileItIsReplacedWhatTheOldContainerHasIsHeldAsWell() {
        Workload large = after(running, to(wanting(new Resources(50, 900))));

        assertThat(large.held().resources())
                .isEqualTo(new Resources(first.resources().cpuMillis(), 900));

        Workload proved = after(after(large, seen(large, ContainerPhase.RUNNING, 0)), proved(large));
        assertThat(proved.held()).isEqualTo(Held.of(large.spec()));
    }

    private WorkloadSpec wanting(Resources resources) {
        return new WorkloadSpec(
                first.name(),
                first.type(),
                first.image(),
                first.command(),
                first.args(),
                first.entrypoint(),
                first.envVars(),
                resources,
                first.limits(),
                first.ports(),
                first.volumes(),
                first.network(),
                first.user(),
                first.workingDir(),
                first.restartPolicy(),
                first.labels(),
                first.constraints(),
                first.stopGracePeriod(),
                first.pullPolicy(),
                first.registryCredentials(),
                first.healthCheck());
    }

    private static WorkloadSignal proved(Workload workload) {
        return new WorkloadSignal.Proved(workload.runId());
    }

    @Test
    void itIsStableOnceItHasRunForLongEnough() {
        Outcome.Changed runs = on(changed, seen(changed, ContainerPhase.RUNNING, 0));
        assertThat(runs.effects()).contains(new ProveLater(changed.runId(), Duration.ofSeconds(5)));

        Workload stable = on(runs.last(), proved(changed)).last();

        assertThat(change(stable).state()).isEqualTo(SpecChange.State.STABLE);
        assertThat(stable.spec()).isEqualTo(second);
        assertThat(stable.status()).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(WorkloadLifecycle.resume(stable)).isEmpty();
    }

    @Test
    void theTimeOfARunBeforeSaysNothing() {
        Workload runs = after(changed, seen(changed, ContainerPhase.RUNNING, 0));

        assertThat(WorkloadLifecycle.on(runs, proved(running), NOW)).isEqualTo(Outcome.nothing());
        assertThat(WorkloadLifecycle.on(changed, proved(changed), NOW)).isEqualTo(Outcome.nothing());
    }

    @ParameterizedTest
    @CsvSource({
        "EXITED, exited with code 3",
        "PULL_FAILED, cannot pull nginx:2: no such thing",
        "START_REFUSED, Docker refused to start it: no such thing",
        "UNUSABLE, Docker cannot start its container any more: no such thing",
        "RESTARTING, exited with code 3",
        "REMOVED, its container is gone from here",
        "RENAMED, its container was renamed to other by somebody and is removed"
    })
    void whatDoesNotRunForLongEnoughIsUndoneAndWhatWouldHaveFollowedIsNotSaid(ContainerPhase phase, String cause) {
        Workload runs = after(changed, seen(changed, ContainerPhase.RUNNING, 0));

        Outcome.Changed outcome = on(runs, seen(runs, phase, 3));

        Workload back = outcome.last();
        assertThat(back.spec()).isEqualTo(first);
        assertThat(back.versions().current()).isEqualTo(3);
        assertThat(back.generation()).isEqualTo(changed.generation().next());
        assertThat(back.status()).isEqualTo(WorkloadStatus.SCHEDULED);
        assertThat(change(back).state()).isEqualTo(SpecChange.State.UNDONE);
        assertThat(change(back).message()).isEqualTo("version 2 is undone: " + cause);
        assertThat(outcome.effects()).contains(new RunContainer(back));
        assertThat(outcome.effects()).noneMatch(WorkloadEffect.ReleaseReservation.class::isInstance);
        assertThat(outcome.effects()).noneMatch(WorkloadEffect.RetryLater.class::isInstance);
    }

    @Test
    void oneThatItsNodeStartedAgainUnseenIsUndoneToo() {
        Workload runs = after(changed, seen(changed, ContainerPhase.RUNNING, 0));
        WorkloadSignal.Seen again = seen(runs, ContainerPhase.RUNNING, 0);

        Workload back = on(
                        runs,
                        new WorkloadSignal.Seen(
                                HERE, again.report().ofRun(runs.run().number(), 1, 1)))
                .last();

        assertThat(change(back).state()).isEqualTo(SpecChange.State.UNDONE);
    }

    @Test
    void jobThatCompletesHasProvedItself() {
        Workload done = after(changed, seen(changed, ContainerPhase.EXITED, 0));

        assertThat(done.status()).isEqualTo(WorkloadStatus.EXITED);
        assertThat(change(done).state()).isEqualTo(SpecChange.State.STABLE);
    }

    @Test
    void whatIsNotToBeUndoneStays() {
        Workload kept = after(running, to(second, NEVER));
        Outcome.Changed outcome = on(kept, seen(kept, ContainerPhase.PULL_FAILED, 0));

        assertThat(outcome.last().spec()).isEqualTo(second);
        assertThat(change(outcome.last()).state()).isEqualTo(SpecChange.State.KEPT);
        assertThat(change(outcome.last()).message()).contains("cannot pull");
    }

    @Test
    void whatWasReplacedByNothingIsStoppedAtLast() {
        Workload once = after(accepted(RestartPolicy.NEVER), new WorkloadSignal.Placed(HERE, FITS));
        Workload runs = after(once, seen(once, ContainerPhase.RUNNING, 0));
        Workload kept = after(runs, to(withImage(runs.spec(), "nginx:2"), NEVER));

        Outcome.Changed outcome = on(kept, seen(kept, ContainerPhase.PULL_FAILED, 0));

        assertThat(outcome.last().status()).isEqualTo(WorkloadStatus.FAILED);
        assertThat(outcome.effects()).hasAtLeastOneElementOfType(StopContainer.class);
    }

    @Test
    void secondChangeIsUndoneToWhatWasBeforeTheFirst() {
        Workload twice = after(changed, to(withImage(first, "nginx:3")));
        Workload back = after(twice, seen(twice, ContainerPhase.PULL_FAILED, 0));

        assertThat(twice.versions().current()).isEqualTo(3);
        assertThat(change(twice).from()).isEqualTo(1);
        assertThat(back.spec()).isEqualTo(first);
        assertThat(back.versions().current()).isEqualTo(4);
    }

    @Test
    void silentNodeUndoesNothingAndTheTimeBeginsAnew() {
        Workload runs = after(changed, seen(changed, ContainerPhase.RUNNING, 0));
        Workload away = after(runs, new WorkloadSignal.NodeSilent(HERE, "no heartbeat"));
        assertThat(WorkloadLifecycle.on(away, proved(runs), NOW)).isEqualTo(Outcome.nothing());

        Outcome.Changed there = on(away, seen(away, ContainerPhase.RUNNING, 0));

        assertThat(change(there.last()).state()).isEqualTo(SpecChange.State.PROVING);
        assertThat(there.effects()).contains(new ProveLater(runs.runId(), Duration.ofSeconds(5)));
        assertThat(WorkloadLifecycle.resume(there.last()))
                .containsExactly(new ProveLater(runs.runId(), Duration.ofSeconds(5)));
    }

    @Test
    void changeOfWhatIsAwayIsOrderedWhenItsNodeComesBack() {
        Workload away = after(WorkloadScenes.reachable(Desired.RUNNING).get("unknown"), to(second));

        assertThat(away.status()).isEqualTo(WorkloadStatus.UNKNOWN);
        assertThat(away.observed().message()).contains("does not answer");
        assertThat(WorkloadLifecycle.on(away, new WorkloadSignal.Absent(HERE), NOW))
                .isEqualTo(new Outcome.Unchanged(List.of(new RunContainer(away))));
    }

    @Test
    void oldContainerIsEndedByTheOrderForTheNewOneAndByNothingElse() {
        assertThat(WorkloadLifecycle.on(changed, seen(running, ContainerPhase.RUNNING, 0), NOW))
                .isEqualTo(new Outcome.Unchanged(List.of(new RunContainer(changed))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "exited", "pending", "held"})
    void whatHasEndedIsStartedByItAndHasNothingToGoBackTo(String state) {
        Workload ended = WorkloadScenes.reachable(Desired.RUNNING).get(state);
        Outcome.Changed outcome = on(ended, to(second));
        Workload waits = outcome.last();
        assertThat(waits.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(outcome.effects())
                .contains(
                        new FindPlacement(waits, ended.containerNode()),
                        new ProveLater(waits.runId(), Proof.PLACEMENT_PATIENCE));

        Workload placed = after(waits, new WorkloadSignal.Placed(HERE, FITS));
        assertThat(placed.generation()).isEqualTo(ended.generation().next());
        Workload kept = after(placed, seen(placed, ContainerPhase.PULL_FAILED, 0));

        assertThat(kept.spec()).isEqualTo(second);
        assertThat(change(kept).message()).contains("nothing to go back to");
    }

    @Test
    void whatIsStoppedStaysSoAndStartsByTheNewOne() {
        Workload stopped = WorkloadScenes.reachable(Desired.STOPPED).get("stopped");
        Outcome.Changed outcome = on(stopped, to(second));
        assertThat(outcome.last().status()).isEqualTo(WorkloadStatus.STOPPED);
        assertThat(outcome.effects()).isEmpty();
        assertThat(change(outcome.last()).state()).isEqualTo(SpecChange.State.KEPT);

        Workload started = after(outcome.last(), new WorkloadSignal.StartAsked(Optional.empty()));
        Workload placed = after(started, new WorkloadSignal.Placed(HERE, FITS));

        assertThat(placed.generation()).isEqualTo(stopped.generation().next());
        assertThat(placed.versions().isOfContainer()).isTrue();
    }

    @Test
    void whatFitsNowhereForAMinuteIsUndone() {
        Workload waits = after(changed, new WorkloadSignal.NodeRemoved(HERE));
        Workload unfit = after(waits, new WorkloadSignal.Unplaceable(FITS_NOT));
        assertThat(change(unfit).state()).isEqualTo(SpecChange.State.PROVING);

        Outcome.Changed outcome = on(unfit, proved(unfit));

        assertThat(change(outcome.last()).message())
                .isEqualTo("version 2 is undone: none of 2 nodes fits: 2 with less than 0.1 cores free");
        assertThat(outcome.last().spec()).isEqualTo(first);
        assertThat(outcome.last().status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(outcome.effects()).containsExactly(new FindPlacement(outcome.last(), Optional.empty()));
        Workload elsewhere = after(outcome.last(), new WorkloadSignal.Placed(THERE, FITS));
        assertThat(elsewhere.held()).isEqualTo(Held.of(first));
    }

    /** Else it would wait for room for the container that was replaced as well, which is nowhere any more. */
    @Test
    void whatStaysAndWaitsIsLookedForAnewWithoutWhatWasHeldBeside() {
        Workload kept = after(running, to(wanting(new Resources(50, 64)), NEVER));
        Workload waits = after(kept, new WorkloadSignal.NodeRemoved(HERE));
        Workload unfit = after(waits, new WorkloadSignal.Unplaceable(FITS_NOT));

        Outcome.Changed outcome = on(unfit, proved(unfit));

        assertThat(change(outcome.last()).state()).isEqualTo(SpecChange.State.KEPT);
        assertThat(outcome.last().held()).isEqualTo(Held.of(unfit.spec()));
        assertThat(outcome.effects()).containsExactly(new FindPlacement(outcome.last(), Optional.empty()));
    }

    @Test
    void whoeverStopsOrDeletesItEndsTheProof() {
        Workload stopping = after(changed, new WorkloadSignal.StopAsked(Optional.empty()));
        assertThat(change(stopping).state()).isEqualTo(SpecChange.State.KEPT);
        assertThat(stopping.spec()).isEqualTo(second);
        Workload going = after(changed, new WorkloadSignal.DeleteAsked(Optional.empty(), false));
        assertThat(change(going).state()).isEqualTo(SpecChange.State.KEPT);
        Workload again = after(changed, new WorkloadSignal.RestartAsked(Optional.empty()));
        assertThat(change(again).state()).isEqualTo(SpecChange.State.PROVING);
    }

    @Test
    void sameSpecificationTouchesNothingInAnyState() {
        for (Desired desired : List.of(Desired.RUNNING, Desired.STOPPED)) {
            WorkloadScenes.reachable(desired)
                    .values()
                    .forEach(state -> assertThat(WorkloadLifecycle.on(state, to(state.spec()), NOW))
                            .isEqualTo(Outcome.nothing()));
        }
    }

    @Test
    void nameIsForEverAndWhatGoesIsNotChanged() {
        WorkloadSpec other = WorkloadSpec.of("other", "nginx");
        assertThat(WorkloadLifecycle.on(running, to(other), NOW))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.detail()).contains("/name", "\"web\"", "\"other\""));
        Workload going = after(running, new WorkloadSignal.DeleteAsked(Optional.empty(), false));
        assertThat(WorkloadLifecycle.on(going, to(second), NOW)).isInstanceOf(Outcome.Refused.class);
    }
}
