package dev.persys.agent.docker;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Docker's API as a script, for what a real engine cannot be made to do at will. */
final class FakeEngine implements AutoCloseable {
    private record Answer(int status, String body) {}

    /** What was asked: {@code METHOD path body}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final Map<String, Queue<Answer>> script = new HashMap<>();
    private final HttpServer server;

    FakeEngine() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String call =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add((call + " " + body).strip());
            Answer answer = next(call);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
    }

    /** The next answer to a call, such as {@code GET /info}; the last one stays. */
    synchronized FakeEngine answer(String call, int status, String body) {
        script.computeIfAbsent(call, key -> new ArrayDeque<>()).add(new Answer(status, body));
        return this;
    }

    URI host() {
        return URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized Answer next(String call) {
        Queue<Answer> answers = script.getOrDefault(call, new ArrayDeque<>());
        if (answers.isEmpty()) {
            return new Answer(404, "{\"message\":\"not in the script: " + call + "\"}");
        }
        return answers.size() == 1 ? answers.peek() : answers.remove();
    }
}
