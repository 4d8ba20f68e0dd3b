package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.ContainerReport;
import dev.persys.model.NodeReason;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.scheduler.testing.HeldAgent;
import dev.persys.scheduler.testing.Workbench;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How inventories of a node are taken. */
final class AgentLinkInventoriesTest extends AgentLinkFixture {
    @Test
    void inventorySaysNothingOfWorkloadsOfWhichNewsCameMeanwhile() throws InterruptedException {
        CompletableFuture<AgentEvent> news = new CompletableFuture<>();
        agent.connect(Source.completionStage(news));
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
        HeldAgent.Call<ContainerList> list = HeldAgent.next(agent.lists);
        news.complete(event(1));
        bench.term.expectMessageClass(NodeNews.Seen.class);

        list.answer().complete(new ContainerList("boot-1", List.of(), List.of()));

        NodeNews.InventoryTaken taken = bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        assertThat(taken.inventory().fresher()).containsExactly(Workbench.ID);
        bench.workloadMonitor.expectMessage(new WorkloadMonitor.Done(Workbench.NODE));
    }

    @Test
    void inventoryThatCannotBeTakenIsOverToo() throws InterruptedException {
        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
        HeldAgent.next(agent.lists).answer().completeExceptionally(new ConnectException());

        bench.workloadMonitor.expectMessage(new WorkloadMonitor.Done(Workbench.NODE));
        // The first that is told is what the next one shows.
        ContainerReport seen = event(1).report();
        untilListed().answer().complete(new ContainerList("boot-1", List.of(seen), List.of()));
        NodeNews.InventoryTaken taken = bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        assertThat(taken.inventory().containers()).containsExactly(seen);
    }

    @Test
    void inventoryThatIsAnsweredWhileAnOrderIsTriedSaysNothingOfOrders() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        deliver(run(1));
        order("run 1").answer().completeExceptionally(unauthenticated());
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));

        link.tell(new AgentLink.Heard(FACTS));
        HeldAgent.Call<OrderResult> probe = order("run 1");
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        probe.answer().completeExceptionally(notOurs());

        expectHealth(new NodeActor.CallsFail(NodeReason.MALFORMED_ANSWERS, NOT_OURS));
    }

    @Test
    void inventoryThatCannotBeReadIsTroubleThoughEventsCome() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);

        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
        HeldAgent.next(agent.lists).answer().completeExceptionally(notOurs());
        expectHealth(new NodeActor.CallsFail(NodeReason.MALFORMED_ANSWERS, NOT_OURS));
        link.tell(new AgentLink.Heard(FACTS));
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));

        expectHealth(NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void inventoryThatFailsOnceIsNoTroubleAndTwiceIsOne() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        for (int i = 0; i < 2; i++) {
            link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
            HeldAgent.next(agent.lists).answer().completeExceptionally(new TimeoutException("no list"));
            bench.workloadMonitor.expectMessage(new WorkloadMonitor.Done(Workbench.NODE));
        }

        expectHealth(
                new NodeActor.CallsFail(NodeReason.UNREACHABLE, "127.0.0.1:8086 gives no answer: nothing in time"));
    }

    @Test
    void inventoryOfANodeInTroubleHoldsNoPlace() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().completeExceptionally(refusedConnection());
        expectHealth(new NodeActor.CallsFail(NodeReason.UNREACHABLE, REFUSED_CONNECTION));

        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));

        bench.workloadMonitor.expectMessage(new WorkloadMonitor.Done(Workbench.NODE));
        assertThat(agent.lists).isEmpty();
    }
}
