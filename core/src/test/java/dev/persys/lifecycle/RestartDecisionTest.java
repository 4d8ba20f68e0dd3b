package dev.persys.lifecycle;

import static dev.persys.lifecycle.WorkloadScenes.HERE;
import static dev.persys.lifecycle.WorkloadScenes.THEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Limits;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows when a container ends or disappears: by restart policy, code and count. */
final class RestartDecisionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        no             |   0 | 0 | EXITED     | COMPLETED
        no             |   1 | 0 | FAILED     | EXITED_WITH_ERROR
        on-failure     |   0 | 0 | EXITED     | COMPLETED
        on-failure     |   1 | 9 | RESTARTING | EXITED_WITH_ERROR
        on-failure:2   |   0 | 0 | EXITED     | COMPLETED
        on-failure:1   |   1 | 0 | RESTARTING | EXITED_WITH_ERROR
        on-failure:1   |   1 | 1 | FAILED     | EXITED_WITH_ERROR
        on-failure:2   |   1 | 1 | RESTARTING | EXITED_WITH_ERROR
        on-failure:2   |   1 | 2 | FAILED     | EXITED_WITH_ERROR
        always         |   0 | 9 | RESTARTING | COMPLETED
        always         | 137 | 9 | RESTARTING | EXITED_WITH_ERROR
        unless-stopped |   0 | 0 | RESTARTING | COMPLETED
        unless-stopped |   1 | 0 | RESTARTING | EXITED_WITH_ERROR
        """)
    void endedContainerIsStartedAgainByItsPolicy(
            String policy, int code, int restarts, WorkloadStatus status, Reason reason) {
        Workload running = running(policy);
        Workload after = WorkloadScenes.after(running, ended(running, code, false, restarts, THEN));
        assertThat(after.status()).isEqualTo(status);
        assertThat(after.observed().reason()).isEqualTo(reason);
        assertThat(after.observed().exitCode()).hasValue(code);
    }

    @Test
    void memoryThatRanOutIsTheReasonAndTheSentenceSaysWhatToDo() {
        Workload running = running("no");
        WorkloadSignal.Seen killed = ended(running, 137, true, 0, THEN);
        Observation observed = WorkloadScenes.after(running, killed).observed();
        assertThat(observed.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
        assertThat(observed.oomKilled()).isTrue();
        assertThat(observed.message()).contains("no memory limit", "resources.memory");
        assertThat(Sentences.ended(killed.report(), Limits.memory(256)))
                .contains("memory limit of 256 MiB", "limits.memory");
    }

    @ParameterizedTest
    @CsvSource({
        "1,exited with code 1",
        "128,exited with code 128",
        "137,'exited with code 137 (signal 9, killed)'",
        "143,exited with code 143 (signal 15)",
        "192,exited with code 192 (signal 64)",
        "193,exited with code 193"
    })
    void codeOfASignalIsSpelledOut(int code, String sentence) {
        Workload running = running("no");
        assertThat(WorkloadScenes.after(running, ended(running, code, false, 0, THEN))
                        .observed()
                        .message())
                .isEqualTo(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "on-failure", "always"})
    void missingContainerIsReplacedWhateverThePolicyBecauseItNeverEnded(String policy) {
        Workload missing = WorkloadScenes.after(running(policy), new WorkloadSignal.Absent(HERE));
        assertThat(missing.status()).isEqualTo(WorkloadStatus.MISSING);
        assertThat(WorkloadScenes.after(missing, new WorkloadSignal.RetryDue()).generation())
                .isEqualTo(missing.generation().next());
    }

    @Test
    void waitDoublesWithEveryAttemptUntilTheContainerHasLivedLongEnough() {
        Workload workload = running("always");
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
            Outcome outcome = WorkloadLifecycle.on(
                    workload, ended(workload, Duration.ofMinutes(10).minusMillis(1)), THEN);
            assertThat(delays(outcome)).containsExactly(Duration.ofSeconds(seconds));
            workload = ((Outcome.Changed) outcome).next().orElseThrow();
            workload = WorkloadScenes.after(workload, new WorkloadSignal.RetryDue());
            workload = WorkloadScenes.after(workload, starting(workload));
        }
        Outcome stable = WorkloadLifecycle.on(workload, ended(workload, Duration.ofMinutes(10)), THEN);
        assertThat(delays(stable)).containsExactly(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-100_000, 0, 100_000})
    void clockOfTheNodeSaysNothingOfHowLongAContainerLived(long secondsOff) {
        Workload workload = running("always");
        for (long seconds : new long[] {1, 2, 4}) {
            WorkloadSignal end = ended(workload, 1, false, 0, THEN.plusSeconds(secondsOff));
            Outcome outcome = WorkloadLifecycle.on(workload, end, THEN);
            assertThat(delays(outcome)).containsExactly(Duration.ofSeconds(seconds));
            workload = WorkloadScenes.after(
                    ((Outcome.Changed) outcome).next().orElseThrow(), new WorkloadSignal.RetryDue());
        }
    }

    @Test
    void lifeOfAContainerThatIsGoneIsMeasuredWhateverTheClockWasSetTo() {
        Workload running = running("always");
        ContainerReport seen =
                WorkloadScenes.seen(running, ContainerPhase.RUNNING, 0).report();
        Workload tried = WorkloadScenes.after(
                running, new WorkloadSignal.Seen(HERE, seen.ofRun(running.run().number(), 3, 3)));
        Duration stable = Duration.ofMinutes(10);
        for (Duration set : List.of(Duration.ofHours(-11), Duration.ZERO, Duration.ofHours(11))) {
            Instant now = THEN.plus(set);
            for (WorkloadSignal loss : List.of(
                    new WorkloadSignal.Absent(HERE),
                    WorkloadScenes.seen(tried, ContainerPhase.REMOVED, 0),
                    WorkloadScenes.seen(tried, ContainerPhase.RENAMED, 0))) {
                assertThat(delays(WorkloadLifecycle.on(tried, loss, now, stable.minusNanos(1))))
                        .as("%s after a short life, clock set by %s", loss, set)
                        .containsExactly(Duration.ofSeconds(8));
                assertThat(delays(WorkloadLifecycle.on(tried, loss, now, stable)))
                        .containsExactly(Duration.ofSeconds(1));
                assertThat(delays(WorkloadLifecycle.on(tried, loss, now)))
                        .as("what nobody measured is short")
                        .containsExactly(Duration.ofSeconds(8));
            }
        }
    }

    @Test
    void startAfterAnEndIsOfTheSameContainerAndCountsBothWaysOfBeingRestarted() {
        Workload running = running("on-failure:3");
        WorkloadSignal.Seen ended = WorkloadScenes.seen(running, ContainerPhase.EXITED, 1);
        Workload waiting = WorkloadScenes.after(
                running,
                new WorkloadSignal.Seen(HERE, ended.report().ofRun(running.run().number(), 7, 2)));
        Workload again = WorkloadScenes.after(waiting, new WorkloadSignal.RetryDue());
        assertThat(again.generation()).isEqualTo(running.generation());
        assertThat(again.run().number()).isEqualTo(running.run().number() + 1);
        assertThat(again.run().previousStart()).isEqualTo(ended.report().startedAt());
        assertThat(again.observed().restartCount()).isEqualTo(8);
        assertThat(again.observed().restartAttempts()).isEqualTo(3);
        assertThat(again.observed().exitCode()).hasValue(1);
    }

    @Test
    void endThatAnAgentTellsWhichDoesNotKnowTheRunKeepsTheCount() {
        Workload running = running("on-failure:2");
        WorkloadSignal.Seen restarted = WorkloadScenes.seen(running, ContainerPhase.RUNNING, 0);
        Workload twice = WorkloadScenes.after(
                running,
                new WorkloadSignal.Seen(
                        HERE, restarted.report().ofRun(running.run().number(), 2, 2)));
        WorkloadSignal.Seen ended = WorkloadScenes.seen(running, ContainerPhase.EXITED, 1);
        Workload failed = WorkloadScenes.after(
                twice, new WorkloadSignal.Seen(HERE, ended.report().ofRun(0, 0, 0)));
        assertThat(failed.status()).isEqualTo(WorkloadStatus.FAILED);
        assertThat(failed.observed().restartCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "no,START_REFUSED,FAILED,START_REFUSED",
        "no,PULL_FAILED,FAILED,IMAGE_PULL_FAILED",
        "always,START_REFUSED,RESTARTING,START_REFUSED",
        "always,PULL_FAILED,RESTARTING,IMAGE_PULL_FAILED",
        "unless-stopped,START_REFUSED,RESTARTING,START_REFUSED",
        "on-failure,START_REFUSED,RESTARTING,START_REFUSED",
        "no,UNUSABLE,RESTARTING,CONTAINER_UNUSABLE"
    })
    void whatCannotBeStartedNowIsTriedAgainWhereItsPolicyWantsItRunning(
            String policy, ContainerPhase phase, WorkloadStatus status, Reason reason) {
        Workload scheduled = WorkloadScenes.after(
                WorkloadScenes.accepted(RestartPolicy.of(policy)),
                new WorkloadSignal.Placed(HERE, WorkloadScenes.FITS));
        Workload refused = WorkloadScenes.after(scheduled, WorkloadScenes.seen(scheduled, phase, 0));
        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.observed().reason()).isEqualTo(reason);
        assertThat(refused.observed().message()).contains("no such thing");
    }

    @Test
    void startThatWasOwedWhenTheNodeFellSilentIsNotCounted() {
        Workload running = running("on-failure:1");
        WorkloadSignal ended = ended(running, Duration.ofSeconds(1));
        Workload away = WorkloadScenes.after(
                WorkloadScenes.after(running, ended), new WorkloadSignal.NodeSilent(HERE, "no heartbeat"));
        assertThat(WorkloadScenes.after(away, ended).status()).isEqualTo(WorkloadStatus.RESTARTING);
    }

    @Test
    void containerThatCannotBeStartedAnyMoreIsReplaced() {
        Workload running = running("always");
        Workload unusable = WorkloadScenes.after(running, WorkloadScenes.seen(running, ContainerPhase.UNUSABLE, 0));
        assertThat(unusable.observed().message()).endsWith("; a new one follows in 1 s");
        assertThat(WorkloadScenes.after(unusable, new WorkloadSignal.RetryDue()).generation())
                .isEqualTo(running.generation().next());
    }

    @Test
    void crashLoopForWantOfMemorySaysSoWhileItIsRestarted() {
        Workload running = running("always");
        ContainerReport report = WorkloadScenes.report(running.runId(), ContainerPhase.RESTARTING, 137);
        Workload restarting = WorkloadScenes.after(running, new WorkloadSignal.Seen(HERE, outOfMemory(report)));
        assertThat(restarting.observed().reason()).isEqualTo(Reason.OUT_OF_MEMORY);
        assertThat(WorkloadLifecycle.resume(restarting))
                .as("its node restarts it")
                .isEmpty();
    }

    @Test
    void waitOfAnyAttemptStaysWithinItsBounds() {
        for (int attempt : new int[] {-1, 0, 1, 9, 10, 63, 64, Integer.MAX_VALUE}) {
            assertThat(RestartRule.pause(attempt)).isBetween(RestartRule.FIRST, RestartRule.LONGEST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCHEDULED", "PULLING", "STARTING", "UNKNOWN", "LOST"})
    void orderWhoseContainerWasNeverSeenIsGivenAgainAndNothingIsMissing(WorkloadStatus status) {
        Workload scheduled = WorkloadScenes.after(
                WorkloadScenes.accepted(RestartPolicy.NEVER), new WorkloadSignal.Placed(HERE, WorkloadScenes.FITS));
        Workload ordered = switch (status) {
            case PULLING -> WorkloadScenes.after(scheduled, WorkloadScenes.seen(scheduled, ContainerPhase.PULLING, 0));
            case STARTING ->
                WorkloadScenes.after(scheduled, WorkloadScenes.seen(scheduled, ContainerPhase.STARTING, 0));
            case UNKNOWN -> WorkloadScenes.after(scheduled, new WorkloadSignal.NodeSilent(HERE, "no heartbeat"));
            case LOST -> WorkloadScenes.after(scheduled, new WorkloadSignal.NodeLost(HERE));
            default -> scheduled;
        };
        assertThat(ordered.status()).isEqualTo(status);
        assertThat(WorkloadLifecycle.resume(ordered)).containsExactly(new WorkloadEffect.RunContainer(ordered));
        assertThat(WorkloadLifecycle.on(ordered, new WorkloadSignal.Absent(HERE), THEN))
                .isEqualTo(new Outcome.Unchanged(List.of(new WorkloadEffect.RunContainer(ordered))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startOrderedFromANodeThatIsAwaySaysThatItDoesNotAnswer(boolean lost) {
        Workload away = WorkloadScenes.after(
                running("no"),
                lost ? new WorkloadSignal.NodeLost(HERE) : new WorkloadSignal.NodeSilent(HERE, "no heartbeat"));
        Workload restarted = WorkloadScenes.after(away, new WorkloadSignal.RestartAsked(Optional.empty()));
        assertThat(restarted.status()).isEqualTo(away.status());
        assertThat(restarted.observed().reason()).isEqualTo(away.observed().reason());
        assertThat(restarted.observed().message()).contains("here does not answer");
        assertThat(restarted.generation()).isEqualTo(away.generation());
        assertThat(restarted.run().number()).isEqualTo(away.run().number() + 1);
        assertThat(WorkloadLifecycle.resume(restarted)).containsExactly(new WorkloadEffect.RunContainer(restarted));
        assertThat(WorkloadScenes.after(restarted, WorkloadScenes.seen(restarted, ContainerPhase.RUNNING, 0))
                        .status())
                .isEqualTo(WorkloadStatus.RUNNING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "on-failure", "always"})
    void endOfAContainerForWhichANewOneIsDueChangesNothing(String policy) {
        Workload running = running(policy);
        Workload missing = WorkloadScenes.after(running, WorkloadScenes.seen(running, ContainerPhase.RENAMED, 0));
        for (int code : new int[] {0, 137}) {
            assertThat(WorkloadLifecycle.on(missing, ended(running, code, false, 0, THEN), THEN))
                    .isEqualTo(Outcome.nothing());
        }
    }

    @Test
    void renamedContainerIsRemovedBeforeAnotherFollows() {
        Workload running = running("no");
        Outcome outcome = WorkloadLifecycle.on(running, WorkloadScenes.seen(running, ContainerPhase.RENAMED, 0), THEN);
        Workload missing = ((Outcome.Changed) outcome).next().orElseThrow();
        assertThat(missing.status()).isEqualTo(WorkloadStatus.MISSING);
        assertThat(missing.observed().message())
                .isEqualTo("its container was renamed to other by somebody and is removed; a new one follows in 1 s");
        assertThat(((Outcome.Changed) outcome).effects())
                .containsExactly(
                        WorkloadLifecycle.remove(running), new WorkloadEffect.RetryLater(Duration.ofSeconds(1)));
    }

    @Test
    void sameUnplaceableAnswerTwiceWritesNothing() {
        Workload pending = WorkloadScenes.after(WorkloadScenes.accepted(RestartPolicy.NEVER), unplaceable(2, THEN));
        Outcome again = WorkloadLifecycle.on(pending, unplaceable(2, THEN.plusSeconds(9)), THEN.plusSeconds(9));
        assertThat(again).isEqualTo(Outcome.nothing());
        assertThat(WorkloadScenes.after(pending, unplaceable(3, THEN))
                        .observed()
                        .message())
                .isEqualTo("none of 3 nodes fits: 2 with less than 0.1 cores free");
    }

    @Test
    void emptyClusterIsNamedAsSuch() {
        assertThat(WorkloadScenes.after(WorkloadScenes.accepted(RestartPolicy.NEVER), unplaceable(0, THEN))
                        .observed()
                        .message())
                .contains("no node yet");
    }

    private static WorkloadSignal unplaceable(int nodes, Instant at) {
        return new WorkloadSignal.Unplaceable(new dev.persys.model.PlacementSummary(
                at,
                "best-fit",
                nodes,
                Optional.empty(),
                List.of(),
                nodes == 0 ? java.util.Map.of() : java.util.Map.of("cpu", 2)));
    }

    private static Workload running(String policy) {
        Workload scheduled = WorkloadScenes.after(
                WorkloadScenes.accepted(RestartPolicy.of(policy)),
                new WorkloadSignal.Placed(HERE, WorkloadScenes.FITS));
        return WorkloadScenes.after(scheduled, WorkloadScenes.seen(scheduled, ContainerPhase.RUNNING, 0));
    }

    /** As an agent says that it carries out the order. */
    private static WorkloadSignal starting(Workload workload) {
        Observation ordered = workload.observed();
        ContainerReport report = WorkloadScenes.report(workload.runId(), ContainerPhase.STARTING, 0);
        return new WorkloadSignal.Seen(
                HERE, report.ofRun(workload.run().number(), ordered.restartCount(), ordered.restartAttempts()));
    }

    private static WorkloadSignal.Seen ended(Workload workload, Duration life) {
        return ended(workload, 1, false, 0, THEN, life);
    }

    private static WorkloadSignal.Seen ended(Workload workload, int code, boolean oom, int restarts, Instant started) {
        return ended(workload, code, oom, restarts, started, Duration.ofSeconds(1));
    }

    /** As an agent tells it that was started anew: it knows neither run nor counts. */
    private static WorkloadSignal.Seen ended(
            Workload workload, int code, boolean oom, int restarts, Instant started, Duration life) {
        return new WorkloadSignal.Seen(
                HERE,
                new ContainerReport(
                        workload.id(),
                        workload.generation(),
                        ContainerPhase.EXITED,
                        "",
                        Optional.of("c0ffee"),
                        Optional.of(code),
                        oom,
                        restarts,
                        // Each run has a start of its own.
                        Optional.of(started.plusNanos(workload.run().number())),
                        Optional.of(started.plusNanos(workload.run().number()).plus(life)),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        restarts == 0 ? 0 : workload.run().number(),
                        restarts,
                        Optional.empty(),
                        Optional.empty()));
    }

    private static ContainerReport outOfMemory(ContainerReport report) {
        return new ContainerReport(
                report.workloadId(),
                report.generation(),
                report.phase(),
                report.message(),
                report.containerId(),
                report.exitCode(),
                true,
                report.restartCount(),
                report.startedAt(),
                report.finishedAt(),
                report.ports(),
                report.health(),
                report.progress(),
                report.run(),
                report.restartAttempts(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<Duration> delays(Outcome outcome) {
        return ((Outcome.Changed) outcome)
                .effects().stream()
                        .filter(WorkloadEffect.RetryLater.class::isInstance)
                        .map(effect -> ((WorkloadEffect.RetryLater) effect).delay())
                        .toList();
    }
}
