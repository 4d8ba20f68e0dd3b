package dev.persys.cli;

import com.sun.net.httpserver.HttpExchange;
import dev.persys.testing.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers what a test wrote down for it: the n-th request to a path gets the n-th answer, and the last
 * answer again from then on. What is not written down is a 404.
 */
final class ScriptedScheduler implements AutoCloseable {
    /** A request as it came. */
    record Asked(String line, Map<String, List<String>> headers, String body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
        }
    }

    private record Answer(int status, String type, Map<String, String> headers, String body, Ending ending) {}

    /** What follows the body of an answer. */
    private enum Ending {
        COMPLETE,
        /** Nothing, for ever. */
        OPEN,
        /** Comments, for ever. */
        KEPT_ALIVE,
        /** Not even the answer: the connection is cut. */
        CUT
    }

    private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final LoopbackServer server = new LoopbackServer(this::answer);

    String address() {
        return "http://127.0.0.1:" + server.port();
    }

    /** To answer {@code request}, such as {@code GET /workloads}, with JSON. */
    ScriptedScheduler json(String request, String body) {
        return add(request, new Answer(200, "application/json", Map.of(), body, Ending.COMPLETE));
    }

    ScriptedScheduler text(String request, Map<String, String> headers, String body) {
        return add(request, new Answer(200, "text/plain; charset=UTF-8", headers, body, Ending.COMPLETE));
    }

    ScriptedScheduler problem(String request, int status, String body) {
        return add(request, new Answer(status, "application/problem+json", Map.of(), body, Ending.COMPLETE));
    }

    /** To refuse with a problem of this type, and to say when to come again. */
    ScriptedScheduler again(String request, String type, String retryAfter) {
        String problem = "{\"type\":\"" + type + "\",\"detail\":\"256 requests are being answered\"}";
        return add(
                request,
                new Answer(
                        503, "application/problem+json", Map.of("Retry-After", retryAfter), problem, Ending.COMPLETE));
    }

    /** To answer with something that is no problem of ours. */
    ScriptedScheduler foreign(String request, int status, String body) {
        return add(request, new Answer(status, "text/html", Map.of(), body, Ending.COMPLETE));
    }

    /** To answer with these events and then stay silent on an open stream. */
    ScriptedScheduler events(String... data) {
        return events(Ending.OPEN, data);
    }

    /** To answer with these events and then end. */
    ScriptedScheduler storedEvents(String... data) {
        return events(Ending.COMPLETE, data);
    }

    /** To answer with nothing but what keeps a stream alive. */
    ScriptedScheduler keptAlive() {
        return events(Ending.KEPT_ALIVE);
    }

    /** To cut the connection in place of an answer. */
    ScriptedScheduler cut(String request) {
        return add(request, new Answer(0, "", Map.of(), "", Ending.CUT));
    }

    private ScriptedScheduler events(Ending ending, String... data) {
        StringBuilder body = new StringBuilder("retry: 1000\n\n");
        for (String one : data) {
            body.append("event: workload\ndata: ").append(one).append("\n\n");
        }
        return add("GET /events", new Answer(200, "text/event-stream", Map.of(), body.toString(), ending));
    }

    /** The requests so far. */
    List<Asked> asked() {
        return asked;
    }

    /** The lines of the requests so far, such as {@code GET /workloads?limit=500}. */
    List<String> lines() {
        return asked.stream().map(Asked::line).toList();
    }

    private ScriptedScheduler add(String request, Answer answer) {
        script.computeIfAbsent(request, key -> new ArrayDeque<>()).addLast(answer);
        return this;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String key =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery();
        asked.add(new Asked(
                key + (query == null ? "" : "?" + query), exchange.getRequestHeaders(), LoopbackServer.body(exchange)));
        Answer answer = next(key);
        if (answer.ending() == Ending.CUT) {
            exchange.close();
            return;
        }
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        if (answer.ending() == Ending.COMPLETE) {
            LoopbackServer.answer(exchange, answer.status(), answer.type(), answer.body());
            return;
        }
        OutputStream out = LoopbackServer.open(exchange, answer.status(), answer.type(), answer.body());
        if (answer.ending() == Ending.KEPT_ALIVE) {
            keepAlive(out);
        }
    }

    private void keepAlive(OutputStream out) throws IOException {
        try {
            while (!server.isClosedWithin(Duration.ofMillis(20))) {
                LoopbackServer.write(out, ":\n\n");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer next(String key) {
        Deque<Answer> answers = script.getOrDefault(key, new ArrayDeque<>());
        synchronized (answers) {
            if (answers.isEmpty()) {
                String problem = """
                        {"type":"unknown-workload","title":"There is no such workload","status":404,\
                        "detail":"there is no workload like that"}""";
                return new Answer(404, "application/problem+json", Map.of(), problem, Ending.COMPLETE);
            }
            return answers.size() == 1 ? answers.peekFirst() : answers.removeFirst();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
