package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.japi.function.Procedure;
import akka.stream.javadsl.Sink;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.Health;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.FakeContainerRuntime;
import dev.persys.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The whole agent on an engine in memory, under a clock that stands still unless a test moves it. */
abstract class AgentConversation {
    final ActorTestKit kit = ActorTestKit.create(VirtualTime.CONFIG.withFallback(ConfigFactory.load()));

    private static final AtomicLong BOOTS = new AtomicLong();

    final AtomicLong nanos = new AtomicLong();
    final ManualTime time = ManualTime.get(kit.system());
    final FakeContainerRuntime docker =
            new FakeContainerRuntime(InstantSource.fixed(Instant.EPOCH)).withImage(Samples.IMAGE);
    final FakeScheduler scheduler = new FakeScheduler();
    final TestProbe<OrderReply> orders = kit.createTestProbe();
    final TestProbe<AgentEvent> events = kit.createTestProbe();
    final WorkloadId id = Samples.workload();
    ActorRef<AgentProtocol.Command> agent = kit.system().ignoreRef();

    final FakeContainerAccess access = new FakeContainerAccess();

    private final AtomicInteger told = new AtomicInteger();
    private int taken;

    @BeforeEach
    void startAgent() {
        start();
    }

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    final AgentGuardian.Parts parts(String... overrides) {
        return new AgentGuardian.Parts(
                Samples.NODE,
                Samples.settings(overrides),
                docker,
                access,
                new FakeHostProbe(),
                scheduler,
                InstantSource.fixed(Instant.EPOCH),
                nanos::get,
                new Random(1),
                BOOTS::incrementAndGet,
                "test");
    }

    final void start(String... overrides) {
        agent = kit.spawn(AgentGuardian.create(parts(overrides)));
        await(() -> health().dockerAvailable());
        TestProbe<EventsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.FollowEvents(Optional.empty(), replies.ref()));
        stream(replies, event -> {
            events.ref().tell(event);
            told.incrementAndGet();
        });
    }

    final TestProbe<AgentEvent> follow(Optional<String> after) {
        TestProbe<EventsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.FollowEvents(after, replies.ref()));
        TestProbe<AgentEvent> probe = kit.createTestProbe();
        stream(replies, probe.ref()::tell);
        return probe;
    }

    private void stream(TestProbe<EventsReply> replies, Procedure<AgentEvent> to) {
        EventsReply.Events reply = replies.expectMessageClass(EventsReply.Events.class);
        var unused = reply.events().runWith(Sink.foreach(to), kit.system());
    }

    final void run(RunOrder order) {
        agent.tell(new AgentProtocol.Run(order, orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    final LogsReply read(String container, LogQuery query) {
        TestProbe<LogsReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.ReadLogs(container, query, replies.ref()));
        return replies.receiveMessage();
    }

    /** The order for generation 1, with that policy. */
    final RunOrder kept(String policy) {
        return Samples.run(
                id, 1, 1, Samples.IMAGE, List.of("sleep 1000"), RestartPolicy.of(policy), PullPolicy.MISSING);
    }

    final void stop(long generation) {
        stop(generation, 0);
    }

    final void stop(long generation, long run) {
        agent.tell(new AgentProtocol.Stop(Samples.end(id, generation, run), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    final void remove(long generation) {
        agent.tell(new AgentProtocol.Remove(Samples.end(id, generation), orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    final OrderReply.Refused refused(AgentProtocol.Command command) {
        agent.tell(command);
        return orders.expectMessageClass(OrderReply.Refused.class);
    }

    final ContainerReport next() {
        taken++;
        return events.receiveMessage().report();
    }

    /** Whether something was told that the test has not looked at. */
    final boolean isMoreTold() {
        return told.get() > taken;
    }

    /** Whatever there was to tell would be heard before what is told of another workload from now on. */
    final void nothingElseIsTold() {
        WorkloadId other = Samples.workload();
        run(Samples.run(other, 1));
        ContainerReport first = next();
        assertThat(first.workloadId()).isEqualTo(other);
        skipTo(ContainerPhase.RUNNING);
    }

    final ContainerReport skipTo(ContainerPhase phase) {
        return skipUntil(report -> report.phase() == phase);
    }

    final ContainerReport skipUntil(Predicate<ContainerReport> wanted) {
        for (int i = 0; i < 20; i++) {
            ContainerReport report = next();
            if (wanted.test(report)) {
                return report;
            }
        }
        throw new AssertionError("not told within 20 events");
    }

    final ContainerList list() {
        TestProbe<ListReply> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.ListContainers(replies.ref()));
        return replies.expectMessageClass(ListReply.Containers.class).list();
    }

    final Health health() {
        TestProbe<Health> replies = kit.createTestProbe();
        agent.tell(new AgentProtocol.GetHealth(replies.ref()));
        return replies.receiveMessage();
    }

    static void await(BooleanSupplier condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(condition::getAsBoolean);
    }

    /** Lets the actors' time pass, a second at a time. */
    final void passUntil(BooleanSupplier condition) {
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> {
            time.timePasses(Duration.ofSeconds(1));
            return condition.getAsBoolean();
        });
    }
}
