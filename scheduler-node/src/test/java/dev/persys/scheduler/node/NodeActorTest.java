package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.NodeView;
import dev.persys.api.RegisterResponse;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
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

        bench.pass(Duration.ofSeconds(91));
        actor.tell(NodeActor.CheckSilence.INSTANCE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);
        bench.pass(Duration.ofMinutes(10));
        actor.tell(NodeActor.CheckSilence.INSTANCE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.INACTIVE);
        beat(actor, FREE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void agentWhoseEngineIsAwayGetsNothingNewUntilItAnswers() {
        ActorRef<NodeActor.Command> actor = register(Workbench.MACHINE);
        committed();

        beat(actor, FREE, true);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.SUSPECT);
        beat(actor, FREE, true);
        assertThat(heard().status()).isEqualTo(NodeStatus.SUSPECT);
        beat(actor, FREE);
        assertThat(committed().last().value().status()).isEqualTo(NodeStatus.ACTIVE);
    }

    @Test
    void takingOverDoesNotMakeANodeLookSilent() {
        Node old = NodeLifecycle.registered(
                Workbench.NODE,
                Workbench.facts("node-1", Workbench.MACHINE),
                bench.now().minusSeconds(120));
        ActorRef<NodeActor.Command> actor = begun(new NodeActor.Load(new Stored<>(old, 1)));

        actor.tell(NodeActor.CheckSilence.INSTANCE);
        beat(actor, FREE);

        assertThat(heard().status()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(bench.store.attempts()).isZero();
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
        bench.pass(Duration.ofSeconds(91));
        actor.tell(NodeActor.CheckSilence.INSTANCE);
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
        actor.tell(new NodeActor.Request(action, ifRevision, operator.getRef()));
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
