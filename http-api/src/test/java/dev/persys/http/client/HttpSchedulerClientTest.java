package dev.persys.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.http.AuthSettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.http.testing.KeptDocuments;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Scripted;
import dev.persys.model.NodeStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerClient.HeartbeatReply;
import dev.persys.protocol.SchedulerClient.RegisterReply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpSchedulerClientTest {
    private static final RegisterRequest REQUEST = new RegisterRequest(
            Samples.NODE_ID,
            "::1",
            "worker-1",
            "active",
            Optional.of(9086),
            Optional.of(new BigDecimal("4")),
            Optional.of(8192L),
            Optional.of(Map.of("disk", "ssd")),
            Optional.of("Debian"),
            Optional.of("6.1"),
            Optional.of("amd64"),
            Optional.of("20.10"),
            Optional.of("0.1"));
    private static final Heartbeat BEAT = new Heartbeat(Samples.NODE_ID, "active", new BigDecimal("2.5"), 4096);

    private ActorTestKit kit;
    private Scripted<SchedulerProtocol.Command> scheduler;
    private HttpSchedulerClient client;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "t\n");
        kit = ActorTestKit.create(ConfigFactory.parseString("""
                        persys.http { agent-secret = hunter2, scheduler { api.port = 0, node.port = 0 } }
                        persys.http.server.answer-timeout = 15s
                        persys.http.client.order-timeout = 15s
                        akka.loglevel = WARNING
                        persys.http.scheduler.api.token-file = "%s"
                        persys.http.scheduler.audit.directory = "%s"
                        """.formatted(token, directory.resolve("audit")))
                .withFallback(ConfigFactory.load())
                .resolve());
        scheduler = new Scripted<>(kit);
        HttpSettings settings = HttpSettings.of(kit.system().settings().config());
        HttpAgentClient agents = new HttpAgentClient(kit.system(), Optional.empty(), settings.client());
        SchedulerHttpServer server = await(SchedulerHttpServer.start(
                kit.system(),
                scheduler.ref(),
                new KeptDocuments(),
                new AuthService(
                        AuthSettings.of(kit.system().settings().config()),
                        GitHubSettings.of(kit.system().settings().config()),
                        InstantSource.system()),
                agents,
                settings,
                Optional.empty(),
                "test"));
        client = new HttpSchedulerClient(
                kit.system(),
                URI.create("http://127.0.0.1:" + server.nodeAddress().getPort() + "/"),
                settings.agentSecret(),
                settings.client());
    }

    @AfterAll
    void stop() {
        kit.shutdownTestKit();
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private void reply(Reply<RegisterResponse> registered, Reply<dev.persys.model.NodeId> beaten) {
        scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.RegisterNode register) {
                register.replyTo().tell(registered);
            } else if (command instanceof SchedulerProtocol.Beat beat) {
                beat.replyTo().tell(beaten);
            }
        });
    }

    @Test
    void aRegistrationArrivesWholeAndIsAnswered() {
        RegisterResponse response = new RegisterResponse(
                Samples.NODE_ID, NodeStatus.ACTIVE, Samples.CLUSTER, Samples.epoch(), Duration.ofSeconds(30));
        reply(new Reply.Ok<>(response), new Reply.Ok<>(Samples.NODE_ID));

        assertThat(await(client.register(REQUEST))).isEqualTo(new RegisterReply.Registered(response));
        assertThat(((SchedulerProtocol.RegisterNode) scheduler.only()).request())
                .isEqualTo(REQUEST);
        assertThat(await(client.heartbeat(BEAT))).isEqualTo(new HeartbeatReply.Accepted());
    }

    @Test
    void anUnknownNodeIsToldToRegister() {
        reply(new Reply.Conflict<>("other-cluster", "of another cluster"), new Reply.NotFound<>("node", "node-1"));

        assertThat(await(client.heartbeat(BEAT))).isEqualTo(new HeartbeatReply.UnknownNode());
        assertThat(await(client.register(REQUEST))).isEqualTo(new RegisterReply.Rejected("of another cluster"));
    }

    @Test
    void aSchedulerThatCannotAnswerIsNoRejection() {
        reply(new Reply.Unavailable<>("no leader yet"), new Reply.Unavailable<>("no leader yet"));

        assertThatThrownBy(() -> await(client.heartbeat(BEAT)))
                .cause()
                .isInstanceOf(PeerException.class)
                .hasMessageContaining("no leader yet");
        assertThatThrownBy(() -> await(client.register(REQUEST))).hasCauseInstanceOf(PeerException.class);
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> new HttpSchedulerClient(
                        kit.system(),
                        URI.create("localhost:8084"),
                        Optional.empty(),
                        HttpSettings.of(kit.system().settings().config()).client()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://127.0.0.1:8084");
    }
}
