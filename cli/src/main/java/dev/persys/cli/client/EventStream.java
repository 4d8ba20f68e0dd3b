package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The scheduler's event stream: server-sent events, as the HTML standard defines their form. */
public final class EventStream implements AutoCloseable {
    private static final Duration STORED_SILENCE = Duration.ofSeconds(60);

    private final SchedulerApi.Streaming streaming;
    private final BufferedReader lines;

    private EventStream(SchedulerApi.Streaming streaming) {
        this.streaming = streaming;
        this.lines = new BufferedReader(new InputStreamReader(streaming.body(), StandardCharsets.UTF_8));
    }

    /**
     * Follows what happens from just behind {@code after}, or from now on.
     *
     * @param workload only what happens to it: an id or a name
     * @param silence how long nothing at all may come, keep-alives included, before {@link #next} fails
     */
    public static EventStream open(
            SchedulerApi api, Optional<String> workload, Optional<String> after, Duration silence) {
        return open(api, workload.map(EventStream::only).map(only -> "?" + only).orElse(""), after, silence);
    }

    /** The first {@code limit} events behind {@code after} that are kept; then it ends. */
    public static EventStream stored(SchedulerApi api, Optional<String> workload, String after, int limit) {
        String query = "?follow=false&limit=" + limit
                + workload.map(EventStream::only).map(only -> "&" + only).orElse("");
        return open(api, query, Optional.of(after), STORED_SILENCE);
    }

    private static String only(String workload) {
        return "workload=" + SchedulerApi.encode(workload);
    }

    private static EventStream open(SchedulerApi api, String query, Optional<String> after, Duration silence) {
        List<String> headers = new ArrayList<>(List.of("Accept: text/event-stream"));
        after.ifPresent(id -> headers.add("Last-Event-ID: " + id));
        return new EventStream(api.stream("/events" + query, headers, silence));
    }

    /** How many of {@link #stored} there are at most, by the server's word: it may have less to give than was asked for. */
    public int limit(int asked) {
        return streaming
                .header("Persys-Limit")
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(asked);
    }

    /** The next event, as soon as there is one; empty where the server ends the stream. */
    public Optional<JsonNode> next() throws IOException {
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                data.append(data.length() == 0 ? "" : "\n")
                        .append(line.substring("data:".length()).strip());
            } else if (line.isEmpty() && data.length() > 0) {
                return Optional.of(JsonText.read(data.toString()));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        streaming.close();
    }
}
