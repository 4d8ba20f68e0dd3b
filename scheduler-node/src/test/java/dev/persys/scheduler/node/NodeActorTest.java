package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.typed.ActorRef;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeReason;
import dev.persys.model.Resources;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NodeActorTest extends NodeActorFixture {
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
    void agentThatDoesNotSayWhatItHasIsMeasuredByItsFirstBeatAndKeepsThatWhenItRegistersAgain() {
        ActorRef<NodeActor.Command> actor = register(Resources.NONE);
        assertThat(committed().last().value().facts().total()).isEqualTo(Resources.NONE);
        beat(actor, FREE);
        assertThat(committed().last().value().facts().total()).isEqualTo(FREE);

        actor.tell(new NodeActor.Register(Workbench.facts("node-1", Resources.NONE), agent.getRef()));

        assertThat(committed().last().value().facts().total()).isEqualTo(FREE);
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
}
