package dev.persys.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One who follows every event, over each end of a connection and of a scheduler, and goes on behind the last that was
 * seen. Each event has to begin where the one before it of that workload ended; only where it is told that events are no
 * longer kept may the follower read the records anew.
 */
final class StormFollower implements AutoCloseable {
    private static final String GONE = "Deleted";
    private static final long JOIN_MILLIS = 20_000;

    private final StormApi api;
    private final Thread thread = new Thread(this::follow, "storm-follower");
    private final Map<String, String> statuses = new HashMap<>();

    /** Read from the records while events were already coming: the next event may be an older one. */
    private final Set<String> unsure = new HashSet<>();

    private final List<String> breaks = new ArrayList<>();
    private Optional<String> last = Optional.empty();
    private int events;
    private int timesTold;
    private volatile boolean isOver;

    StormFollower(StormApi api) {
        this.api = api;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What does not agree with these records, or with itself. */
    synchronized List<String> complaints(Collection<JsonNode> records) {
        Map<String, String> wanted = new HashMap<>();
        records.forEach(record ->
                wanted.put(record.path("id").asText(), record.path("status").asText()));
        List<String> complaints = new ArrayList<>(breaks);
        if (!wanted.equals(statuses)) {
            Map<String, String> missing = new HashMap<>(wanted);
            missing.entrySet().removeAll(statuses.entrySet());
            Map<String, String> wrong = new HashMap<>(statuses);
            wrong.entrySet().removeAll(wanted.entrySet());
            complaints.add("events say " + wrong + " where records say " + missing);
        }
        return complaints;
    }

    @Override
    public synchronized String toString() {
        return events + " events followed, none missing, " + timesTold + " times told that they are kept no longer";
    }

    @Override
    public void close() {
        isOver = true;
        thread.interrupt();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        boolean knowsAll = false;
        while (!isOver) {
            try {
                Optional<String> from = knowsAll ? last : Optional.empty();
                StormApi.Events answer = api.events(from);
                try (Stream<String> lines = answer.lines()) {
                    if (answer.status() == 200) {
                        if (!knowsAll) {
                            readRecords();
                            knowsAll = true;
                        }
                        read(lines.iterator());
                    } else if (answer.status() == 410) {
                        knowsAll = false;
                        told();
                    }
                }
            } catch (IOException | UncheckedIOException | AssertionError e) {
                // The scheduler has died: from the last event on, as soon as there is another.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void told() {
        timesTold++;
    }

    private void readRecords() {
        List<JsonNode> records = api.workloads();
        synchronized (this) {
            statuses.clear();
            records.forEach(record -> statuses.put(
                    record.path("id").asText(), record.path("status").asText()));
            unsure.addAll(statuses.keySet());
        }
    }

    private void read(Iterator<String> lines) throws IOException {
        String id = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ")) {
                take(id, Json.MAPPER.readTree(line.substring("data: ".length())));
            }
        }
    }

    private synchronized void take(String id, JsonNode event) {
        if (!id.isEmpty()) {
            last = Optional.of(id);
        }
        if (!event.path("kind").asText().equalsIgnoreCase("workload")) {
            return;
        }
        events++;
        String workload = event.path("workloadId").asText();
        String from = event.path("from").asText("");
        String known = statuses.getOrDefault(workload, "");
        if (!unsure.remove(workload) && !from.equals(known)) {
            breaks.add("event " + id + " of " + workload + " begins at \"" + from + "\" where \"" + known + "\" was");
        }
        String to = event.path("to").asText();
        if (to.equals(GONE)) {
            statuses.remove(workload);
        } else {
            statuses.put(workload, to);
        }
    }
}
