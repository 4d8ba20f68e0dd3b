package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.CallException;
import dev.persys.scheduler.testing.HeldAgent;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Specs;
import dev.persys.scheduler.testing.Workbench;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;

/** A link to an agent that answers nothing until the test says what, with the node's writer and its term listening. */
abstract class AgentLinkFixture {
    static final NodeFacts FACTS = Workbench.facts("node-1", Workbench.MACHINE);
    static final String REFUSED_CONNECTION = "no connection to 127.0.0.1:8086: Connection refused";
    static final String UNAUTHENTICATED = "127.0.0.1:8086 answered 401: unauthenticated";
    static final String NOT_OURS = "127.0.0.1:8086 is no Persys agent: its list has no containers";

    final HeldAgent agent = new HeldAgent();
    final Workbench bench = new Workbench("", Optional.of(agent));
    final ActorRef<AgentLink.Command> link =
            bench.kit.spawn(AgentLink.create(Workbench.NODE, FACTS, bench.environment, bench.term.getRef()));

    final TestProbe<NodeActor.Command> writer = bench.kit.createTestProbe();

    AgentLinkFixture() {
        link.tell(new AgentLink.Begin(
                bench.kit.<ConnectionQueue.Command>createTestProbe().getRef()));
        link.tell(new AgentLink.ReportTo(writer.getRef()));
    }

    @AfterEach
    void close() {
        bench.close();
    }

    static OrderResult refused() {
        return new OrderResult.Refused("wrong-cluster", "another's");
    }

    final HeldAgent.Call<OrderResult> untilOrdered(String what) throws InterruptedException {
        retry();
        return order(what);
    }

    final HeldAgent.Call<ContainerList> untilListed() throws InterruptedException {
        return until(agent.lists);
    }

    final HeldAgent.Call<EventStream> untilFollowed() throws InterruptedException {
        return until(agent.streams);
    }

    final <T> HeldAgent.Call<T> until(BlockingQueue<HeldAgent.Call<T>> calls) throws InterruptedException {
        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !calls.isEmpty();
        });
        return HeldAgent.next(calls);
    }

    static CallException refusedConnection() {
        return new CallException(CallException.Kind.NO_CONNECTION, REFUSED_CONNECTION);
    }

    static CallException unauthenticated() {
        return new CallException(CallException.Kind.REFUSED, UNAUTHENTICATED);
    }

    static CallException notOurs() {
        return new CallException(CallException.Kind.MALFORMED, NOT_OURS);
    }

    /** What the link says of the node, once whatever was told it before is handled. */
    final NodeActor.Command health() {
        TestProbe<NodeActor.Command> asker = bench.kit.createTestProbe();
        link.tell(new AgentLink.ReportTo(asker.getRef()));
        NodeActor.Command told = asker.receiveMessage();
        asker.stop();
        return told;
    }

    final void expectHealth(NodeActor.Command health) {
        writer.expectMessage(health);
    }

    final NodeNews.OrderNotTaken notTaken() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.OrderNotTaken news) {
                return news;
            }
        }
    }

    static WorkloadId workload(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", number));
    }

    final void deliver(AgentOrder order) {
        link.tell(new AgentLink.Deliver(order));
    }

    final HeldAgent.Call<OrderResult> order(String what) throws InterruptedException {
        HeldAgent.Call<OrderResult> call = HeldAgent.next(agent.orders);
        assertThat(call.what()).isEqualTo(what);
        return call;
    }

    /** Lets the time to the next attempt pass. */
    final void retry() {
        await().until(() -> {
            bench.pass(Duration.ofMillis(100));
            return !agent.orders.isEmpty();
        });
    }

    final AgentOrder run(long generation) {
        return run(Workbench.ID, generation);
    }

    final AgentOrder run(WorkloadId id, long generation) {
        return new AgentOrder.Run(order(id, generation), false);
    }

    /** One that no leader gave before. */
    final AgentOrder firstRun(long generation) {
        return firstRun(Workbench.ID, generation);
    }

    final AgentOrder firstRun(WorkloadId id, long generation) {
        return new AgentOrder.Run(order(id, generation), true);
    }

    final RunOrder order(WorkloadId id, long generation) {
        return RunOrder.of(
                id,
                Specs.WEB,
                Generation.of(generation),
                bench.leadership.epoch(),
                Workbench.CLUSTER,
                Optional.empty());
    }

    final AgentOrder stop(long generation) {
        return new AgentOrder.Stop(order(generation));
    }

    final AgentOrder remove(long generation) {
        return new AgentOrder.Remove(order(generation));
    }

    final ContainerOrder order(long generation) {
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

    static AgentEvent event(int number) {
        return new AgentEvent(
                "boot-" + number, ScriptedAgents.report(Workbench.ID, Generation.of(1), ContainerPhase.RUNNING));
    }
}
