package dev.persys.lifecycle;

import static dev.persys.lifecycle.WorkloadScenes.HERE;
import static dev.persys.lifecycle.WorkloadScenes.NOW;
import static dev.persys.lifecycle.WorkloadScenes.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthStatus;
import dev.persys.model.Observation;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.Probed;
import dev.persys.model.ProofTerms;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Retry;
import dev.persys.model.RunId;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a record as its container is well or not, and when what is tried again is due. */
final class HealthDecisionTest {
    private final Workload placed = placed(OnUnhealthy.REPORT, "no");

    @ParameterizedTest
    @CsvSource({
        "starting, ContainerRunning, running; its health check has not succeeded yet, false",
        "healthy, Healthy, 'running, and its health check succeeds', true",
        "unhealthy, Unhealthy, 'running, and its health check failed 3 times in a row: no', false",
        "dozing, ContainerRunning, running, true",
        "none, ContainerRunning, running, true"
    })
    void healthIsPartOfWhatIsSeenOfARunningOne(String word, String reason, String message, boolean well) {
        Observation seen = after(placed, seen(placed, word, 3)).observed();

        assertThat(seen.status()).isEqualTo(WorkloadStatus.RUNNING);
        assertThat(seen.reason().text()).isEqualTo(reason);
        assertThat(seen.message()).isEqualTo(message);
        assertThat(seen.isWell()).isEqualTo(well);
    }

    @Test
    void onlyANewStatusOfHealthIsWritten() {
        Workload unhealthy = after(placed, seen(placed, "unhealthy", 3));

        assertThat(WorkloadLifecycle.on(unhealthy, seen(placed, "unhealthy", 300), NOW))
                .isEqualTo(Outcome.nothing());
        assertThat(unhealthy.observed().health()).contains(new Health(HealthStatus.UNHEALTHY, 3, "no"));
        Workload healthy = after(unhealthy, seen(placed, "healthy", 0));
        assertThat(healthy.observed().health()).contains(new Health(HealthStatus.HEALTHY, 0, ""));
        assertThat(healthy.observed().since()).isEqualTo(unhealthy.observed().since());
    }

    @Test
    void agentThatBeginsToCheckAnewTakesNothingBackOfARunThatGoesOn() {
        Workload healthy = after(placed, seen(placed, "healthy", 0));

        assertThat(WorkloadLifecycle.on(healthy, seen(placed, "starting", 0), NOW))
                .isEqualTo(Outcome.nothing());
        ContainerReport again = report(placed.runId(), "starting", 0, NOW);
        assertThat(after(healthy, new WorkloadSignal.Seen(HERE, again))
                        .observed()
                        .health())
                .contains(Health.starting());
    }

    @Test
    void whatDoesNotRunHasNoHealth() {
        Workload healthy = after(placed, seen(placed, "healthy", 0));

        for (ContainerPhase phase : List.of(ContainerPhase.PAUSED, ContainerPhase.RESTARTING, ContainerPhase.EXITED)) {
            assertThat(after(healthy, WorkloadScenes.seen(healthy, phase, 1))
                            .observed()
                            .health())
                    .as("%s", phase)
                    .isEmpty();
        }
        assertThat(after(healthy, new WorkloadSignal.NodeSilent(HERE, "silent"))
                        .observed()
                        .health())
                .isEmpty();
    }

