package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Desired;
import dev.persys.model.Excerpt;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of a workload's output, and what is answered to who deletes it. */
final class WorkloadOutputTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String TAIL = "line of output\n".repeat(100);

    private final Workload running = WorkloadScenes.reachable(Desired.RUNNING).get("running");

    @Test
    void recordHoldsTheLastLinesAndTheRestIsKeptBesideIt() {
        Outcome.Changed taken = (Outcome.Changed) taken(running, running.runId(), TAIL);

        assertThat(taken.output()).contains(TAIL);
        assertThat(taken.next()).contains(running.withLogs("line of output\n".repeat(2)));
        assertThat(taken.last().logs().length()).isLessThanOrEqualTo(Excerpt.MAX_BYTES);
    }

    @Test
    void outputOfAStartBeforeTheOneThatIsWantedComesTooLate() {
        RunId before = new RunId(running.generation(), running.run().number() - 1);

        assertThat(taken(running, before, TAIL)).isEqualTo(Outcome.nothing());
    }

    @Test
    void whoeverHasPrintedNothingStillHasNothing() {
        assertThat(taken(running, running.runId(), "")).isEqualTo(Outcome.nothing());

        Outcome.Changed emptied = (Outcome.Changed) taken(running.withLogs("old"), running.runId(), "");
        assertThat(emptied.output()).contains("");
        assertThat(emptied.last().logs()).isEmpty();
    }

    @Test
    void workloadThatGoesAtOnceIsToldOfAsWantedDeleted() {
        Workload pending = WorkloadScenes.reachable(Desired.RUNNING).get("pending");

        Outcome.Changed deleted = (Outcome.Changed)
                WorkloadLifecycle.on(pending, new WorkloadSignal.DeleteAsked(Optional.of("request-9"), false), NOW);

        assertThat(deleted.next()).isEmpty();
        assertThat(deleted.last().desired()).isEqualTo(Desired.DELETED);
        assertThat(deleted.last().requestId()).contains("request-9");
        assertThat(deleted.effects()).isEqualTo(List.of(new WorkloadEffect.ReleaseReservation(pending.id())));
    }

    private static Outcome taken(Workload workload, RunId run, String tail) {
        return WorkloadLifecycle.on(workload, new WorkloadSignal.LogsTaken(run, tail), NOW);
    }
}
