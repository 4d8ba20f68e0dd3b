package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is on a node of a cluster that the node does not belong to any more, and what orders of that cluster come to. */
final class ForeignContainersTest extends AgentConversation {
    @Test
    void containersOfAnotherClusterAreCountedInTheListAndNotListed() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        assertThat(list().foreign()).isEmpty();

        start("persys.agent.cluster-id = other");

        assertThat(list().containers()).isEmpty();
        assertThat(list().foreign()).isEqualTo(List.of(new Foreign(Samples.CLUSTER, 1)));
    }

    @Test
    void nothingIsListedAsOursBeforeTheFirstRegistrationHasSaidWhoseWeAre() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        CompletableFuture<Void> registering = new CompletableFuture<>();
        scheduler.cluster = ClusterId.of("other");
        scheduler.first = registering;
        start();
        assertThat(listed()).isInstanceOf(ListReply.Unavailable.class);

        registering.complete(null);

        await(() -> listed() instanceof ListReply.Containers);
        assertThat(list().containers()).isEmpty();
        assertThat(list().foreign()).isEqualTo(List.of(new Foreign(Samples.CLUSTER, 1)));
    }

    @Test
    void withoutASchedulerTheContainersSayWhoseWeAre() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);
        scheduler.isAway = true;
        start();

        await(() -> listed() instanceof ListReply.Containers);
        assertThat(list().containers()).hasSize(1);
    }

    private ListReply listed() {
        TestProbe<ListReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(replies.ref()));
        return replies.receiveMessage();
    }

    @Test
    void orderOfAnOlderEpochIsToldWhichOneIsNewer() {
        run(Samples.run(id, 1, 5, Samples.IMAGE, List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING));

        OrderReply.Refused refused = refused(new AgentProtocol.Run(Samples.run(id, 2), orders.ref()));

        assertThat(refused.epoch()).contains(Epoch.of(5));
    }
}