    @Test
    void unhealthyOneIsOrderedAnewOnlyWhereThatIsWantedAndItsAgentDoesNotKnowItsOrder() {
        Workload restarted = placed(OnUnhealthy.RESTART, "no");
        assertThat(after(restarted, seen(restarted, "unhealthy", 3)).status())
                .as("its agent restarts it")
                .isEqualTo(WorkloadStatus.RUNNING);
        ContainerReport unknown = report(new RunId(restarted.generation(), 0), "unhealthy", 3, NOW.minusSeconds(9));
        Workload running = after(restarted, new WorkloadSignal.Seen(HERE, healthy(unknown)));

        Outcome outcome = WorkloadLifecycle.on(running, new WorkloadSignal.Seen(HERE, unknown), NOW);

        Workload next = ((Changed) outcome).next().orElseThrow();
        assertThat(((Changed) outcome).effects()).containsExactly(new WorkloadEffect.RunContainer(next));
        assertThat(next.generation()).isEqualTo(running.generation());
        assertThat(next.run().number()).isEqualTo(running.run().number() + 1);
        assertThat(next.run().previousStart()).isEqualTo(unknown.startedAt());
        assertThat(next.observed().restartCount()).isEqualTo(1);
        assertThat(after(placed, new WorkloadSignal.Seen(HERE, unknown)).status())
                .as("nobody wants that")
                .isEqualTo(WorkloadStatus.RUNNING);
    }

    @Test
    void restartsOfAnUnhealthyOneAreLimitedByItsPolicy() {
        Workload limited = placed(OnUnhealthy.RESTART, "on-failure:1");
        ContainerReport unknown = report(new RunId(limited.generation(), 0), "unhealthy", 3, NOW);
        Workload running = after(limited, new WorkloadSignal.Seen(HERE, healthy(unknown)));
        Workload tried = running.withObserved(running.observed().counting(1, 1));

        assertThat(after(running, new WorkloadSignal.Seen(HERE, unknown)).status())
                .isEqualTo(WorkloadStatus.SCHEDULED);
        assertThat(after(tried, new WorkloadSignal.Seen(HERE, unknown)).status())
                .isEqualTo(WorkloadStatus.RUNNING);
    }

    @Test
    void whoeverToldOfAnAttemptFirstSaysWhenItIsDue() {
        ContainerReport waiting = WorkloadScenes.report(placed.runId(), ContainerPhase.RESTARTING, 1)
                .trying(new Attempt(3, 5, Duration.ofSeconds(4)));
        WorkloadSignal seen = new WorkloadSignal.Seen(HERE, waiting);
        Workload first =
                ((Changed) WorkloadLifecycle.on(placed, seen, NOW)).next().orElseThrow();

        assertThat(first.observed().retry()).contains(new Retry(3, Optional.of(5), NOW.plusSeconds(4)));
        assertThat(WorkloadLifecycle.on(first, seen, NOW.plusSeconds(3))).isEqualTo(Outcome.nothing());
        WorkloadSignal later = new WorkloadSignal.Seen(HERE, waiting.trying(new Attempt(4, 5, Duration.ofSeconds(8))));
        Outcome next = WorkloadLifecycle.on(first, later, NOW.plusSeconds(9));
        assertThat(((Changed) next).next().orElseThrow().observed().retry())
                .contains(new Retry(4, Optional.of(5), NOW.plusSeconds(17)));
    }

    @Test
    void retryOfTheSchedulerSaysWhichAndWhenAndNothingIsLeftOfItOnceItRuns() {
        Workload kept = placed(OnUnhealthy.REPORT, "on-failure:2");
        Outcome ended = WorkloadLifecycle.on(kept, WorkloadScenes.seen(kept, ContainerPhase.EXITED, 1), NOW);
        Workload waiting = ((Changed) ended).next().orElseThrow();

        assertThat(waiting.observed().retry()).contains(new Retry(1, Optional.of(2), NOW.plusSeconds(1)));
        Workload ordered = after(waiting, new WorkloadSignal.RetryDue());
        assertThat(ordered.observed().retry()).isEmpty();
        Workload up = after(kept, seen(kept, "healthy", 0));
        Outcome gone = WorkloadLifecycle.on(up, new WorkloadSignal.Absent(HERE), NOW);
        assertThat(((Changed) gone)
                        .next()
                        .flatMap(next -> next.observed().retry())
                        .orElseThrow()
                        .of())
                .as("it is missing, which no policy limits")
                .isEmpty();
    }

