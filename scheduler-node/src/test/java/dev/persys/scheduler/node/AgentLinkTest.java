package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeReason;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.CallException;
import dev.persys.scheduler.testing.HeldAgent;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AgentLinkTest {
    private static final NodeFacts FACTS = Workbench.facts("node-1", Workbench.MACHINE);
    private static final String REFUSED_CONNECTION = "no connection to 127.0.0.1:8086: Connection refused";
    private static final String UNAUTHENTICATED = "127.0.0.1:8086 answered 401: unauthenticated";
    private static final String NOT_OURS = "127.0.0.1:8086 is no Persys agent: its list has no containers";

    private final HeldAgent agent = new HeldAgent();
    private final Workbench bench = new Workbench("", Optional.of(agent));
    private final ActorRef<AgentLink.Command> link =
            bench.kit.spawn(AgentLink.create(Workbench.NODE, FACTS, bench.environment, bench.term.getRef()));

    private final TestProbe<NodeActor.Command> writer = bench.kit.createTestProbe();

    AgentLinkTest() {
        link.tell(new AgentLink.ReportTo(writer.getRef()));
    }

    @AfterEach
    void close() {
        bench.close();
    }

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
        order("run 1").answer().complete(new OrderResult.Refused("stale-epoch", "9 is here"));

        bench.term.fishForMessage(
                Duration.ofSeconds(3),
                message -> message instanceof NodeNews.EpochDoubted
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
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
    void eventsAreFollowedFromACompleteInventoryAndResumedBehindTheLast() throws InterruptedException {
        CompletableFuture<AgentEvent> last = new CompletableFuture<>();
        agent.connect(Source.single(event(1)).concat(Source.completionStage(last)));
        assertThat(bench.term.receiveMessage()).isInstanceOf(NodeNews.InventoryTaken.class);
        assertThat(bench.term.receiveMessage()).isInstanceOf(NodeNews.Seen.class);

        last.completeExceptionally(new ConnectException());
        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !agent.streams.isEmpty();
        });

        assertThat(HeldAgent.next(agent.streams).what()).isEqualTo("boot-1");
    }

    @Test
    void eventsThatAreGoneAreReplacedByAnInventory() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        HeldAgent.next(agent.streams).answer().complete(new EventStream.Gone());

        HeldAgent.next(agent.lists).answer().complete(new ContainerList("other-7", List.of(), List.of()));

        assertThat(HeldAgent.next(agent.streams).what()).isEqualTo("other-7");
        Duration grace = bench.environment.settings().startGrace();
        assertThat(bench.term.expectMessageClass(NodeNews.InventoryTaken.class).grace())
                .isEqualTo(grace);
        assertThat(bench.term.expectMessageClass(NodeNews.InventoryTaken.class).grace())
                .as("what was ordered of an agent that has forgotten its events may be forgotten too")
                .isZero();
        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("other-7", List.of(), List.of()));
        assertThat(bench.term.expectMessageClass(NodeNews.InventoryTaken.class).grace())
                .isEqualTo(grace);
    }

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
        bench.term.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void stoppedLinkLetsGoOfTheStreamWhateverIsOnTheWay() throws InterruptedException {
        CompletableFuture<Done> ended = new CompletableFuture<>();
        agent.connect(Source.repeat(event(1)).watchTermination((notUsed, done) -> {
            done.whenComplete((result, failure) -> ended.complete(Done.getInstance()));
            return notUsed;
        }));
        bench.term.expectMessageClass(NodeNews.InventoryTaken.class);
        bench.term.expectMessageClass(NodeNews.Seen.class);

        bench.kit.stop(link);

        await().until(ended::isDone);
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
    void writerHearsHowCallsGo() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().completeExceptionally(unauthenticated());
        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, UNAUTHENTICATED));
        link.tell(new AgentLink.Heard(FACTS));
        HeldAgent.next(agent.lists).answer().completeExceptionally(notOurs());
        expectHealth(new NodeActor.CallsFail(NodeReason.MALFORMED_ANSWERS, NOT_OURS));
        link.tell(new AgentLink.Heard(FACTS));
        CompletableFuture<AgentEvent> last = new CompletableFuture<>();
        agent.connect(Source.completionStage(last));
        expectHealth(NodeActor.CallsWork.INSTANCE);

        last.completeExceptionally(new TimeoutException());

        expectHealth(
                new NodeActor.CallsFail(NodeReason.UNREACHABLE, "127.0.0.1:8086 gives no answer: nothing in time"));
    }

    @Test
    void eventThatCannotBeReadIsPassedOverByAnInventoryAndTheNodeIsNotWellAtOnce() throws InterruptedException {
        CompletableFuture<AgentEvent> next = new CompletableFuture<>();
        agent.connect(Source.single(event(1)).concat(Source.completionStage(next)));
        expectHealth(NodeActor.CallsWork.INSTANCE);
        next.completeExceptionally(new UncheckedIOException("not an AgentEvent", new IOException()));

        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !agent.lists.isEmpty();
        });
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-2", List.of(), List.of()));
        HeldAgent.Call<EventStream> resumed = HeldAgent.next(agent.streams);
        assertThat(resumed.what()).isEqualTo("boot-2");
        resumed.answer().complete(new EventStream.Open(Source.never()));

        NodeActor.CallsFail told = (NodeActor.CallsFail) writer.receiveMessage();
        assertThat(told.reason()).isEqualTo(NodeReason.MALFORMED_ANSWERS);
        deliver(run(1));
        order("run 1").answer().complete(new OrderResult.Queued());
        writer.expectNoMessage(Duration.ZERO);
        bench.pass(Duration.ofSeconds(5));
        expectHealth(NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void streamsThatEndAtOnceAreTroubleUntilOneLasts() throws InterruptedException {
        agent.connect(Source.empty());
        expectHealth(NodeActor.CallsWork.INSTANCE);
        NodeActor.CallsFail closed =
                new NodeActor.CallsFail(NodeReason.UNREACHABLE, "its agent has closed the stream of events");
        expectHealth(closed);
        untilFollowed().answer().complete(new EventStream.Open(Source.empty()));
        untilListed().answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        untilFollowed().answer().complete(new EventStream.Open(Source.never()));
        deliver(run(1));
        untilOrdered("run 1").answer().complete(new OrderResult.Queued());

        expectHealth(new NodeActor.CallsFail(NodeReason.ORDERS_REFUSED, closed.sentence()));
        bench.pass(Duration.ofSeconds(5));
        expectHealth(NodeActor.CallsWork.INSTANCE);
    }

    @Test
    void agentThatHasNoEventsFromWhereItsOwnListEndsIsInTrouble() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        HeldAgent.next(agent.streams).answer().complete(new EventStream.Gone());
        HeldAgent.next(agent.lists).answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        HeldAgent.next(agent.streams).answer().complete(new EventStream.Gone());

        expectHealth(new NodeActor.CallsFail(
                NodeReason.MALFORMED_ANSWERS, "its agent has no events from where its own list ends"));
        assertThat(agent.lists).as("not before a pause").isEmpty();
        untilListed().answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        HeldAgent.next(agent.streams).answer().complete(new EventStream.Open(Source.never()));
        expectHealth(NodeActor.CallsWork.INSTANCE);
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

    private static OrderResult refused() {
        return new OrderResult.Refused("wrong-cluster", "another's");
    }

    private HeldAgent.Call<OrderResult> untilOrdered(String what) throws InterruptedException {
        retry();
        return order(what);
    }

    private HeldAgent.Call<ContainerList> untilListed() throws InterruptedException {
        return until(agent.lists);
    }

    private HeldAgent.Call<EventStream> untilFollowed() throws InterruptedException {
        return until(agent.streams);
    }

    private <T> HeldAgent.Call<T> until(BlockingQueue<HeldAgent.Call<T>> calls) throws InterruptedException {
        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !calls.isEmpty();
        });
        return HeldAgent.next(calls);
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

        retry();
        order("stop 1").answer().completeExceptionally(notOurs());
        expectHealth(new NodeActor.CallsFail(NodeReason.MALFORMED_ANSWERS, NOT_OURS));
        retry();
        order("stop 1").answer().complete(new OrderResult.Queued());

        expectHealth(NodeActor.CallsWork.INSTANCE);
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

    @Test
    void inventoryOfANodeInTroubleHoldsNoPlace() throws InterruptedException {
        HeldAgent.next(agent.lists).answer().completeExceptionally(refusedConnection());
        expectHealth(new NodeActor.CallsFail(NodeReason.UNREACHABLE, REFUSED_CONNECTION));

        link.tell(new AgentLink.TakeInventory(bench.workloadMonitor.getRef()));

        bench.workloadMonitor.expectMessage(new WorkloadMonitor.Done(Workbench.NODE));
        assertThat(agent.lists).isEmpty();
    }

    private static CallException refusedConnection() {
        return new CallException(CallException.Kind.NO_CONNECTION, REFUSED_CONNECTION);
    }

    private static CallException unauthenticated() {
        return new CallException(CallException.Kind.REFUSED, UNAUTHENTICATED);
    }

    private static CallException notOurs() {
        return new CallException(CallException.Kind.MALFORMED, NOT_OURS);
    }

    private void expectHealth(NodeActor.Command health) {
        writer.expectMessage(health);
    }

    private NodeNews.OrderNotTaken notTaken() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.OrderNotTaken news) {
                return news;
            }
        }
    }

    private static WorkloadId workload(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", number));
    }

    private void deliver(AgentOrder order) {
        link.tell(new AgentLink.Deliver(order));
    }

    private HeldAgent.Call<OrderResult> order(String what) throws InterruptedException {
        HeldAgent.Call<OrderResult> call = HeldAgent.next(agent.orders);
        assertThat(call.what()).isEqualTo(what);
        return call;
    }

    /** Lets the time to the next attempt pass. */
    private void retry() {
        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !agent.orders.isEmpty();
        });
    }

    private AgentOrder run(long generation) {
        return run(Workbench.ID, generation);
    }

    private AgentOrder run(WorkloadId id, long generation) {
        return new AgentOrder.Run(order(id, generation), false);
    }

    /** One that no leader gave before. */
    private AgentOrder firstRun(long generation) {
        return firstRun(Workbench.ID, generation);
    }

    private AgentOrder firstRun(WorkloadId id, long generation) {
        return new AgentOrder.Run(order(id, generation), true);
    }

    private RunOrder order(WorkloadId id, long generation) {
        return RunOrder.of(
                id,
                Specs.WEB,
                Generation.of(generation),
                bench.leadership.epoch(),
                Workbench.CLUSTER,
                Optional.empty());
    }

    private AgentOrder stop(long generation) {
        return new AgentOrder.Stop(order(generation));
    }

    private AgentOrder remove(long generation) {
        return new AgentOrder.Remove(order(generation));
    }

    private ContainerOrder order(long generation) {
        return new ContainerOrder(
                Workbench.ID,
                Generation.of(generation),
                bench.leadership.epoch(),
                Workbench.CLUSTER,
                Duration.ofSeconds(1),
                Optional.empty(),
                0,
                false);
    }

    private static AgentEvent event(int number) {
        return new AgentEvent(
                "boot-" + number, ScriptedAgents.report(Workbench.ID, Generation.of(1), ContainerPhase.RUNNING));
    }
}
