package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.model.Desired;
import dev.persys.model.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ForcedRemovalTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Workload running = WorkloadScenes.reachable(Desired.RUNNING).get("running");

    private static WorkloadSignal asked(boolean atOnce) {
        return new WorkloadSignal.DeleteAsked(Optional.empty(), false, atOnce);
    }

    private static List<Duration> graces(List<WorkloadEffect> effects) {
        return effects.stream()
                .filter(RemoveContainer.class::isInstance)
                .map(effect -> ((RemoveContainer) effect).grace())
                .toList();
    }

    @Test
    void whatRunsIsKilledOnlyWhereThatWasAsked() {
        Outcome.Changed forced = (Outcome.Changed) WorkloadLifecycle.on(running, asked(true), NOW);
        Outcome.Changed granted = (Outcome.Changed) WorkloadLifecycle.on(running, asked(false), NOW);

        assertThat(graces(forced.effects())).containsExactly(Duration.ZERO);
        assertThat(graces(granted.effects())).containsExactly(running.spec().stopGracePeriod());
        assertThat(forced.next()).isEqualTo(granted.next());
    }

    @Test
    void whatIsBeingDeletedCanStillBeKilled() {
        Workload deleting = ((Outcome.Changed) WorkloadLifecycle.on(running, asked(false), NOW))
                .next()
                .orElseThrow();

        assertThat(graces(((Outcome.Unchanged) WorkloadLifecycle.on(deleting, asked(true), NOW)).effects()))
                .containsExactly(Duration.ZERO);
        assertThat(WorkloadLifecycle.on(deleting, asked(false), NOW)).isEqualTo(Outcome.nothing());
    }

    @Test
    void whoTakesOverGrantsThePeriodAgain() {
        Workload deleting = ((Outcome.Changed) WorkloadLifecycle.on(running, asked(true), NOW))
                .next()
                .orElseThrow();

        assertThat(graces(WorkloadLifecycle.resume(deleting)))
                .containsExactly(running.spec().stopGracePeriod());
    }
}
