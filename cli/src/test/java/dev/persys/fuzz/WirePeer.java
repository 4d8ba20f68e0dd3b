package dev.persys.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private static final long KEEP_ALIVE_MILLIS = 200;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<WorkloadId, ContainerReport> containers = new TreeMap<>();
    private final List<BlockingQueue<String>> followers = new ArrayList<>();
    private Lie lie = Lie.NONE;
    private int lists;
    private int events;

    WirePeer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
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
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (path.equals("/docker/events")) {
                events(exchange);
            } else if (path.equals("/docker/list")) {
                reply(exchange, 200, list());
            } else if (path.startsWith("/docker/logs/")) {
                reply(exchange, 200, "\u0000\u001b[2J out \ud83d\n");
            } else {
                order(exchange, path, body);
            }
        } catch (IOException e) {
            // Who asked has gone; so does the answer.
            exchange.close();
        }
    }

    private void order(HttpExchange exchange, String path, byte[] body) throws IOException {
        String id;
        int status;
        synchronized (this) {
            status = lie.parts().contains(Part.ANSWER) ? lie.status() : 200;
            if (path.equals("/docker/run")) {
                JsonNode order = Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class);
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
        reply(exchange, status, changed(Part.ANSWER, answer));
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
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        write(exchange, "retry: 100\n\n");
        try {
            String frame = frames.poll(KEEP_ALIVE_MILLIS, TimeUnit.MILLISECONDS);
            while (!END.equals(frame)) {
                write(exchange, frame == null ? ":\n\n" : frame);
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

    private static void write(HttpExchange exchange, String text) throws IOException {
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
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
                0);
    }

    @Override
    public void close() {
        say(Lie.NONE);
        server.stop(0);
        threads.shutdownNow();
    }
}
