package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import akka.NotUsed;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.http.AuthSettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.http.testing.KeptDocuments;
import dev.persys.http.testing.OpenApi;
import dev.persys.http.testing.Scripted;
import dev.persys.http.testing.Wire;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.secrets.SealingKeys;
import dev.persys.trust.tls.MutualTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/** The scheduler's ports with scripted actors and nodes behind them. */
final class SchedulerFixture implements AutoCloseable {
    static final String DEFAULTS = """
            persys.http.scheduler { api.port = 0, node.port = 0, keep-alive = 50ms, page-size = 10 }
            persys.http.server { answer-timeout = 1s, max-in-flight = 3, stop-deadline = 1s }
            """;

    static final String TOKEN = "fixture-token";

    /** As a request of plain text sends them. */
    static final String HEADERS = "Host: localhost\r\nAuthorization: Bearer " + TOKEN + "\r\n";

    final ActorTestKit kit;
    final Scripted<SchedulerProtocol.Command> scheduler;
    final ScriptedAgents agents = new ScriptedAgents();
    final KeptDocuments documents = new KeptDocuments();
    final AuthService auth;
    final String keyFile = SealingKeys.make(new SecureRandom()) + SealingKeys.make(new SecureRandom());
    final SealingKeys keys = SealingKeys.of(keyFile, "keys");
    final SchedulerHttpServer server;
    final OpenApi description = new OpenApi("/openapi/scheduler.json");
    final Path audit = newDirectory();
    final Wire api;
    final Wire node;

    SchedulerFixture(String overrides) {
        this(overrides, Optional.empty());
    }

    SchedulerFixture(String overrides, Optional<MutualTls> tls) {
        Config config = ConfigFactory.parseString(overrides + "\nakka.loglevel = WARNING")
                .withFallback(ConfigFactory.parseString(DEFAULTS))
                .withFallback(ConfigFactory.parseMap(Map.of(
                        "persys.http.scheduler.api.token-file",
                        tokenFile(),
                        "persys.http.scheduler.audit.directory",
                        audit.toString())))
                .withFallback(ConfigFactory.load());
        this.kit = ActorTestKit.create(config.resolve());
        this.scheduler = new Scripted<>(kit);
        this.auth = new AuthService(
                AuthSettings.of(kit.system().settings().config()),
                GitHubSettings.of(kit.system().settings().config()),
                InstantSource.system());
        this.server = await(SchedulerHttpServer.start(
                kit.system(),
                scheduler.ref(),
                documents,
                auth,
                agents,
                HttpSettings.of(kit.system().settings().config()),
                tls,
                Optional.of(new SchedulerSecrets(documents, keys)),
                Optional.empty(),
                "1.2.3"));
        this.api = new Wire(server::apiAddress).with(TOKEN);
        this.node = new Wire(server::nodeAddress);
    }

    /** Holds the answer against what is said of the route. */
    void conforms(String method, String template, HttpResponse<String> response) {
        assertThat(description.faults(method, template, response))
                .as("%s %s: %s", method, template, response.body())
                .isEmpty();
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("audit");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tokenFile() {
        try {
            Path file = Files.createTempFile("token", "");
            file.toFile().deleteOnExit();
            return Files.writeString(file, TOKEN + "\n").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        await(server.stop(Duration.ofMillis(200)));
        kit.shutdownTestKit();
        try (Stream<Path> files = Files.walk(audit)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nodes that answer for logs as the test at hand says. */
    static final class ScriptedAgents implements AgentClient {
        volatile Function<LogQuery, CompletionStage<Source<ByteString, NotUsed>>> logs =
                query -> CompletableFuture.failedFuture(new IllegalStateException("unreachable"));

        @Override
        public CompletionStage<OrderResult> run(NodeFacts node, RunOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<ContainerList> list(NodeFacts node) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Output> logs(NodeFacts node, WorkloadId id, LogQuery query) {
            return logs.apply(query).thenApply(bytes -> new Output(Optional.of("c0ffee"), bytes));
        }

        @Override
        public CompletionStage<EventStream> events(NodeFacts node, Optional<String> after) {
            throw new UnsupportedOperationException();
        }
    }
}
