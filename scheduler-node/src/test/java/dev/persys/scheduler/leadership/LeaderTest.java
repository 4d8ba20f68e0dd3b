package dev.persys.scheduler.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.model.Epoch;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.Readiness;
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
    void recordThatCannotBeReadIsNamedAndNothingIsServedWithoutIt() {
        bench.store.plant(Keys.workload(Workbench.ID), "{\"id\":");
        ActorRef<Leader.Command> leader = start();

        await().until(() -> readiness(leader).detail().contains("the record " + Keys.workload(Workbench.ID)));

        assertThat(schedule(leader)).isInstanceOf(Reply.Unavailable.class);
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

    private Epoch inForce() {
        return bench.store.leadership().toCompletableFuture().join().epoch();
    }
}
