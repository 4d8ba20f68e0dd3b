package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.typed.ActorRef;
import dev.persys.model.Node;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a node's writer makes of what is heard of the node, and of silence. */
final class NodeActorLivenessTest extends NodeActorFixture {
    @Test
    void beatsAreWrittenSeldomAndKnownAtOnce() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        agent.receiveMessage();
        committed();

        for (int i = 1; i <= 9; i++) {
            bench.pass(Duration.ofSeconds(30));
            beat(actor, FREE);
            assertThat(heard().lastHeartbeat()).isEqualTo(bench.now());
        }
        assertThat(bench.store.committed()).hasSize(1);

        bench.pass(Duration.ofSeconds(30));
        beat(actor, FREE);
        assertThat(committed().last().value().available()).isEqualTo(FREE);
        assertThat(bench.store.committed()).hasSize(2);
    }

    @Test
    void silenceMakesSuspectThenInactiveAndABeatMakesActive() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);

        bench.pass(Duration.ofSeconds(91));
        checkSilence(actor);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);
        bench.pass(Duration.ofMinutes(10));
        checkSilence(actor);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.INACTIVE);
        beat(actor, FREE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void agentWhoseEngineIsAwayGetsNothingNewUntilItAnswers() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);

        beat(actor, FREE, true);
        Node suspect = committed().last().value();
        assertThat(suspect.status()).isEqualTo(NodeStatus.SUSPECT);
        assertThat(suspect.reason()).isEqualTo(NodeReason.ENGINE_AWAY);
        beat(actor, FREE, true);
        assertThat(heard().status()).isEqualTo(NodeStatus.SUSPECT);
        beat(actor, FREE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void nodeIsSchedulableOnlyOnceACallToItHasSucceeded() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        assertThat(committed().last().value().isSchedulable()).isFalse();
        beat(actor, FREE);
        assertThat(heard().isSchedulable()).as("a beat is no call to it").isFalse();

        actor.tell(NodeActor.CallsWork.INSTANCE);

        assertThat(committed().last().value().isSchedulable()).isTrue();
    }

    @Test
    void nodeThatBeatsAndTakesNoOrdersIsSuspectAfterTenSecondsWithWhatItAnswered() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);

        actor.tell(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, "10.0.0.9:8086 answered 401: unauthenticated"));
        handled(actor);
        bench.pass(Duration.ofMillis(9_999));
        beat(actor, FREE);
        assertThat(heard().status()).isEqualTo(NodeStatus.ACTIVE);
        bench.pass(Duration.ofMillis(1));

        Node suspect = committed().last().value();
        assertThat(suspect.status()).isEqualTo(NodeStatus.SUSPECT);
        assertThat(suspect.reason()).isEqualTo(NodeReason.ORDERS_REFUSED);
        assertThat(suspect.message()).isEqualTo("10.0.0.9:8086 answered 401: unauthenticated");
        link.fishForMessage(
                Duration.ofSeconds(3),
                told -> told == AgentLink.GiveUp.INSTANCE
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        beat(actor, FREE);
        assertThat(heard().status()).as("beats alone do not help").isEqualTo(NodeStatus.SUSPECT);
        actor.tell(NodeActor.CallsWork.INSTANCE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void nodeThatBeatsTooOftenIsNotCalledForEachBeat() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        link.expectMessageClass(AgentLink.ReportTo.class);
        link.expectMessageClass(AgentLink.Heard.class);

        for (int i = 0; i < 100; i++) {
            beat(actor, FREE);
        }
        link.expectMessageClass(AgentLink.Heard.class);
        link.expectNoMessage(Duration.ZERO);
        bench.pass(Duration.ofSeconds(30));
        beat(actor, FREE);

        link.expectMessageClass(AgentLink.Heard.class);
    }

    @Test
    void silenceThatIsNoticedLateCountsFromItsBeginning() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "no answer to an order"));
        handled(actor);
        bench.pass(Duration.ofSeconds(2));
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "silent", Duration.ofSeconds(6)));
        handled(actor);

        bench.pass(Duration.ofMillis(3_999));
        beat(actor, FREE);
        assertThat(heard().status()).isEqualTo(NodeStatus.ACTIVE);
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "closed"));
        handled(actor);
        bench.pass(Duration.ofMillis(1));

        Node suspect = committed().last().value();
        assertThat(suspect.status()).isEqualTo(NodeStatus.SUSPECT);
        assertThat(suspect.message()).isEqualTo("closed");
    }

    @Test
    void timerThatIsEarlyByTheTickerIsSetOnceMore() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "no connection"));
        handled(actor);

        bench.standStill(Duration.ofMillis(-1));
        bench.pass(Duration.ofSeconds(10));
        handled(actor);
        bench.pass(Duration.ofMillis(1));

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);
    }

    @Test
    void troubleThatPassesInTimeIsNotTold() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        int written = bench.store.attempts();

        for (int i = 0; i < 5; i++) {
            actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "no connection"));
            handled(actor);
            bench.pass(Duration.ofSeconds(9));
            actor.tell(NodeActor.CallsWork.INSTANCE);
            handled(actor);
            bench.pass(Duration.ofSeconds(9));
        }

        beat(actor, FREE);
        assertThat(heard().status()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(bench.store.attempts()).isEqualTo(written);
    }

    @Test
    void beatsAreHeardAndAnsweredWhileTheStoreIsAwayAndNobodyIsSuspectForThat() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        bench.store.nextCommits(key -> true, Fate.HELD);
        request(actor, NodeAction.DRAIN, Optional.empty());
        await().until(() -> bench.store.heldCommits() == 1);

        for (int i = 0; i < 40; i++) {
            bench.pass(Duration.ofSeconds(30));
            checkSilence(actor);
            beat(actor, FREE);
            assertThat(heard().lastHeartbeat()).isEqualTo(bench.now());
        }
        bench.store.releaseHeld();

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
        int written = bench.store.attempts();
        checkSilence(actor);
        beat(actor, FREE);
        assertThat(heard().status()).isEqualTo(NodeStatus.DRAINING);
        assertThat(bench.store.attempts()).isEqualTo(written);
    }

    @Test
    void silenceDuringAStoreOutageIsToldAfterIt() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        bench.store.nextCommits(key -> true, Fate.HELD);
        request(actor, NodeAction.DRAIN, Optional.empty());
        await().until(() -> bench.store.heldCommits() == 1);
        bench.pass(Duration.ofSeconds(91));
        checkSilence(actor);

        bench.store.releaseHeld();

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);
    }

    @Test
    void agentThatRegistersWhileTheStoreIsAwayIsNotSilent() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        bench.store.nextCommits(key -> true, Fate.HELD);
        request(actor, NodeAction.DRAIN, Optional.empty());
        await().until(() -> bench.store.heldCommits() == 1);
        bench.pass(Duration.ofSeconds(91));
        actor.tell(new NodeActor.Register(Workbench.facts("node-1", Workbench.MACHINE), agent.getRef()));
        checkSilence(actor);

        bench.store.releaseHeld();

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
    }

    @Test
    void clockThatIsSetMakesNoNodeSilentAndHidesNoSilence() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);

        handled(actor);
        bench.setClock(Duration.ofHours(11));
        checkSilence(actor);
        beat(actor, FREE);
        assertThat(heard().status()).isEqualTo(NodeStatus.ACTIVE);
        handled(actor);
        bench.setClock(Duration.ofHours(-30));
        bench.pass(Duration.ofSeconds(601));
        checkSilence(actor);

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.INACTIVE);
    }

    @Test
    void silenceIsThatOfTheLookAndNotOfTheMomentItIsJudged() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        long asked = bench.environment.ticker().nanos();

        bench.pass(Duration.ofMinutes(30));
        actor.tell(new NodeActor.CheckSilence(asked));
        beat(actor, FREE);

        assertThat(heard().status())
                .as("this process stood still for half an hour")
                .isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void takingOverWritesNothingAndCountsSilenceFromThen() {
        Instant longAgo = bench.now().minus(Duration.ofDays(7));
        ActorRef<NodeActor.Command> actor = load(stored(NodeStatus.ACTIVE, longAgo));
        handled(actor);

        bench.pass(Duration.ofSeconds(90));
        checkSilence(actor);
        actor.tell(NodeActor.CallsWork.INSTANCE);
        handled(actor);
        assertThat(bench.store.attempts())
                .as("a heartbeat that nobody heard is not written")
                .isZero();

        bench.pass(Duration.ofSeconds(1));
        checkSilence(actor);
        Node silent = committed().last().value();
        assertThat(silent.status()).isEqualTo(NodeStatus.SUSPECT);
        assertThat(silent.lastHeartbeat()).isEqualTo(longAgo);
    }

    @Test
    void nodeThatWasGoneIsGoneForTheNextLeaderUntilItBeatsAndAnswers() {
        Instant longAgo = bench.now().minus(Duration.ofDays(7));
        ActorRef<NodeActor.Command> actor = load(stored(NodeStatus.INACTIVE, longAgo));

        bench.pass(Duration.ofSeconds(60));
        checkSilence(actor);
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "no connection"));
        handled(actor);
        bench.pass(Duration.ofSeconds(10));
        handled(actor);
        assertThat(bench.store.attempts()).isZero();

        actor.tell(NodeActor.CallsWork.INSTANCE);
        beat(actor, FREE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void drainingOutlivesSilenceAndRegistration() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        request(actor, NodeAction.DRAIN, Optional.empty());
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
        reached(actor);
        bench.pass(Duration.ofSeconds(91));
        checkSilence(actor);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);

        actor.tell(new NodeActor.Register(Workbench.facts("node-1", Workbench.MACHINE), agent.getRef()));

        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.DRAINING);
    }
}
