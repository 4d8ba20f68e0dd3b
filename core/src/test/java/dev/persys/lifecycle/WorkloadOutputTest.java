package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.lifecycle.WorkloadEffect.TakeLogs;
import dev.persys.model.ContainerPhase;
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

    @Test
    void endOfTheOutputOfWhatHasEndedIsDueUntilItIsTakenAlsoForTheNextLeader() {
        Outcome.Changed ended = (Outcome.Changed)
                WorkloadLifecycle.on(running, WorkloadScenes.seen(running, ContainerPhase.EXITED, 0), NOW);
        Workload exited = ended.last();
        TakeLogs take = new TakeLogs(WorkloadScenes.HERE, running.id(), running.runId());
        assertThat(ended.effects()).contains(take);

        assertThat(WorkloadLifecycle.resume(exited)).isEqualTo(List.of(take));

        Workload known = ((Outcome.Changed) taken(exited, exited.runId(), TAIL)).last();
        assertThat(WorkloadLifecycle.resume(known)).isEmpty();
        Workload again = WorkloadScenes.after(exited, new WorkloadSignal.StartAsked(Optional.of("request")));
        assertThat(again.run().outputDue()).isFalse();
        Workload deleted = WorkloadScenes.after(exited, new WorkloadSignal.DeleteAsked(Optional.of("request"), false));
        assertThat(WorkloadLifecycle.resume(deleted)).doesNotContain(take);
        Workload nowhere = WorkloadScenes.after(exited, new WorkloadSignal.NodeRemoved(WorkloadScenes.HERE));
        assertThat(WorkloadLifecycle.resume(nowhere)).isEmpty();
    }

    private static Outcome taken(Workload workload, RunId run, String tail) {
        return WorkloadLifecycle.on(workload, new WorkloadSignal.LogsTaken(run, tail), NOW);
    }
}
