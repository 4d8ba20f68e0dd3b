package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads Docker's events, one line of JSON each, and hands each on at once. */
final class EventReader implements DockerStreams.Reader {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Consumer<RuntimeSignal> listener;

    EventReader(Consumer<RuntimeSignal> listener) {
        this.listener = listener;
    }

    @Override
    public void opened(String contentType) {
        listener.accept(new RuntimeSignal.Opened());
    }

    @Override
    public void read(InputStream body) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                listener.accept(signal(Json.MAPPER.readTree(line)));
            }
        }
    }

    @Override
    public void closed(Optional<RuntimeFailure> failure) {
        listener.accept(new RuntimeSignal.Closed(
                failure.orElseGet(() -> new RuntimeFailure(Kind.UNAVAILABLE, "Docker ended the stream of events"))));
    }

    /** The labels are among the attributes, beside Docker's own such as {@code image} and {@code exitCode}. */
    static RuntimeSignal.Happened signal(JsonNode event) {
        Map<String, String> attributes = new HashMap<>();
        event.path("Actor")
                .path("Attributes")
                .properties()
                .forEach(
                        entry -> attributes.put(entry.getKey(), entry.getValue().asText()));
        long nanos = event.path("timeNano").asLong();
        return new RuntimeSignal.Happened(
                event.path("Actor").path("ID").asText(),
                attributes.getOrDefault("name", ""),
                event.path("Action").asText().split(":", 2)[0],
                attributes,
                Instant.ofEpochSecond(nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND),
                exitCode(attributes));
    }

    /** A container's own label of that name stands in Docker's place, and may say anything. */
    private static Optional<Integer> exitCode(Map<String, String> attributes) {
        try {
            return Optional.ofNullable(attributes.get("exitCode")).map(Integer::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
