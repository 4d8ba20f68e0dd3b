package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.ContainerPhase;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the agent says of its engine, of itself and of all that it has. */
final class AgentInventoryTest extends AgentConversation {
    @Test
    void inventoryThatFailsHalfWayIsNoInventory() {
        run(Samples.run(Samples.workload(), 1));
        skipTo(ContainerPhase.RUNNING);
        // More than those who look because something happened may use up.
        for (int i = 0; i < 20; i++) {
            docker.fail("inspect", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        }
        docker.createByHand(Samples.container(id, 1));
        TestProbe<ListReply> lists = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(lists.ref()));
        assertThat(lists.receiveMessage()).isEqualTo(new ListReply.Unavailable("no answer"));
        docker.heal("inspect");
        assertThat(list().containers()).hasSize(2);
    }

    @Test
    void engineAwayIsVisibleAndWhatHappenedMeanwhileIsToldAfterwards() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        docker.goDown(new RuntimeFailure(Kind.UNAVAILABLE, "gone"));
        await(() -> !health().dockerAvailable());
        assertThat(health().detail()).contains("gone");
        agent.tell(new AgentProtocol.Run(Samples.run(Samples.workload(), 1), orders.ref()));
        assertThat(orders.receiveMessage()).isInstanceOf(OrderReply.Busy.class);
        TestProbe<ListReply> lists = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(lists.ref()));
        assertThat(lists.receiveMessage()).isInstanceOf(ListReply.Unavailable.class);
        docker.recover();
        docker.exit(id.value(), 9);
        passUntil(() -> health().dockerAvailable());
        assertThat(skipTo(ContainerPhase.EXITED).exitCode()).contains(9);
    }

    @Test
    void containersAreTakenBackAFewAtATime() {
        kit.stop(agent);
        for (int i = 0; i < 9; i++) {
            docker.createByHand(Samples.container(Samples.workload(), 1));
        }
        docker.hold("inspect");
        agent = kit.spawn(AgentGuardian.create(parts("persys.agent.listing-parallelism = 3")));
        await(() -> docker.waiting("inspect") == 3);
        docker.release("inspect");
        await(() -> health().dockerAvailable());
        assertThat(list().containers()).hasSize(9);
    }

    @Test
    void hungEngineIsNoticedByPingAndItsReturnToo() {
        docker.fail("ping", new RuntimeFailure(Kind.TIMEOUT, "no answer"));
        passUntil(() -> !health().dockerAvailable());
        passUntil(() -> health().dockerAvailable());
    }

    @Test
    void healthTellsRegistration() {
        await(() -> health().registered());
        assertThat(health().dockerAvailable()).isTrue();
    }

    @Test
    void cursorOfAListIsWhereToFollowFrom() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        ContainerList list = list();
        docker.exit(id.value(), 0);
        skipTo(ContainerPhase.EXITED);
        TestProbe<AgentEvent> late = follow(Optional.of(list.cursor()));
        assertThat(late.receiveMessage().report().phase()).isEqualTo(ContainerPhase.EXITED);
        TestProbe<EventsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.FollowEvents(Optional.of("otherboot-1"), replies.ref()));
        assertThat(replies.receiveMessage()).isInstanceOf(EventsReply.Gone.class);
    }
}
