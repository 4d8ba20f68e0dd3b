package dev.persys.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.Json;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.testing.DocumentChange;
import dev.persys.testing.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An agent over HTTP whose containers run as soon as they are ordered to, until they are ordered to end. Whatever it says
 * can be changed on its way out.
 */
final class WirePeer implements AutoCloseable {
    /** What it says, by the occasion. */
    enum Part {
        LIST,
        EVENT,
        ANSWER
    }

    /**
     * How it lies.
     *
     * @param parts of what it says that are changed
     * @param status of its answers to orders
     */
    record Lie(Set<Part> parts, List<DocumentChange> changes, int status) {
        static final Lie NONE = new Lie(EnumSet.noneOf(Part.class), List.of(), 200);
    }

    private static final String END = "";
    private static final String JSON = "application/json";
    private static final long KEEP_ALIVE_MILLIS = 200;

    private final Map<WorkloadId, ContainerReport> containers = new TreeMap<>();
    private final List<BlockingQueue<String>> followers = new ArrayList<>();
    private Lie lie = Lie.NONE;
    private int lists;
    private int events;
    private final LoopbackServer server = new LoopbackServer(this::answer);

    int port() {
        return server.port();
    }

    synchronized int timesListed() {
        return lists;
    }

    /** From now on it lies so; whoever follows it has to begin anew. */
    synchronized void say(Lie next) {
        lie = next;
        followers.forEach(follower -> follower.add(END));
        followers.clear();
    }

    /** It tells once more of everything that it has. */
    synchronized void tellAll() {
        List.copyOf(containers.values()).forEach(this::tell);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = LoopbackServer.body(exchange);
            if (path.equals("/docker/events")) {
                events(exchange);
            } else if (path.equals("/docker/list")) {
                LoopbackServer.answer(exchange, 200, JSON, list());
            } else if (path.startsWith("/docker/logs/")) {
                LoopbackServer.answer(exchange, 200, JSON, "\u0000\u001b[2J out \ud83d\n");
            } else {
                order(exchange, path, body);
            }
        } catch (IOException e) {
            // Who asked has gone; so does the answer.
            exchange.close();
        }
    }

    private void order(HttpExchange exchange, String path, String body) throws IOException {
        String id;
        int status;
        synchronized (this) {
            status = lie.parts().contains(Part.ANSWER) ? lie.status() : 200;
            if (path.equals("/docker/run")) {
                JsonNode order = Json.read(body, JsonNode.class);
                id = order.path("workloadId").asText();
                become(running(
                        WorkloadId.of(id),
                        order.path("generation").asLong(),
                        order.path("run").asLong()));
            } else {
                id = path.substring(path.lastIndexOf('/') + 1);
                WorkloadId workload = WorkloadId.of(id);
                ContainerReport there = containers.remove(workload);
                if (there != null) {
                    tell(there.as(ContainerPhase.REMOVED, ""));
                }
            }
        }
        String answer = Json.write(Map.of("message", "Command queued for execution", "workloadId", id));
        LoopbackServer.answer(exchange, status, JSON, changed(Part.ANSWER, answer));
    }

    private synchronized String list() {
        lists++;
        return changed(
                Part.LIST,
                Json.write(new ContainerList("boot-" + events, List.copyOf(containers.values()), List.of())));
    }

    private void become(ContainerReport report) {
        containers.put(report.workloadId(), report);
        tell(report);
    }

    private void tell(ContainerReport report) {
        events++;
        String data = changed(Part.EVENT, Json.write(new AgentEvent("boot-" + events, report)));
        String frame = "id: boot-" + events + "\nevent: container\ndata: " + data.replace("\n", "\ndata: ") + "\n\n";
        followers.forEach(follower -> follower.add(frame));
    }

    private synchronized String changed(Part part, String whole) {
        return lie.parts().contains(part)
                ? DocumentChange.applied(Json.read(whole, JsonNode.class), lie.changes())
                : whole;
    }

    private void events(HttpExchange exchange) throws IOException {
        BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        synchronized (this) {
            followers.add(frames);
        }
        OutputStream out = LoopbackServer.open(exchange, 200, "text/event-stream", "retry: 100\n\n");
        try {
            String frame = frames.poll(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS);
            while (!END.equals(frame)) {
                LoopbackServer.write(out, frame == null ? ":\n\n" : frame);
                frame = frames.poll(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                followers.remove(frames);
            }
        }
    }

    /** With nothing left out, so that every part of it can be changed. */
    private static ContainerReport running(WorkloadId id, long generation, long run) {
        return new ContainerReport(
                id,
                Generation.of(generation),
                ContainerPhase.RUNNING,
                "as it should",
                Optional.of("c" + generation),
                Optional.empty(),
                false,
                1,
                Optional.of(Instant.now()),
                Optional.empty(),
                List.of(new PublishedPort(80, Protocol.TCP, 8080)),
                Optional.of("healthy"),
                Optional.of(new PullProgress(3, 1, 10, 20)),
                run,
                0,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void close() {
        say(Lie.NONE);
        server.close();
    }
}
