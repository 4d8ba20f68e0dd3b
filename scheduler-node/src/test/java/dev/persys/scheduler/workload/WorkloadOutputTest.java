package dev.persys.scheduler.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is kept of a workload's output, beside its record. */
final class WorkloadOutputTest {
    private static final String RECORD = Keys.workload(Workbench.ID);
    private static final String KEPT = Keys.logs(Workbench.ID);

    private final Workbench bench = new Workbench();
    private final TestProbe<Reply<WorkloadView>> operator = bench.kit.createTestProbe();
    private final ActorRef<WorkloadActor.Command> actor = scheduled();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void outputIsWrittenInTheCommitOfItsLastLines() {
        exits().accept("one\ntwo\nthree\n");

        await().until(() -> !bench.store.entries(KEPT).isEmpty());
        assertThat(bench.store.committed().get(1)).extracting(Change::key).containsExactly(RECORD, KEPT);
        assertThat(bench.store.entries(KEPT)).extracting(Entry::value).containsExactly("one\ntwo\nthree\n");
        assertThat(stored().logs()).isEqualTo("two\nthree\n");
    }

    @Test
    void outputThatIsKeptAlreadyIsNotWrittenAgain() {
        Consumer<String> first = runs();
        Consumer<String> second = exits();
        first.accept("one\ntwo\nthree\n");
        await().until(() -> !bench.store.entries(KEPT).isEmpty());
        int written = bench.store.attempts();

        second.accept("one\ntwo\nthree\n");
        delete();

        assertThat(bench.store.attempts()).isEqualTo(written + 1);
    }

    @Test
    void outputThatComesBehindANewerOneIsOld() {
        Consumer<String> first = runs();
        Consumer<String> second = exits();

        second.accept("newer\n");
        await().until(() -> !bench.store.entries(KEPT).isEmpty());
        first.accept("older\n");
        delete();

        assertThat(bench.store.committed().stream()
                        .flatMap(List::stream)
                        .filter(change ->
                                change instanceof Change.Put put && put.key().equals(KEPT))
                        .map(change -> ((Change.Put) change).value()))
                .containsExactly("newer\n");
    }

    @Test
    void deletionOfTheRecordTakesItsOutputAlongInOneCommit() {
        exits().accept("said\n");
        await().until(() -> !bench.store.entries(KEPT).isEmpty());
        delete();

        actor.tell(new WorkloadActor.Signal(new WorkloadSignal.NodeRemoved(Workbench.NODE)));

        await().until(() -> bench.store.entries(RECORD).isEmpty());
        assertThat(bench.store.entries(KEPT)).isEmpty();
        List<Change> last = bench.store.committed().get(bench.store.committed().size() - 1);
        assertThat(last.get(0)).isInstanceOf(Change.Delete.class);
        assertThat(last).extracting(Change::key).startsWith(RECORD).endsWith(KEPT);
    }

    @Test
    void outputWhoseWriteIsNotKnownIsWrittenAgainAsTheSame() {
        Consumer<String> taken = exits();
        bench.store.nextCommits(KEPT::equals, Fate.WRITTEN_UNANSWERED);
        taken.accept("said\n");
        await().until(() -> !bench.store.entries(KEPT).isEmpty());
        long revision = bench.store.entries(KEPT).get(0).revision();

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.attempts() == 3;
        });
        delete();

        assertThat(bench.store.entries(KEPT)).extracting(Entry::revision).containsExactly(revision);
    }

    private ActorRef<WorkloadActor.Command> scheduled() {
        Workload accepted = Workload.accepted(Workbench.ID, Specs.WEB, Optional.empty(), Optional.empty(), bench.now());
        Workload scheduled = accepted.placedOn(
                Workbench.NODE,
                bench.chosen(Workbench.NODE),
                Observation.of(WorkloadStatus.SCHEDULED, bench.now(), Reason.PLACED, "as loaded"));
        bench.store.plant(RECORD, RecordJson.write(scheduled));
        ActorRef<WorkloadActor.Command> begun = bench.kit.spawn(WorkloadActor.create(new WorkloadActor.Shared(
                bench.environment,
                bench.leadership,
                bench.term.getRef(),
                bench.placement.getRef(),
                new EventNumbers(bench.leadership.epoch()))));
        begun.tell(new WorkloadActor.Load(
                new Stored<>(scheduled, bench.store.entries(RECORD).get(0).revision())));
        return begun;
    }

    /** Whoever wants the output that the container had printed when it ended. */
    private Consumer<String> exits() {
        return seen(ScriptedAgents.exited(Workbench.ID, Generation.of(1), 3));
    }

    /** Whoever wants the output that it had printed when it was seen to run. */
    private Consumer<String> runs() {
        return seen(ScriptedAgents.report(Workbench.ID, Generation.of(1), ContainerPhase.RUNNING));
    }

    private Consumer<String> seen(ContainerReport report) {
        actor.tell(new WorkloadActor.Signal(new WorkloadSignal.Seen(Workbench.NODE, report)));
        while (true) {
            if (bench.term.receiveMessage() instanceof WorkloadNews.LogsWanted wanted) {
                return wanted.taken();
            }
        }
    }

    private void delete() {
        operator(new WorkloadSignal.DeleteAsked(Optional.empty(), false));
    }

    private void operator(WorkloadSignal.Request request) {
        actor.tell(new WorkloadActor.Request(request, Optional.empty(), operator.getRef()));
        assertThat(operator.receiveMessage()).isInstanceOf(Reply.Ok.class);
    }

    private Workload stored() {
        return RecordJson.workload(bench.store.entries(RECORD).get(0).value());
    }
}
