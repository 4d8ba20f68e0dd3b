package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.NodeReason;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.AgentClient.Told;
import dev.persys.scheduler.testing.HeldAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How the events of an agent are followed, and what their stream says of it. */
final class AgentLinkEventsTest extends AgentLinkFixture {
    private static final String SILENT = "127.0.0.1:8086 is connected, and has said nothing for more than 6 s";

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
    void agentThatTellsWithoutEndIsHeardAtItsShare() throws InterruptedException {
        int share = bench.environment.settings().agentEventsPerSecond();
        AtomicInteger told = new AtomicInteger();
        agent.connect(Source.repeat(event(1)).map(event -> {
            told.incrementAndGet();
            return event;
        }));
        await().until(() -> told.get() >= share);
        await().during(Duration.ofMillis(200)).until(() -> told.get() <= share + 2);

        int pauses = 50;
        for (int i = 0; i < pauses; i++) {
            int before = told.get();
            bench.pass(Duration.ofMillis(110));
            await().until(() -> told.get() > before);
        }
        await().during(Duration.ofMillis(200)).until(() -> told.get() <= share + pauses * 110 + 2);
        assertThat(told.get()).isGreaterThan(share + pauses * 90);
    }

    @Test
    void silentAgentIsAskedAndCountsAsAwayFromTheBeginningOfTheSilenceUntilItAnswers() throws InterruptedException {
        CompletableFuture<Told> silence = new CompletableFuture<>();
        agent.connectTo(Source.completionStage(silence).concat(Source.never()));
        expectHealth(NodeActor.CallsWork.INSTANCE);

        silence.complete(new Told.Silence(Duration.ofSeconds(6)));

        expectHealth(new NodeActor.CallsFail(NodeReason.UNREACHABLE, SILENT, Duration.ofSeconds(6)));
        deliver(run(1));
        HeldAgent.Call<ContainerList> probe = HeldAgent.next(agent.lists);
        assertThat(agent.orders)
                .as("what an agent that hangs may get is not given to it")
                .isEmpty();
        probe.answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        expectHealth(NodeActor.CallsWork.INSTANCE);
        order("run 1");
    }

    @Test
    void silentAgentThatSoundsAgainIsThere() throws InterruptedException {
        CompletableFuture<Told> silence = new CompletableFuture<>();
        CompletableFuture<Told> sound = new CompletableFuture<>();
        agent.connectTo(Source.completionStage(silence)
                .concat(Source.completionStage(sound))
                .concat(Source.never()));
        expectHealth(NodeActor.CallsWork.INSTANCE);
        silence.complete(new Told.Silence(Duration.ofSeconds(30)));
        expectHealth(new NodeActor.CallsFail(
                NodeReason.UNREACHABLE,
                SILENT.replace("6 s", "30 s"),
                bench.environment
                        .settings()
                        .nodeTimings()
                        .unreachableAfter()
                        .multipliedBy(2)
                        .dividedBy(3)));
        deliver(run(1));

        sound.complete(Told.Sound.INSTANCE);

        expectHealth(NodeActor.CallsWork.INSTANCE);
        order("run 1");
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
        resumed.answer().complete(EventStream.Open.of(Source.never()));

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
        untilFollowed().answer().complete(EventStream.Open.of(Source.empty()));
        untilListed().answer().complete(new ContainerList("boot-0", List.of(), List.of()));
        untilFollowed().answer().complete(EventStream.Open.of(Source.never()));
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
        HeldAgent.next(agent.streams).answer().complete(EventStream.Open.of(Source.never()));
        expectHealth(NodeActor.CallsWork.INSTANCE);
    }
}
