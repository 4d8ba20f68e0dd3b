package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.stream.javadsl.Source;
import dev.persys.api.ContainerList;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeReason;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.scheduler.testing.HeldAgent;
import dev.persys.scheduler.testing.Workbench;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** How orders get to an agent, and what its answers to them say of it. */
final class AgentLinkOrdersTest extends AgentLinkFixture {
    @Test
    void stopThatComesWhileARunIsInFlightFollowsIt() throws InterruptedException {
        deliver(run(1));
        deliver(stop(1));
        HeldAgent.Call<OrderResult> first = order("run 1");
        assertThat(agent.orders).isEmpty();

        first.answer().complete(new OrderResult.Queued());

        order("stop 1").answer().complete(new OrderResult.Queued());
    }

    @Test
    void removalOfAnOlderGenerationNeverTakesThePlaceOfANewerRun() throws InterruptedException {
        deliver(run(2));
        deliver(remove(1));

        order("run 2").answer().completeExceptionally(new ConnectException());
        retry();

        order("run 2");
    }

    @Test
    void newerRunTakesThePlaceOfAnOlderRemovalThatWasNotTaken() throws InterruptedException {
        deliver(remove(1));
        order("remove 1").answer().completeExceptionally(new ConnectException());
        deliver(run(2));
        retry();

        order("run 2");
    }

    @Test
    void busyAgentIsAskedAgainAndARefusalIsFinal() throws InterruptedException {
        deliver(run(1));
        order("run 1").answer().complete(new OrderResult.Busy("full"));
        retry();
        order("run 1").answer().complete(new OrderResult.Refused("stale-generation", "newer is here"));
        deliver(stop(1));

        order("stop 1");
        assertThat(agent.orders).isEmpty();
    }

