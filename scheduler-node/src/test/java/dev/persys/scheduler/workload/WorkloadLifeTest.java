package dev.persys.scheduler.workload;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.RecordJson;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a container lived that is found gone: by the ticker, and no longer than its writer has seen it. */
final class WorkloadLifeTest {
    private static final int ATTEMPTS = 3;

    private final Workbench bench = new Workbench();

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-11, 11})
    void clockThatIsSetMakesNoLifeLong(int hours) {
        ActorRef<WorkloadActor.Command> actor = running();
        bench.setClock(Duration.ofHours(hours));
        assertThat(attemptsAfterALoss(actor)).isEqualTo(ATTEMPTS + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-11, 11})
    void clockThatIsSetMakesNoLifeShort(int hours) {
        ActorRef<WorkloadActor.Command> actor = running();
        bench.pass(Duration.ofMinutes(10));
        bench.setClock(Duration.ofHours(hours));
        assertThat(attemptsAfterALoss(actor)).isEqualTo(1);
    }

    @Test
    void whatRanUnderAnotherLeaderIsNotCounted() {
        ActorRef<WorkloadActor.Command> read = running();
        bench.pass(Duration.ofMinutes(10).minusMillis(1));
        assertThat(attemptsAfterALoss(read)).isEqualTo(ATTEMPTS + 1);
    }

    private ActorRef<WorkloadActor.Command> running() {
        Workload running = Workload.accepted(Workbench.ID, Specs.WEB, Optional.empty(), Optional.empty(), bench.now())
                .placedOn(
                        Workbench.NODE,
                        bench.chosen(Workbench.NODE),
                        Observation.of(
                                        WorkloadStatus.RUNNING,
                                        bench.now().minus(Duration.ofDays(1)),
                                        Reason.CONTAINER_RUNNING,
                                        "as loaded")
                                .counting(ATTEMPTS, ATTEMPTS));
        bench.store.plant(Keys.workload(Workbench.ID), RecordJson.write(running));
        long revision = bench.store.entries(Keys.WORKLOADS).get(0).revision();
        ActorRef<WorkloadActor.Command> actor = bench.kit.spawn(WorkloadActor.create(new WorkloadActor.Shared(
                bench.environment,
                bench.leadership,
                bench.term.getRef(),
                bench.placement.getRef(),
                new EventNumbers(bench.leadership.epoch()))));
        actor.tell(new WorkloadActor.Load(new Stored<>(running, revision)));
        // Time passes only once it has read its record.
        TestProbe<Reply<Accepted>> begun = bench.kit.createTestProbe();
        actor.tell(new WorkloadActor.Repeat(begun.getRef()));
        begun.receiveMessage();
        return actor;
    }

    private int attemptsAfterALoss(ActorRef<WorkloadActor.Command> actor) {
        actor.tell(new WorkloadActor.Signal(new WorkloadSignal.Absent(Workbench.NODE)));
        while (true) {
            if (bench.term.receiveMessage() instanceof WorkloadNews.Committed committed) {
                bench.kit.stop(actor);
                return committed.last().value().observed().restartAttempts();
            }
        }
    }
}
