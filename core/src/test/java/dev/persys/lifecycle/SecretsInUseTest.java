package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerOptions;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecretsInUseTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeId NODE = NodeId.of("n1");
    private static final PlacementSummary WHY =
            new PlacementSummary(NOW, "spread", 1, Optional.empty(), List.of(), Map.of());
    private static final WorkloadSpec PLAIN = WorkloadSpec.of("web", "nginx");
    private static final WorkloadSpec SPEC = new WorkloadSpec(
            PLAIN.name(),
            PLAIN.type(),
            PLAIN.image(),
            PLAIN.command(),
            PLAIN.args(),
            PLAIN.entrypoint(),
            PLAIN.envVars(),
            PLAIN.resources(),
            PLAIN.limits(),
            PLAIN.ports(),
            PLAIN.volumes(),
            PLAIN.network(),
            PLAIN.user(),
            PLAIN.workingDir(),
            PLAIN.restartPolicy(),
            PLAIN.labels(),
            PLAIN.constraints(),
            PLAIN.stopGracePeriod(),
            PLAIN.pullPolicy(),
            PLAIN.registryCredentials(),
            PLAIN.healthCheck(),
            ContainerOptions.NONE.withSecretEnv(Map.of("PASSWORD", "db")));

    private static Workload running(Map<String, Long> given) {
        Workload placed = Workload.accepted(
                        WorkloadId.of("6f2c1f0e-0000-4000-8000-000000000001"),
                        SPEC,
                        Optional.empty(),
                        Optional.empty(),
                        NOW)
                .placedOn(NODE, WHY, seen(WorkloadStatus.RUNNING));
        return placed.withVersions(placed.versions().given(given));
    }

    private static Observation seen(WorkloadStatus status) {
        return Observation.of(status, NOW, Reason.CONTAINER_RUNNING, "it runs");
    }

    private static Workload restarted(Workload workload, Map<String, Long> current) {
        WorkloadSignal signal = new WorkloadSignal.RestartAsked(Optional.empty());
        Outcome outcome = WorkloadLifecycle.on(SecretsInUse.before(workload, signal, current), signal, NOW);
        return ((Outcome.Changed) SecretsInUse.after(workload, outcome, current))
                .next()
                .orElseThrow();
    }

    @Test
    void restartOfWhatHasTheNewestIsOfTheSameContainer() {
        Workload workload = running(Map.of("db", 3L));

        Workload next = restarted(workload, Map.of("db", 3L));

        assertThat(next.generation()).isEqualTo(workload.generation());
        assertThat(next.versions().secrets()).containsExactly(Map.entry("db", 3L));
    }

    @Test
    void restartAfterASecretHasChangedIsOfANewContainerWithTheNewOne() {
        Workload workload = running(Map.of("db", 3L));
        assertThat(SecretsInUse.isOutdated(workload, Map.of("db", 4L))).isTrue();

        Workload next = restarted(workload, Map.of("db", 4L));

        assertThat(next.generation()).isEqualTo(workload.generation().next());
        assertThat(next.versions().secrets()).containsExactly(Map.entry("db", 4L));
        assertThat(next.versions().isOfContainer()).isTrue();
        assertThat(SecretsInUse.isOutdated(next, Map.of("db", 4L))).isFalse();
    }

    @Test
    void secretThatIsGoneMakesNoContainerOld() {
        Workload workload = running(Map.of("db", 3L));

        assertThat(restarted(workload, Map.of()).generation()).isEqualTo(workload.generation());
    }

    @Test
    void versionOfWhatCameAfterTheOrderIsKnownOnceItsNodeHasTakenIt() {
        Workload workload = running(Map.of());
        Outcome waits = Outcome.Changed.to(workload.withObserved(seen(WorkloadStatus.SCHEDULED)), List.of());
        Outcome runs = Outcome.Changed.to(workload.withObserved(seen(WorkloadStatus.STARTING)), List.of());

        assertThat(SecretsInUse.after(workload, waits, Map.of("db", 5L))).isEqualTo(waits);
        assertThat(((Outcome.Changed) SecretsInUse.after(workload, runs, Map.of("db", 5L)))
                        .last()
                        .versions()
                        .secrets())
                .containsExactly(Map.entry("db", 5L));
        assertThat(SecretsInUse.after(running(Map.of("db", 3L)), Outcome.nothing(), Map.of("db", 5L)))
                .isEqualTo(Outcome.nothing());
    }

    @Test
    void whatIsSeenOfAContainerLeavesItsVersionsAsTheyAre() {
        Workload workload = running(Map.of("db", 3L));
        WorkloadSignal signal = new WorkloadSignal.StopAsked(Optional.empty());

        assertThat(SecretsInUse.before(workload, signal, Map.of("db", 4L))).isEqualTo(workload);
        assertThat(SecretsInUse.named(workload, signal)).containsExactly("db");
    }
}
