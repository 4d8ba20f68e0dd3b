package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.PullProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Adds up the lines of a fetch, each of which speaks of one layer. Not thread-safe. */
final class PullTracker {
    private static final Set<String> DONE = Set.of("Pull complete", "Already exists");
    private static final Set<String> LAYER_WORDS = Set.of(
            "Pulling fs layer",
            "Waiting",
            "Downloading",
            "Verifying Checksum",
            "Download complete",
            "Extracting",
            "Pull complete",
            "Already exists");

    private record Layer(long bytes, long total, boolean done) {}

    private final Map<String, Layer> layers = new HashMap<>();

    /** Takes one line in, and says whether it told anything of a layer. */
    boolean take(JsonNode line) {
        String id = line.path("id").asText("");
        String status = line.path("status").asText("");
        if (id.isEmpty() || !LAYER_WORDS.contains(status)) {
            return false;
        }
        Layer before = layers.getOrDefault(id, new Layer(0, 0, false));
        layers.put(id, next(before, status, line.path("progressDetail")));
        return true;
    }

    PullProgress progress() {
        int done = 0;
        long bytes = 0;
        long total = 0;
        for (Layer layer : layers.values()) {
            done += layer.done() ? 1 : 0;
            bytes += layer.bytes();
            total += layer.total();
        }
        return new PullProgress(layers.size(), done, bytes, total);
    }

    private static Layer next(Layer before, String status, JsonNode detail) {
        if (status.equals("Downloading")) {
            return new Layer(
                    detail.path("current").asLong(before.bytes()),
                    detail.path("total").asLong(before.total()),
                    false);
        }
        // "Extracting" counts again from zero: what was fetched stays fetched.
        boolean fetched = DONE.contains(status)
                || status.equals("Download complete")
                || status.equals("Verifying Checksum")
                || status.equals("Extracting");
        return new Layer(fetched ? before.total() : before.bytes(), before.total(), DONE.contains(status));
    }
}