    @Test
    void changedSpecificationIsProvedByAContainerThatIsHealthyAndUndoneByOneThatIsNot() {
        Workload running = WorkloadScenes.reachable(Desired.RUNNING).get("running");
        WorkloadSpec other = WorkloadScenes.withPolicy(running.spec(), RestartPolicy.of("always"));
        Workload changed = after(
                running,
                new WorkloadSignal.ChangeAsked(other, ProofTerms.USUAL, Optional.of("request"), Optional.empty()));
        WorkloadEffect proof = new WorkloadEffect.ProveLater(changed.runId(), ProofTerms.USUAL.stableFor());

        Changed starting = (Changed) WorkloadLifecycle.on(changed, seen(changed, "starting", 0), NOW);
        assertThat(starting.effects()).doesNotContain(proof);
        assertThat(WorkloadLifecycle.on(starting.last(), new WorkloadSignal.Proved(changed.runId()), NOW))
                .isEqualTo(Outcome.nothing());
        assertThat(WorkloadLifecycle.resume(starting.last())).doesNotContain(proof);
        Changed healthy = (Changed) WorkloadLifecycle.on(starting.last(), seen(changed, "healthy", 0), NOW);
        assertThat(healthy.effects()).contains(proof);
        Workload undone = after(starting.last(), seen(changed, "unhealthy", 3));
        assertThat(undone.versions().change().orElseThrow().state()).isEqualTo(SpecChange.State.UNDONE);
        assertThat(undone.spec()).isEqualTo(running.spec());
    }

    @Test
    void whatAContainerPrintsIsOneLineWithoutWhatATerminalObeys() {
        Health health = new Health(HealthStatus.UNHEALTHY, 1, "a\u001b[31mb\r\n\tc \u202e" + "é".repeat(400));

        assertThat(health.message()).startsWith("a [31mb c \ufffdé").doesNotContain("\u001b", "\n", "\u202e");
        assertThat(health.message().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(256);
        assertThat(new Health(health.status(), 1, health.message())).isEqualTo(health);
    }

    private static Workload placed(OnUnhealthy onUnhealthy, String policy) {
        WorkloadSpec plain = WorkloadScenes.withPolicy(WorkloadSpec.of("web", "nginx"), RestartPolicy.of(policy));
        WorkloadSpec spec = new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                plain.resources(),
                plain.limits(),
                plain.ports(),
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.constraints(),
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                Optional.of(checkOf(onUnhealthy)));
        Workload accepted =
                Workload.accepted(WorkloadScenes.ID, spec, Optional.empty(), Optional.empty(), WorkloadScenes.THEN);
        return after(accepted, new WorkloadSignal.Placed(HERE, WorkloadScenes.FITS));
    }

    private static HealthCheck checkOf(OnUnhealthy onUnhealthy) {
        return new HealthCheck(
                        Optional.of(HealthCheck.Http.of(80, "/")),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        onUnhealthy)
                .whole();
    }

    private static WorkloadSignal.Seen seen(Workload workload, String word, int failures) {
        return new WorkloadSignal.Seen(HERE, report(workload.runId(), word, failures, NOW.minusSeconds(9)));
    }

    private static ContainerReport healthy(ContainerReport report) {
        return report(report.runId(), "healthy", 0, report.startedAt().orElseThrow());
    }

    private static ContainerReport report(RunId run, String word, int failures, Instant startedAt) {
        ContainerReport plain = WorkloadScenes.report(run, ContainerPhase.RUNNING, 0);
        return new ContainerReport(
                plain.workloadId(),
                plain.generation(),
                plain.phase(),
                plain.message(),
                plain.containerId(),
                plain.exitCode(),
                false,
                0,
                Optional.of(startedAt),
                Optional.empty(),
                plain.ports(),
                Optional.of(word),
                Optional.empty(),
                run.run(),
                0,
                Optional.of(new Probed(failures, failures == 0 ? "" : "no")),
                Optional.empty());
    }
}
