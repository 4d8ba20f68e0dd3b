package dev.persys.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One who follows every event, over each end of a connection and of a scheduler, and goes on behind the last that was
 * seen. Each event has to begin where the one before it of that workload ended, and none may be kept no longer before it
 * was seen.
 */
final class StormFollower implements AutoCloseable {
    private static final String GONE = "Deleted";

    /** The store is new: nothing of it is kept no longer. */
    private static final String BEFORE_ALL = "0-0";

    private static final long JOIN_MILLIS = 20_000;
    private static final long PAUSE_MILLIS = 50;
    private static final int MOST_NOTED = 20_000;
    private static final int MOST_SHOWN = 20;

    private final StormApi api;
    private final Thread thread = new Thread(this::follow, "storm-follower");
    private final Map<String, String> statuses = new HashMap<>();

    private final List<String> breaks = new ArrayList<>();

    /** What was told, oldest first, and where it began anew: for whoever has to find out what is missing. */
    private final Deque<String> told = new ArrayDeque<>();

    private String last = BEFORE_ALL;
    private int events;
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
        return events + " events followed, none missing";
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
        while (!isOver) {
            try {
                StormApi.Events answer = api.events(last);
                note("answer " + answer.status() + " behind " + last);
                try (Stream<String> lines = answer.lines()) {
                    if (answer.status() == 200) {
                        read(lines.iterator());
                    } else if (answer.status() == 410) {
                        told();
                        return;
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // The scheduler has died: from the last event on, as soon as there is another.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** It was away for no longer than a scheduler takes to start, in which there is less than the store keeps. */
    private synchronized void told() {
        breaks.add("what is behind " + last + " is no longer kept: "
                + told.stream().skip(Math.max(0, told.size() - MOST_SHOWN)).toList());
    }

    private synchronized void note(String what) {
        told.add(what);
        if (told.size() > MOST_NOTED) {
            told.remove();
        }
    }

    /** Whether each event began where the one before it ended so far. */
    synchronized boolean isWhole() {
        return breaks.isEmpty();
    }

    private void read(Iterator<String> lines) throws IOException {
        String id = last;
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
        last = id;
        if (!event.path("kind").asText().equalsIgnoreCase("workload")) {
            return;
        }
        events++;
        note(id + " " + event.path("workloadId").asText() + " "
                + event.path("from").asText("") + " > " + event.path("to").asText() + " "
                + event.path("reason").asText());
        String workload = event.path("workloadId").asText();
        String from = event.path("from").asText("");
        String known = statuses.getOrDefault(workload, "");
        if (!from.equals(known)) {
            List<String> before = told.stream()
                    .filter(line -> line.startsWith("answer ") || line.contains(workload))
                    .toList();
            breaks.add("event " + id + " of " + workload + " begins at \"" + from + "\" where \"" + known + "\" was: "
                    + before.subList(Math.max(0, before.size() - MOST_SHOWN), before.size()));
        }
        String to = event.path("to").asText();
        if (to.equals(GONE)) {
            statuses.remove(workload);
        } else {
            statuses.put(workload, to);
        }
    }
}
