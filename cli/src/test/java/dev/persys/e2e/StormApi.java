package dev.persys.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The scheduler's API as a program sees it that expects the scheduler to die at any moment. */
final class StormApi {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** What came back. */
    record Answer(int status, JsonNode body) {
        boolean isOk() {
            return status / 100 == 2;
        }

        /** Full, or without a leader: to be asked again, with the same words. */
        boolean isLater() {
            return status == 503;
        }
    }

    private final HttpClient http;
    private final String address;
    private final Optional<String> token;

    StormApi(String address, Optional<String> token) {
        this(address, token, HttpClient.newBuilder());
    }

    /** @param http with the certificate to show */
    StormApi(String address, Optional<String> token, HttpClient.Builder http) {
        this.http =
                http.version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();
        this.address = address;
        this.token = token;
    }

    /** Absent where no whole answer came: whether it was done is not known. */
    Optional<Answer> schedule(String key, String body) {
        return send(request("/workloads/schedule")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Optional<Answer> change(String id, String verb) {
        return send(request("/workloads/" + id + "/" + verb).POST(HttpRequest.BodyPublishers.noBody()));
    }

    Optional<Answer> delete(String id) {
        return send(request("/workloads/" + id).DELETE());
    }

    Optional<Answer> get(String id) {
        return send(request("/workloads/" + id).GET());
    }

    /** The lines of an event stream, which are for its reader to close. */
    record Events(int status, Stream<String> lines) {}

    /** Those behind {@code last}. */
    Events events(String last) throws IOException, InterruptedException {
        HttpRequest.Builder request = request("/events").GET().header("Last-Event-ID", last);
        HttpResponse<Stream<String>> response = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        return new Events(response.statusCode(), response.body());
    }

    boolean isServing() {
        return send(request("/workloads?limit=1").GET()).filter(Answer::isOk).isPresent();
    }

    /** Every workload there is; fails where the scheduler does not answer. */
    List<JsonNode> workloads() {
        List<JsonNode> all = new ArrayList<>();
        String from = "";
        do {
            Answer page = send(request("/workloads?limit=500" + from).GET())
                    .filter(Answer::isOk)
                    .orElseThrow(() -> new AssertionError("the list of workloads is not answered"));
            page.body().path("workloads").forEach(all::add);
            JsonNode next = page.body().path("continue");
            from = next.isTextual() ? "&continue=" + next.asText() : "";
        } while (!from.isEmpty());
        return all;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address + path)).timeout(LIMIT);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private Optional<Answer> send(HttpRequest.Builder request) {
        HttpResponse<String> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            String body = response.body().isBlank() ? "{}" : response.body();
            return Optional.of(new Answer(response.statusCode(), Json.MAPPER.readTree(body)));
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + response.body(), e);
        }
    }
}
