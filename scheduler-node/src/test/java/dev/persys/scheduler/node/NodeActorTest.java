package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterResponse;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeActorTest {
    private static final Resources FREE = new Resources(3_000, 3_000);

    private final Workbench bench = new Workbench();
    private final NodeActor.Shared shared = new NodeActor.Shared(
            bench.environment,
            bench.leadership,
            bench.term.getRef(),
            bench.placement.getRef(),
            new EventNumbers(bench.leadership.epoch()));
    private final TestProbe<AgentLink.Command> link = bench.kit.createTestProbe();
    private final TestProbe<Reply<RegisterResponse>> agent = bench.kit.createTestProbe();
    private final TestProbe<Reply<NodeId>> beats = bench.kit.createTestProbe();
    private final TestProbe<Reply<NodeView>> operator = bench.kit.createTestProbe();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void registrationIsAnsweredWhenItIsStored() {
        bench.store.nextCommits(key -> true, Fate.HELD);
        register(Workbench.MACHINE);
        await().until(() -> bench.store.heldCommits() == 1);
        agent.expectNoMessage(Duration.ZERO);

        bench.store.releaseHeld();

        Reply<RegisterResponse> reply = agent.receiveMessage();
        assertThat(((Reply.Ok<RegisterResponse>) reply).value().epoch()).isEqualTo(bench.leadership.epoch());
        assertThat(committed().after()).isPresent();
    }

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
    void agentThatDoesNotSayWhatItHasIsMeasuredByItsFirstBeatAndKeepsThatWhenItRegistersAgain() {
        ActorRef<NodeActor.Command> actor = register(Resources.NONE);
        assertThat(committed().last().value().facts().total()).isEqualTo(Resources.NONE);
        beat(actor, FREE);
        assertThat(committed().last().value().facts().total()).isEqualTo(FREE);

        actor.tell(new NodeActor.Register(Workbench.facts("node-1", Resources.NONE), agent.getRef()));

        assertThat(committed().last().value().facts().total()).isEqualTo(FREE);
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

    @Test
    void requestForAnotherRevisionChangesNothing() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();

        request(actor, NodeAction.DRAIN, Optional.of(99L));

        assertThat(operator.receiveMessage()).isEqualTo(new Reply.PreconditionFailed<>(1));
        assertThat(bench.store.committed()).hasSize(1);
    }

    @Test
    void whoeverComesAfterADeletionAsksAgain() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        agent.receiveMessage();

        request(actor, NodeAction.DELETE, Optional.empty());

        assertThat(committed().after()).isEmpty();
        assertThat(bench.store.entries(Keys.NODES)).isEmpty();
        actor.tell(new NodeActor.Register(Workbench.facts("node-1", Workbench.MACHINE), agent.getRef()));
        assertThat(agent.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        actor.tell(NodeActor.Retire.INSTANCE);
        agent.expectTerminated(actor);
    }

    @Test
    void agentThatTakesTheNameOfANodeThatBeatsAndAnswersElsewhereIsRefused() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        agent.receiveMessage();
        reached(actor);
        NodeFacts elsewhere =
                new NodeFacts("10.6.6.6", "node-1", 8086, Workbench.MACHINE, Map.of(), "", "", "", "", "");

        actor.tell(new NodeActor.Register(elsewhere, agent.getRef()));
        Reply<RegisterResponse> refused = agent.receiveMessage();
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Reply.Conflict.class,
                        conflict -> assertThat(conflict.type()).isEqualTo("node-elsewhere"));
        assertThat(((Reply.Conflict<RegisterResponse>) refused).detail()).contains("127.0.0.1:8086");

        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "its agent has closed the stream of events"));
        actor.tell(new NodeActor.Register(elsewhere, agent.getRef()));
        assertThat(agent.receiveMessage()).as("the one there has gone").isInstanceOf(Reply.Ok.class);
    }

    @Test
    void nodeThatWorkloadsAreOnIsDeletedOnlyOnceItCountsAsGone() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();
        reached(actor);
        actor.tell(new NodeActor.CallsFail(NodeReason.UNREACHABLE, "no connection"));

        actor.tell(new NodeActor.Request(NodeAction.DELETE, 2, Optional.empty(), operator.getRef()));
        assertThat(operator.receiveMessage())
                .isInstanceOfSatisfying(
                        Reply.Conflict.class,
                        conflict -> assertThat(conflict.type()).isEqualTo("node-in-use"));
        for (int i = 0; i < 20; i++) {
            bench.pass(Duration.ofSeconds(30));
            beat(actor, FREE);
        }

        actor.tell(new NodeActor.Request(NodeAction.DELETE, 2, Optional.empty(), operator.getRef()));
        NodeNews.Committed last = committed();
        while (last.after().isPresent()) {
            last = committed();
        }
        assertThat(bench.store.entries(Keys.NODES)).isEmpty();
    }

    @Test
    void fencedWriteEndsTheTermAndTheAgentAsksAgain() {
        bench.takeOver();
        register(Workbench.MACHINE);

        assertThat(agent.receiveMessage()).isInstanceOf(Reply.Unavailable.class);
        bench.term.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof LeadershipLost
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
    }

    @Test
    void unknownWriteIsRepeatedAndWrittenOnce() {
        bench.store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED, Fate.LOST);
        register(Workbench.MACHINE);

        await().until(() -> {
            bench.pass(Duration.ofMillis(500));
            return bench.store.attempts() == 3;
        });

        assertThat(agent.receiveMessage()).isInstanceOf(Reply.Ok.class);
        assertThat(bench.store.committed()).hasSize(1);
    }

    private Node stored(NodeStatus status, Instant longAgo) {
        return NodeLifecycle.registered(Workbench.NODE, Workbench.facts("node-1", Workbench.MACHINE), longAgo)
                .withReached()
                .withStatus(status, status.isReachable() ? NodeReason.HEARTBEAT : NodeReason.SILENT, "", longAgo);
    }

    private ActorRef<NodeActor.Command> load(Node node) {
        String key = Keys.node(node.id());
        bench.store.plant(key, RecordJson.toJson(node).toString());
        long revision = bench.store.entries(key).get(0).revision();
        ActorRef<NodeActor.Command> actor = bench.kit.spawn(NodeActor.create(link.getRef(), shared));
        actor.tell(new NodeActor.Load(new Stored<>(node, revision)));
        return actor;
    }

    /** Whatever was told the actor before is handled. */
    private void handled(ActorRef<NodeActor.Command> actor) {
        request(actor, NodeAction.DRAIN, Optional.of(99L));
        assertThat(operator.receiveMessage()).isInstanceOf(Reply.PreconditionFailed.class);
    }

    private void checkSilence(ActorRef<NodeActor.Command> actor) {
        actor.tell(new NodeActor.CheckSilence(bench.environment.ticker().nanos()));
    }

    /** Its agent has been called, which is written. */
    private void reached(ActorRef<NodeActor.Command> actor) {
        actor.tell(NodeActor.CallsWork.INSTANCE);
        assertThat(committed().last().value().reached()).isTrue();
    }

    private ActorRef<NodeActor.Command> register(Resources total) {
        return begun(new NodeActor.Admit(Workbench.NODE, Workbench.facts("node-1", total), agent.getRef()));
    }

    private ActorRef<NodeActor.Command> begun(NodeActor.Command first) {
        ActorRef<NodeActor.Command> actor = bench.kit.spawn(NodeActor.create(link.getRef(), shared));
        actor.tell(first);
        return actor;
    }

    private void beat(ActorRef<NodeActor.Command> actor, Resources available) {
        beat(actor, available, false);
    }

    private void beat(ActorRef<NodeActor.Command> actor, Resources available, boolean degraded) {
        actor.tell(new NodeActor.Beat(available, degraded, beats.getRef()));
        assertThat(beats.receiveMessage()).isEqualTo(new Reply.Ok<>(Workbench.NODE));
    }

    private void request(ActorRef<NodeActor.Command> actor, NodeAction action, Optional<Long> ifRevision) {
        actor.tell(new NodeActor.Request(action, 0, ifRevision, operator.getRef()));
    }

    private NodeNews.Committed committed() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.Committed committed) {
                return committed;
            }
        }
    }

    private Node heard() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.Heard heard) {
                return heard.node().value();
            }
        }
    }
}
