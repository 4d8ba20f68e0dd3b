package dev.persys.scheduler.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.RecordJson;
import dev.persys.api.WorkloadView;
import dev.persys.model.Epoch;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Readiness;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeaderTest {
    private final Workbench bench = new Workbench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void leaderIsReadyWhenItHasTakenOver() {
        ActorRef<Leader.Command> leader = start();

        awaitReady(leader);
        assertThat(readiness(leader).detail()).isEqualTo("leading in epoch 2");
        assertThat(schedule(leader)).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void storeThatIsAwayIsAskedAgainAndRequestsAreToldSo() {
        bench.store.goAway();
        ActorRef<Leader.Command> leader = start();

        await().until(() -> readiness(leader).detail().contains("does not answer: no answer"));
        assertThat(schedule(leader)).isInstanceOf(Reply.Unavailable.class);

        bench.store.comeBack();
        bench.pass(Duration.ofMillis(500));
        awaitReady(leader);
    }

    @Test
    void storeThatGoesAwayLaterIsSeenInReadiness() {
        ActorRef<Leader.Command> leader = start();
        awaitReady(leader);

        bench.store.goAway();

        assertThat(readiness(leader)).isEqualTo(new Readiness(false, "the state store does not answer: no answer"));
        bench.store.comeBack();
        awaitReady(leader);
    }

    @Test
    void storeThatHangsKeepsNobodyFromHearingInTimeThatItDoes() {
        ActorRef<Leader.Command> leader = start();
        awaitReady(leader);
        bench.store.hang();
        TestProbe<Readiness> probe = bench.kit.createTestProbe();
        leader.tell(new Leader.Request(new SchedulerProtocol.GetReadiness(probe.getRef())));
        assertThat(get(leader, "web"))
                .isInstanceOf(Reply.NotFound.class); // Asked later, so the first is being seen to.

        bench.pass(Duration.ofMillis(900));

        assertThat(probe.receiveMessage())
                .isEqualTo(new Readiness(false, "the state store does not answer: nothing came within 700 ms"));
    }

    @Test
    void recordThatCannotBeReadIsNamedAndNothingIsServedWithoutIt() {
        bench.store.plant(Keys.workload(Workbench.ID), "{\"id\":");
        ActorRef<Leader.Command> leader = start();

        await().until(() -> readiness(leader).detail().contains("the record " + Keys.workload(Workbench.ID)));

        assertThat(schedule(leader)).isInstanceOf(Reply.Unavailable.class);
    }

    @Test
    void whoeverCannotReadTheStateDeposesNobody() {
        bench.store.plant(Keys.workload(Workbench.ID), "{\"id\":");
        Epoch other = inForce();
        ActorRef<Leader.Command> leader = start();

        await().until(() -> {
            bench.pass(Duration.ofSeconds(5));
            return bench.store.loads() >= 3;
        });

        assertThat(readiness(leader).ready()).isFalse();
        assertThat(inForce()).isEqualTo(other);
    }

    @Test
    void whatIsWrittenWhileTheStateIsTakenOverIsReadAndOtherwiseItIsReadOnce() {
        plant(1, WorkloadStatus.PENDING);
        bench.store.beforeClaims(() -> plant(2, WorkloadStatus.PENDING));
        ActorRef<Leader.Command> leader = start();
        awaitReady(leader);

        assertThat(bench.store.loads()).isEqualTo(2);
        assertThat(get(leader, id(1).value())).isInstanceOf(Reply.Ok.class);
        assertThat(get(leader, id(2).value())).isInstanceOf(Reply.Ok.class);

        bench.store.beforeClaims(() -> {});
        awaitReady(start());
        assertThat(bench.store.loads()).isEqualTo(3);
    }

    @Test
    void howFarThingsAreIsAnsweredAllTheWhileAndReadyMeansThatEveryWorkloadAnswers() {
        int many = 20_000;
        for (int i = 1; i <= many; i++) {
            plant(i, WorkloadStatus.EXITED);
        }
        ActorRef<Leader.Command> leader = start();

        int answers = 0;
        while (!readiness(leader).ready()) {
            answers++;
        }

        // Each was answered before the next was asked; were this actor's thread at work on the records, there would
        // be one or two.
        assertThat(answers).isGreaterThan(20);
        assertThat(get(leader, id(many).value())).isInstanceOf(Reply.Ok.class);
        TestProbe<Reply<WorkloadView>> probe = bench.kit.createTestProbe();
        leader.tell(new Leader.Request(new SchedulerProtocol.ChangeWorkload(
                id(many).value(),
                WorkloadAction.DELETE,
                Optional.empty(),
                new Origin("request-1", Origin.ANONYMOUS),
                probe.getRef())));
        assertThat(probe.receiveMessage()).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void fencedLeaderStepsDownAndClaimsAgainOnlyAfterTheDelay() {
        ActorRef<Leader.Command> leader = start();
        awaitReady(leader);
        Epoch other = bench.takeOver().epoch();

        assertThat(schedule(leader)).isInstanceOf(Reply.Unavailable.class);
        await().until(() -> readiness(leader).detail().startsWith("another scheduler has taken over"));
        bench.pass(Duration.ofSeconds(14));
        assertThat(readiness(leader).ready()).isFalse();
        assertThat(inForce()).isEqualTo(other);

        bench.pass(Duration.ofSeconds(1));
        awaitReady(leader);
        assertThat(other.isOlderThan(inForce())).isTrue();
    }

    @Test
    void outagesOfBeforeMakeNoLaterOneLonger() {
        bench.store.goAway();
        ActorRef<Leader.Command> leader = start();
        for (int i = 0; i < 8; i++) {
            await().until(() -> readiness(leader).detail().contains("does not answer"));
            bench.pass(bench.environment.settings().storeRetryLongest());
        }
        bench.store.comeBack();
        bench.pass(bench.environment.settings().storeRetryLongest());
        awaitReady(leader);
        bench.takeOver();
        await().until(() -> readiness(leader).detail().startsWith("another scheduler has taken over"));
        bench.store.goAway();
        bench.pass(bench.environment.settings().reclaimDelay());
        await().until(() -> readiness(leader).detail().contains("does not answer"));

        bench.store.comeBack();
        bench.pass(bench.environment.settings().storeRetry(1));

        awaitReady(leader);
    }

    @Test
    void readinessAloneFindsOutThatAnotherLeads() {
        ActorRef<Leader.Command> leader = start();
        awaitReady(leader);
        bench.takeOver();

        assertThat(readiness(leader).detail()).isEqualTo("another scheduler leads in epoch 3");

        await().until(() -> schedule(leader) instanceof Reply.Unavailable);
    }

    @Test
    void ofTwoLeadersOnOneStoreOnlyTheNewerWrites() {
        ActorRef<Leader.Command> older = start();
        awaitReady(older);
        ActorRef<Leader.Command> newer = start();
        awaitReady(newer);

        assertThat(schedule(older)).isInstanceOf(Reply.Unavailable.class);
        assertThat(schedule(newer)).isInstanceOf(Reply.Ok.class);
        assertThat(bench.store.entries(Keys.WORKLOADS)).hasSize(1);
    }

    private ActorRef<Leader.Command> start() {
        return bench.kit.spawn(Leader.create(bench.environment));
    }

    private void awaitReady(ActorRef<Leader.Command> leader) {
        await().until(() -> readiness(leader).ready());
    }

    private Readiness readiness(ActorRef<Leader.Command> leader) {
        TestProbe<Readiness> probe = bench.kit.createTestProbe();
        leader.tell(new Leader.Request(new SchedulerProtocol.GetReadiness(probe.getRef())));
        return probe.receiveMessage();
    }

    private Reply<Accepted> schedule(ActorRef<Leader.Command> leader) {
        TestProbe<Reply<Accepted>> probe = bench.kit.createTestProbe();
        leader.tell(new Leader.Request(new SchedulerProtocol.Schedule(
                Specs.WEB, Optional.empty(), new Origin("request-1", Origin.ANONYMOUS), probe.getRef())));
        return probe.receiveMessage();
    }

    private Reply<WorkloadView> get(ActorRef<Leader.Command> leader, String reference) {
        TestProbe<Reply<WorkloadView>> probe = bench.kit.createTestProbe();
        leader.tell(new Leader.Request(new SchedulerProtocol.GetWorkload(reference, probe.getRef())));
        return probe.receiveMessage();
    }

    private void plant(int number, WorkloadStatus status) {
        Workload workload = Workload.accepted(id(number), Specs.WEB, Optional.empty(), Optional.empty(), bench.now())
                .withObserved(Observation.of(status, bench.now(), Reason.COMPLETED, "as planted"));
        bench.store.plant(Keys.workload(workload.id()), RecordJson.write(workload));
    }

    private static WorkloadId id(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-9000-%012x", number));
    }

    private Epoch inForce() {
        return bench.store.leadership().toCompletableFuture().join().epoch();
    }
}
