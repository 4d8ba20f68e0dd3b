package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import akka.stream.javadsl.Source;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.AgentEvent;
import dev.persys.api.RunOrder;
import dev.persys.http.HttpSettings;
import dev.persys.http.agent.AgentFixture;
import dev.persys.http.testing.Samples;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.protocol.CallException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever else may be at an agent's address: nobody, somebody who hangs up, somebody who speaks otherwise. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpAgentPeersTest {
    private static final RunOrder RUN = RunOrder.of(
            Samples.ID, Samples.SPEC, Generation.of(2), Samples.epoch(), Samples.CLUSTER, Optional.of("r-1"));
    private static final ContainerReport REPORT =
            ContainerReport.of(Samples.ID, Generation.of(2), ContainerPhase.RUNNING, "");

    private AgentFixture fixture;
    private HttpAgentClient client;

    @BeforeAll
    void start() {
        fixture = new AgentFixture("persys.http.agent-secret = hunter2");
        client = new HttpAgentClient(fixture.kit.system(), fixture.settings.agentSecret(), fixture.settings.client());
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void connectionsAreKeptAndShared() throws IOException {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Forwarder forwarder = new Forwarder(socket, fixture.server.apiAddress(), accepted);
            forwarder.start();
            fixture.answerOrders(new OrderReply.Queued());
            NodeFacts node = AgentFixture.facts("127.0.0.1", socket.getLocalPort());

            for (int i = 0; i < 20; i++) {
                assertThat(AgentFixture.await(client.run(node, RUN))).isEqualTo(new OrderResult.Queued());
            }

            assertThat(accepted.get()).isBetween(1, fixture.settings.client().connections());
        }
    }

    @Test
    void aStreamThatIsCutFails() throws IOException {
        fixture.agent.answer(command -> ((AgentProtocol.FollowEvents) command)
                .replyTo()
                .tell(new EventsReply.Events(
                        Source.single(new AgentEvent("boot-9", REPORT)).concat(Source.never()))));
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Forwarder forwarder = new Forwarder(socket, fixture.server.apiAddress(), new AtomicInteger());
            forwarder.start();
            EventStream.Open open = (EventStream.Open) AgentFixture.await(
                    client.events(AgentFixture.facts("127.0.0.1", socket.getLocalPort()), Optional.empty()));
            SinkQueueWithCancel<AgentEvent> queue = open.events().runWith(Sink.queue(), fixture.kit.system());
            assertThat(AgentFixture.await(queue.pull()).map(AgentEvent::id)).contains("boot-9");

            forwarder.cut();

            assertThatThrownBy(() -> AgentFixture.await(queue.pull())).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void aPeerThatAcceptsAndNeverAnswersIsGivenUpAtTheDeadline() throws IOException {
        try (ServerSocket hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            NodeFacts node = AgentFixture.facts("127.0.0.1", hung.getLocalPort());
            HttpSettings settings = HttpSettings.of(
                    ConfigFactory.parseString("persys.http.client { order-timeout = 1s, list-timeout = 1s }")
                            .withFallback(fixture.kit.system().settings().config()));
            HttpAgentClient impatient =
                    new HttpAgentClient(fixture.kit.system(), settings.agentSecret(), settings.client());

            assertThatThrownBy(
                            () -> impatient.run(node, RUN).toCompletableFuture().get())
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> impatient
                            .events(node, Optional.empty())
                            .toCompletableFuture()
                            .get())
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aRefusedConnectionFailsAtOnceAndTheNextTryIsNotHeldBack() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        NodeFacts node = AgentFixture.facts("127.0.0.1", free);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> AgentFixture.await(client.run(node, RUN)))
                    .cause()
                    .isInstanceOfSatisfying(
                            CallException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(CallException.Kind.NO_CONNECTION))
                    .hasMessageContaining("127.0.0.1:" + free);
        }
    }

    @Test
    void aConnectionThatBreaksBeforeTheAnswerLeavesOpenWhetherTheOrderWasTaken() throws IOException {
        try (ServerSocket rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            NodeFacts node = AgentFixture.facts("127.0.0.1", rude.getLocalPort());
            var answer = client.run(node, RUN);
            try (Socket accepted = rude.accept()) {
                accepted.getInputStream().read();
            }

            assertThatThrownBy(() -> AgentFixture.await(answer)).cause().isNotInstanceOf(CallException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"result\":[]}", "queued", ""})
    void whoeverTakesAnOrderAndNamesNoWorkloadIsNoPersysAgent(String body) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            NodeFacts node = AgentFixture.facts("127.0.0.1", other.getLocalPort());
            var answer = client.run(node, RUN);
            try (Socket accepted = other.accept()) {
                answerWith(accepted, body);

                assertThatThrownBy(() -> AgentFixture.await(answer))
                        .cause()
                        .isInstanceOfSatisfying(
                                CallException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(CallException.Kind.MALFORMED))
                        .hasMessageEndingWith("names no workload");
            }
        }
    }

    @Test
    void whoeverAnswersWithOtherJsonIsNoPersysAgent() throws IOException {
        String body = "{\"result\":[]}";
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            NodeFacts node = AgentFixture.facts("127.0.0.1", other.getLocalPort());
            var answer = client.list(node);
            try (Socket accepted = other.accept()) {
                answerWith(accepted, body);

                assertThatThrownBy(() -> AgentFixture.await(answer))
                        .cause()
                        .isInstanceOfSatisfying(
                                CallException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(CallException.Kind.MALFORMED))
                        .hasMessageStartingWith("127.0.0.1:" + other.getLocalPort() + " is no Persys agent: ")
                        .hasMessageContaining("cursor");
            }
        }
    }

    private static void answerWith(Socket accepted, String json) throws IOException {
        accepted.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
                                + "\r\n\r\n" + json)
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
