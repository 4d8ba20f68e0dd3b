package dev.persys.agent;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
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
import dev.persys.testing.DockerFixture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The whole agent on a real Docker engine. */
abstract class AgentOnDocker {
    static final Duration LIMIT = Duration.ofSeconds(30);

    final ActorTestKit kit = ActorTestKit.create();
    final DockerFixture docker = DockerFixture.shared();
    final TestProbe<OrderReply> orders = kit.createTestProbe();
    final WorkloadId id = Samples.workload();
    private TestProbe<AgentEvent> events = kit.createTestProbe();
    private Optional<AgentNode> node = Optional.empty();

    @BeforeEach
    void startAgent() {
        start(docker);
    }

    @AfterEach
    void stopAgent() {
        stopNode();
        docker.removeContainers();
        kit.shutdownTestKit();
    }

    final AgentNode agent() {
        return node.orElseThrow();
    }

    final void start(DockerFixture fixture) {
        node = Optional.of(AgentNode.start(
                kit.system(),
                ConfigFactory.parseString(String.join(
                                "\n",
                                "persys.agent.node-id = node-1",
                                "persys.agent.ping-interval = 300ms",
                                "persys.agent.docker.ping-timeout = 1s",
                                "persys.agent.docker.call-timeout = 5s",
                                "persys.agent.docker.publish-address = 127.0.0.1",
                                "persys.agent.docker.host = \"" + fixture.host() + "\""))
                        .withFallback(ConfigFactory.load()),
                new FakeScheduler(),
                "test"));
        awaitHealth(true);
        TestProbe<EventsReply> replies = kit.createTestProbe();
        agent().ref().tell(new AgentProtocol.FollowEvents(Optional.empty(), replies.ref()));
        events = kit.createTestProbe();
        TestProbe<AgentEvent> to = events;
        var unused = replies.expectMessageClass(EventsReply.Events.class)
                .events()
                .runWith(Sink.foreach(event -> to.ref().tell(event)), kit.system());
    }

    final void stopNode() {
        node.ifPresent(running -> running.stop()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join());
        node = Optional.empty();
    }

    final RunOrder order(long generation, String script, RestartPolicy policy) {
        return Samples.run(
                id, generation, 1, DockerFixture.BUSYBOX, List.of("sh", "-c", script), policy, PullPolicy.MISSING);
    }

    final void run(RunOrder order) {
        agent().ref().tell(new AgentProtocol.Run(order, orders.ref()));
        orders.expectMessage(new OrderReply.Queued());
    }

    final LogsReply read(LogQuery query) {
        TestProbe<LogsReply> replies = kit.createTestProbe();
        agent().ref().tell(new AgentProtocol.ReadLogs(id.value(), query, replies.ref()));
        return replies.receiveMessage(LIMIT);
    }

    final String text(LogQuery query) {
        return ((LogsReply.Logs) read(query))
                .bytes()
                .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), kit.system())
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join()
                .utf8String();
    }

    final ContainerReport skipTo(ContainerPhase phase) {
        for (int i = 0; i < 40; i++) {
            ContainerReport report = events.receiveMessage(LIMIT).report();
            if (report.phase() == phase) {
                return report;
            }
        }
        throw new AssertionError("no " + phase + " within 40 events");
    }

    final ContainerReport nextNews() {
        return events.receiveMessage(LIMIT).report();
    }

    final ContainerList list() {
        TestProbe<ListReply> replies = kit.createTestProbe();
        agent().ref().tell(new AgentProtocol.ListContainers(replies.ref()));
        return replies.expectMessageClass(ListReply.Containers.class, LIMIT).list();
    }

    final void awaitRegistered() {
        Awaitility.await().atMost(LIMIT).until(() -> {
            TestProbe<Health> replies = kit.createTestProbe();
            agent().ref().tell(new AgentProtocol.GetHealth(replies.ref()));
            return replies.receiveMessage().registered();
        });
    }

    final void awaitHealth(boolean dockerAvailable) {
        Awaitility.await().atMost(LIMIT).until(() -> {
            TestProbe<Health> replies = kit.createTestProbe();
            agent().ref().tell(new AgentProtocol.GetHealth(replies.ref()));
            return replies.receiveMessage().dockerAvailable() == dockerAvailable;
        });
    }
}
