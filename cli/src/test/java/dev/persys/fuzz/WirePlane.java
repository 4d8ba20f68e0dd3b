package dev.persys.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.Json;
import dev.persys.http.AuthSettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.SchedulerNode;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A scheduler with its two ports and the store of its own, in this process; all times that are minutes are seconds. */
final class WirePlane implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String TOKEN = "fuzz-token";

    private static final String SETTINGS = """
            persys.store { kind = embedded, embedded.directory = "%s" }
            persys.scheduler {
              heartbeat-interval = 1s, suspect-after = 60s, inactive-after = 120s
              node-monitor-interval = 500ms, workload-monitor-interval = 500ms, start-grace = 3s
              agent-retry { first = 20ms, longest = 100ms }
            }
            persys.http {
              scheduler { api { port = 0, token-file = "%s" }, node.port = 0, audit.directory = "%s" }
              client { connect-timeout = 5s, order-timeout = 5s, list-timeout = 5s, event-silence = 5s }
            }
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final StateStore store;
    private final SchedulerNode node;
    private final SchedulerHttpServer server;

    private WirePlane(StateStore store, SchedulerNode node, SchedulerHttpServer server) {
        this.store = store;
        this.node = node;
        this.server = server;
    }

    static Path newDirectory() {
        try {
            return Files.createTempDirectory("persys-fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Config settings(Path directory) {
        Path token = directory.resolve("token");
        try {
            Files.writeString(token, TOKEN + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ConfigFactory.parseString(
                        SETTINGS.formatted(directory.resolve("state"), token, directory.resolve("audit")))
                .withFallback(ConfigFactory.load())
                .resolve();
    }

    static WirePlane start(Path directory) {
        Config config = settings(directory);
        HttpSettings settings = HttpSettings.of(config);
        StateStore store = StateStores.open(config);
        CompletableFuture<AgentClient> agents = new CompletableFuture<>();
        SchedulerNode node = SchedulerNode.start(config, store, system -> {
            AgentClient client = new HttpAgentClient(system, settings.agentSecret(), settings.client());
            agents.complete(client);
            return client;
        });
        SchedulerHttpServer server = SchedulerHttpServer.start(
                        node.system(),
                        node.system(),
                        node.documents(),
                        new AuthService(AuthSettings.of(config), GitHubSettings.of(config), InstantSource.system()),
                        agents.join(),
                        settings,
                        java.util.Optional.empty(),
                        "test")
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        return new WirePlane(store, node, server);
    }

    void awaitLeading() {
        await("the scheduler to lead").atMost(LIMIT).until(() -> readiness().statusCode() == 200);
    }

    HttpResponse<String> readiness() {
        return send(nodes("/readyz").build());
    }

    JsonNode get(String path) {
        HttpResponse<String> response = send(api(path).build());
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return Json.read(response.body(), JsonNode.class);
    }

    /** The id of the accepted workload, which only the node with that name may have. */
    String schedule(String name, String node) {
        String body = Json.write(Map.of(
                "name",
                name,
                "type",
                "docker-container",
                "image",
                "image:1",
                "resources",
                Map.of("cpu", new BigDecimal("0.01"), "memory", 8),
                "constraints",
                Map.of("at", node)));
        HttpResponse<String> response = send(api("/workloads/schedule")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body(), JsonNode.class).path("workload_id").asText();
    }

    void remove(String id) {
        HttpResponse<String> response = send(api("/workloads/" + id).DELETE().build());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    void awaitRunning(String id) {
        await(id + " to run")
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> get("/workloads/" + id).path("status").asText(), "Running"::equals);
    }

    /** Where agents register and beat. */
    HttpResponse<String> tell(String path, String body) {
        return send(nodes(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpRequest.Builder api(String path) {
        return request(server.apiAddress(), path).header("Authorization", "Bearer " + TOKEN);
    }

    private HttpRequest.Builder nodes(String path) {
        return request(server.nodeAddress(), path);
    }

    private static HttpRequest.Builder request(InetSocketAddress address, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .timeout(LIMIT);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.uri().toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        node.stop()
                .toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        store.close();
    }
}
