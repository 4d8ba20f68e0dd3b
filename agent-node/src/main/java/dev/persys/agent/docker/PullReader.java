package dev.persys.agent.docker;

import akka.Done;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.PullProgress;
import dev.persys.runtime.RuntimeFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Reads the lines of a fetch: progress, and at the end an error or none. */
final class PullReader implements DockerStreams.Reader {
    private final PullTracker tracker = new PullTracker();
    private final Consumer<PullProgress> progress;
    private final CompletableFuture<Done> done;
    private volatile long lastLineNanos = System.nanoTime();

    PullReader(Consumer<PullProgress> progress, CompletableFuture<Done> done) {
        this.progress = progress;
        this.done = done;
    }

    /** How long nothing has come. */
    long silentNanos() {
        return System.nanoTime() - lastLineNanos;
    }

    @Override
    public void read(InputStream body) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            lastLineNanos = System.nanoTime();
            if (!line.isBlank()) {
                take(Json.MAPPER.readTree(line));
            }
        }
    }

    @Override
    public void closed(Optional<RuntimeFailure> failure) {
        failure.ifPresentOrElse(why -> done.completeExceptionally(classified(why)), () -> done.complete(Done.done()));
    }

    private void take(JsonNode line) {
        if (line.hasNonNull("error")) {
            throw DockerFailures.ofPull(line.path("errorDetail")
                    .path("message")
                    .asText(line.path("error").asText()));
        }
        if (tracker.take(line)) {
            progress.accept(tracker.progress());
        }
    }

    /** Docker answers 500 both where a registry says no and where there is none. */
    private static RuntimeFailure classified(RuntimeFailure failure) {
        return switch (failure.kind()) {
            case REFUSED, NOT_NOW, PORT_IN_USE, UNSTARTABLE -> DockerFailures.ofPull(failure.getMessage());
            case NOT_FOUND, CONFLICT, UNAVAILABLE, TIMEOUT -> failure;
        };
    }
}
