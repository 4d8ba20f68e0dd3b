package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.javadsl.Sink;
import akka.stream.javadsl.SinkQueueWithCancel;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.AgentEvent;
import dev.persys.api.Json;
import dev.persys.http.HttpSettings;
import dev.persys.http.agent.AgentFixture;
import dev.persys.http.testing.Samples;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.Told;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An agent that accepts a follower of its events, and then says nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SilentAgentTest {
    private static final ContainerReport REPORT =
            ContainerReport.of(Samples.ID, Generation.of(2), ContainerPhase.RUNNING, "");

    private AgentFixture fixture;

    @BeforeAll
    void start() {
        fixture = new AgentFixture("persys.http.agent-secret = hunter2");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void aSilenceOnAStreamIsToldOnceAndSoIsItsEnd() throws IOException {
        HttpSettings settings = HttpSettings.of(
                ConfigFactory.parseString("persys.http.client { event-pause = 300ms, event-silence = 30s }")
                        .withFallback(fixture.kit.system().settings().config()));
        HttpAgentClient watching = new HttpAgentClient(fixture.kit.system(), settings.agentSecret(), settings.client());
        AgentEvent event = new AgentEvent("boot-8", REPORT);
        String frame = "data: " + Json.write(event) + "\n\n";
        try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var answer = watching.events(AgentFixture.facts("127.0.0.1", other.getLocalPort()), Optional.empty());
            try (Socket accepted = other.accept()) {
                say(accepted, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nretry: 1000\n\n");
                EventStream.Open open = (EventStream.Open) AgentFixture.await(answer);
                SinkQueueWithCancel<Told> queue = open.told().runWith(Sink.queue(), fixture.kit.system());

                for (int i = 0; i < 2; i++) {
                    assertThat(AgentFixture.await(queue.pull()))
                            .contains(new Told.Silence(settings.client().eventPause()));
                    CompletionStage<Optional<Told>> next = queue.pull();
                    // Silent for several times event-pause.
                    await().during(Duration.ofSeconds(1))
                            .until(() -> !next.toCompletableFuture().isDone());
                    say(accepted, ":\n\n");
                    assertThat(AgentFixture.await(next)).contains(Told.Sound.INSTANCE);
                }
                say(accepted, frame + ":\n\n" + frame);
                assertThat(AgentFixture.await(queue.pull())).contains(new Told.Happened(event));
                assertThat(AgentFixture.await(queue.pull())).contains(new Told.Happened(event));
                assertThat(AgentFixture.await(queue.pull())).containsInstanceOf(Told.Silence.class);
                say(accepted, frame);
                assertThat(AgentFixture.await(queue.pull())).contains(Told.Sound.INSTANCE);
                assertThat(AgentFixture.await(queue.pull())).contains(new Told.Happened(event));
            }
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
