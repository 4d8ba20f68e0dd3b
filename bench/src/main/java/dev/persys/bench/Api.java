package dev.persys.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** The scheduler as a user's program sees it: one kept connection for requests, one for the event stream. */
final class Api {
    private final HttpClient http;
    private final String address;
    private final String token;
    private final Map<String, CompletableFuture<Long>> reached = new ConcurrentHashMap<>();

    private Api(String address, String token, HttpClient.Builder http) {
        this.http = http.version(HttpClient.Version.HTTP_1_1).build();
        this.address = address;
        this.token = token;
    }

    /** With the token in {@code tokenFile}, or none where that is empty. */
    static Api of(String address, Path tokenFile) throws IOException {
        return new Api(
                address,
                tokenFile.toString().isEmpty()
                        ? ""
                        : Files.readString(tokenFile).strip(),
                HttpClient.newBuilder());
    }

    /** With a certificate; the API's has a name for its host. */
    static Api of(String address, CredentialsPaths files) {
        Credentials own = files.read(Instant.now());
        return new Api(
                address,
                "",
                HttpClient.newBuilder().sslContext(new MutualTls(() -> own).context(Peers.all(Role.SCHEDULER))));
    }

    /** Asks for a workload; its id. */
    String schedule(String body) {
        return post("/workloads/schedule", body).path("workload_id").asText();
    }

    /** The answer to a {@code POST}; fails where its status is not 2xx. */
    JsonNode post(String path, String body) {
        return exchange(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    JsonNode get(String path) {
        return exchange(request(path).GET().build());
    }

    void delete(String path) {
        exchange(request(path).DELETE().build());
    }

    /** The nanosecond at which the event stream told that the workload has this status; waits for it. */
    long reached(String workload, String status) throws InterruptedException, ExecutionException {
        return moment(workload, status).get();
    }

    /** As if no event had told of the workload: the next that does counts. */
    void forget(String workload) {
        reached.keySet().removeIf(moment -> moment.startsWith(workload));
    }

    /** Reads the event stream from now on, on a thread of its own. */
    void follow() throws IOException, InterruptedException {
        var response = http.send(request("/events").GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new IOException("GET /events: " + response.statusCode());
        }
        Thread reader = new Thread(
                () -> {
                    try (var lines =
                            new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            if (line.startsWith("data:")) {
                                onEvent(Json.MAPPER.readTree(line.substring("data:".length())));
                            }
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException("the event stream broke", e);
                    }
                },
                "events");
        reader.setDaemon(true);
        reader.start();
    }

    private void onEvent(JsonNode event) {
        moment(event.path("workloadId").asText(), event.path("to").asText()).complete(System.nanoTime());
    }

    private CompletableFuture<Long> moment(String workload, String status) {
        return reached.computeIfAbsent(workload + " " + status, key -> new CompletableFuture<>());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(address + path));
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private JsonNode exchange(HttpRequest request) {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(request.method() + " " + request.uri() + ": " + response.body());
            }
            return Json.MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