    @Test
    void agentThatKnowsANewerEpochMakesTheLeaderLook() throws InterruptedException {
        deliver(run(1));
        order("run 1").answer().complete(new OrderResult.Refused("stale-epoch", "9 is here", Optional.of(Epoch.of(9))));

        bench.term.fishForMessage(
                Duration.ofSeconds(3),
                message -> message.equals(new NodeNews.EpochDoubted(Workbench.NODE, Optional.of(Epoch.of(9))))
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        bench.term.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof NodeNews.OrderDelayed delayed
                                && delayed.why().equals("it refuses the order: stale-epoch, 9 is here")
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        retry();
        order("run 1");
    }

    @Test
    void agentThatIsHeardAgainGetsWhatItMissedAtOnceWhereItIsNow() throws InterruptedException {
        deliver(run(1));
        order("run 1").answer().completeExceptionally(new ConnectException());
        NodeFacts moved =
                new NodeFacts("127.0.0.2", "node-1", 8086, Workbench.MACHINE, FACTS.labels(), "", "", "", "", "");
        await().until(() -> {
            link.tell(new AgentLink.Heard(moved));
            return !agent.orders.isEmpty();
        });

        assertThat(order("run 1").node()).isEqualTo(moved);
    }

    @Test
    void boundedNumberOfOrdersIsUnderWayAndTheOthersFollowInTheirTurn() throws InterruptedException {
        int atOnce = bench.environment.settings().ordersAtOnce();
        for (int i = 1; i <= atOnce + 2; i++) {
            deliver(run(workload(i), i));
        }
        List<HeldAgent.Call<OrderResult>> underWay = new ArrayList<>();
        for (int i = 1; i <= atOnce; i++) {
            underWay.add(order("run " + i));
        }
        assertThat(agent.orders).isEmpty();

        underWay.get(0).answer().complete(new OrderResult.Queued());
        order("run " + (atOnce + 1));
        underWay.get(1).answer().complete(new OrderResult.Queued());
        order("run " + (atOnce + 2));

        assertThat(agent.orders).isEmpty();
    }

    @Test
    void ordersForAnAgentThatIsAwayWaitForTheOneWhoConnects() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().completeExceptionally(refusedConnection());
        expectHealth(new NodeActor.CallsFail(NodeReason.UNREACHABLE, REFUSED_CONNECTION));
        for (int i = 1; i <= 100; i++) {
            deliver(run(workload(i), i));
        }
        for (int i = 0; i < 4; i++) {
            await().until(() -> {
                bench.pass(Duration.ofMillis(100));
                return !agent.lists.isEmpty();
            });
            HeldAgent.next(agent.lists).answer().completeExceptionally(refusedConnection());
        }
        assertThat(agent.orders).as("attempts for a hundred orders").isEmpty();

        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !agent.lists.isEmpty();
        });
        agent.connect(Source.never());

        int atOnce = bench.environment.settings().ordersAtOnce();
        await().until(() -> agent.orders.size() == atOnce);
    }

    @Test
    void oneOrderFindsOutWhetherAnAgentTakesOrdersAgain() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        for (int i = 1; i <= 20; i++) {
            deliver(run(workload(i), i));
        }
        List<HeldAgent.Call<OrderResult>> underWay = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            underWay.add(HeldAgent.next(agent.orders));
        }
        underWay.forEach(call -> call.answer().completeExceptionally(unauthenticated()));

        for (int i = 0; i < 3; i++) {
            retry();
            assertThat(agent.orders).hasSize(1);
            HeldAgent.next(agent.orders).answer().completeExceptionally(unauthenticated());
        }
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));
        retry();
        HeldAgent.next(agent.orders).answer().complete(new OrderResult.Queued());

        await().until(() -> agent.orders.size() == 19);
        expectHealth(NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void orderWithoutAnAnswerIsTroubleWhateverTheListSays() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        deliver(run(1));
        order("run 1").answer().completeExceptionally(new TimeoutException());
        expectHealth(
                new NodeActor.CallsFail(NodeReason.UNREACHABLE, "127.0.0.1:8086 gives no answer: nothing in time"));

        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);

        untilOrdered("run 1").answer().completeExceptionally(unauthenticated());
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));
    }

    @Test
    void orderThatIsRefusedOnceIsTriedAgainAndItsWorkloadIsTold() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        deliver(run(1));
        order("run 1").answer().complete(refused());

        NodeNews.OrderDelayed told = (NodeNews.OrderDelayed) bench.term
                .fishForMessage(
                        Duration.ofSeconds(3),
                        message -> message instanceof NodeNews.OrderDelayed
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore())
                .get(0);
        assertThat(told.why()).isEqualTo("it refuses the order: wrong-cluster, another's");
        untilOrdered("run 1").answer().complete(new OrderResult.Queued());
        deliver(stop(1));
        order("stop 1");
        writer.expectNoMessage(Duration.ZERO);
    }

    @Test
    void agentThatRefusesOneWorkloadAfterTheOtherTakesNoOrders() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        deliver(firstRun(workload(1), 1));
        HeldAgent.next(agent.orders).answer().complete(refused());
        deliver(firstRun(workload(2), 1));
        HeldAgent.next(agent.orders).answer().complete(refused());

        expectHealth(
                new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, "it refuses the order: wrong-cluster, another's"));
        link.tell(AgentLink.GiveUp.INSTANCE);
        assertThat(notTaken().why()).contains("wrong-cluster");
    }

    @Test
    void agentThatRefusesToRemoveAsWellIsNotWellByThat() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        deliver(firstRun(1));
        order("run 1").answer().complete(refused());
        deliver(firstRun(workload(2), 1));
        order("run 1").answer().complete(refused());
        await().until(() -> health() instanceof NodeActor.CallsFail);
        link.tell(AgentLink.GiveUp.INSTANCE);
        notTaken();

        deliver(remove(1));
        for (int i = 0; i < 3; i++) {
            bench.pass(bench.environment.settings().agentRetryLongest());
            order("remove 1").answer().complete(refused());
            bench.pass(Duration.ofMillis(1));
            assertThat(health()).isInstanceOf(NodeActor.CallsFail.class);
        }
        bench.pass(bench.environment.settings().agentRetryLongest());
        order("remove 1").answer().complete(new OrderResult.Queued());

        await().until(() -> health() == NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void orderThatWasCertainlyNotTakenIsGivenBackWhenTheNodeIsGivenUp() throws InterruptedException {
        agent.connect(Source.never());
        deliver(firstRun(1));
        order("run 1").answer().completeExceptionally(unauthenticated());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));

        link.tell(AgentLink.GiveUp.INSTANCE);

        assertThat(notTaken())
                .isEqualTo(new NodeNews.OrderNotTaken(Workbench.NODE, Workbench.ID, Generation.of(1), UNAUTHENTICATED));
        deliver(firstRun(2));
        assertThat(notTaken().generation()).as("as long as the trouble lasts").isEqualTo(Generation.of(2));
    }

    @Test
    void agentFromWhichEveryOrderWasTakenBackIsNotWellBeforeItTakesOne() throws InterruptedException {
        agent.connect(Source.never());
        deliver(firstRun(1));
        order("run 1").answer().completeExceptionally(unauthenticated());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));
        link.tell(AgentLink.GiveUp.INSTANCE);
        notTaken();

        for (int i = 0; i < 60; i++) {
            bench.pass(Duration.ofSeconds(1));
            assertThat(health()).as("nothing was taken").isInstanceOf(NodeActor.CallsFail.class);
        }
        assertThat(agent.orders)
                .as("nothing is sent before the workload's decision is durable")
                .isEmpty();
        deliver(remove(1));
        bench.pass(bench.environment.settings().agentRetryLongest());
        order("remove 1").answer().completeExceptionally(notOurs());
        await().until(() -> ((NodeActor.CallsFail) health()).sentence().equals(NOT_OURS));
        bench.pass(bench.environment.settings().agentRetryLongest());
        order("remove 1").answer().complete(new OrderResult.Queued());

        await().until(() -> health() == NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void agentThatHasNoTimeForAnyOrderTakesNoneAndComesBackWithTheFirstItTakes() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        deliver(firstRun(workload(1), 1));
        deliver(firstRun(workload(2), 1));
        Instant begin = bench.now();
        while (Duration.between(begin, bench.now())
                        .compareTo(bench.environment.settings().overloadedAfter())
                < 0) {
            assertThat(health()).as("an agent under load says so too").isEqualTo(NodeActor.CallsWork.INSTANCE);
            haveNoTime();
        }
        await().until(() -> {
            haveNoTime();
            return health() instanceof NodeActor.CallsFail;
        });
        NodeActor.CallsFail told = (NodeActor.CallsFail) health();
        assertThat(told.reason()).isEqualTo(NodeReason.ORDERS_REFUSED);
        assertThat(told.sentence()).isEqualTo("it has taken no order for more than 60 s: it has no time: full");
        assertThat(Duration.between(begin, bench.now())).isLessThan(Duration.ofSeconds(75));

        link.tell(AgentLink.GiveUp.INSTANCE);
        assertThat(List.of(notTaken().workload(), notTaken().workload()))
                .as("they are for other nodes")
                .containsExactlyInAnyOrder(workload(1), workload(2));
        deliver(remove(1));
        untilOrdered("remove 1").answer().complete(new OrderResult.Busy("full"));
        assertThat(health()).isEqualTo(told);
        untilOrdered("remove 1").answer().complete(new OrderResult.Queued());
        await().until(() -> health() == NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void agentThatTakesAnOrderNowAndThenIsNotOverloaded() throws InterruptedException {
        agent.connect(Source.never());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        deliver(run(workload(1), 1));
        for (int i = 2; i < 8; i++) {
            for (int j = 0; j < 20; j++) {
                haveNoTime();
                assertThat(health()).isEqualTo(NodeActor.CallsWork.INSTANCE);
            }
            deliver(run(workload(i), i));
            HeldAgent.Call<OrderResult> next = HeldAgent.next(agent.orders);
            while (!next.what().equals("run " + i)) {
                next.answer().complete(new OrderResult.Busy("full"));
                next = HeldAgent.next(agent.orders);
            }
            next.answer().complete(new OrderResult.Queued());
        }
    }

    /** A second passes, and the agent has no time for what has been ordered of it. */
    private void haveNoTime() {
        bench.pass(Duration.ofSeconds(1));
        List<HeldAgent.Call<OrderResult>> ordered = new ArrayList<>();
        agent.orders.drainTo(ordered);
        ordered.forEach(call -> call.answer().complete(new OrderResult.Busy("full")));
    }

    @Test
    void orderThatMayHaveArrivedIsNeverGivenBack() throws InterruptedException {
        agent.connect(Source.never());
        deliver(firstRun(1));
        order("run 1").answer().completeExceptionally(new TimeoutException());
        retry();
        order("run 1").answer().completeExceptionally(unauthenticated());
        deliver(run(workload(2), 1));
        link.tell(AgentLink.GiveUp.INSTANCE);
        deliver(firstRun(workload(3), 7));

        assertThat(notTaken().generation())
                .as("neither what timed out once, nor what another leader may have ordered")
                .isEqualTo(Generation.of(7));
    }

    @Test
    void whatWasNeverTakenIsRemovedWithoutItsNode() throws InterruptedException {
        agent.connect(Source.never());
        deliver(firstRun(1));
        order("run 1").answer().completeExceptionally(refusedConnection());

        deliver(remove(1));

        assertThat(notTaken().workload()).isEqualTo(Workbench.ID);
    }

    @Test
    void workloadHearsOnceWhyItsOrderWaits() throws InterruptedException {
        agent.connect(Source.never());
        deliver(run(1));
        for (int i = 0; i < 5; i++) {
            if (i > 0) {
                retry();
            }
            order("run 1").answer().completeExceptionally(unauthenticated());
        }
        retry();
        order("run 1").answer().complete(new OrderResult.Refused("stale-epoch", "9 is here"));

        List<NodeNews.OrderDelayed> told = new ArrayList<>();
        bench.term.fishForMessage(Duration.ofSeconds(3), message -> {
            if (message instanceof NodeNews.OrderDelayed delayed) {
                told.add(delayed);
            }
            return message instanceof NodeNews.EpochDoubted
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore();
        });
        assertThat(told)
                .containsExactly(
                        new NodeNews.OrderDelayed(Workbench.NODE, Workbench.ID, Generation.of(1), UNAUTHENTICATED));
    }
}
