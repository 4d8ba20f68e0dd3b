package dev.persys.e2e;

import com.sun.net.httpserver.HttpExchange;
import dev.persys.testing.LoopbackServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent without containers that takes every order, after as long as a test says. */
final class FakeAgent implements AutoCloseable {
    private final Duration delay;
    private final Map<String, Long> orders = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LoopbackServer server = new LoopbackServer(this::answer);

    FakeAgent(Duration delay) {
        this.delay = delay;
    }

    int port() {
        return server.port();
    }

    /** When an order for the workload of this name came, as {@link System#nanoTime} has it; absent before. */
    Map<String, Long> orders() {
        return orders;
    }

    /** Requests that waited for an answer at the same time. */
    int most() {
        return most.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = LoopbackServer.body(exchange);
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try {
            if (path.equals("/docker/run")) {
                String name = body.replaceFirst("(?s).*\"displayName\"\\s*:\\s*\"([^\"]*)\".*", "$1");
                orders.putIfAbsent(name, System.nanoTime());
            }
            if (path.equals("/docker/events")) {
                LoopbackServer.open(exchange, 200, "text/event-stream", "retry: 1000\n\n");
                return;
            }
            boolean isOrder = !path.equals("/docker/list");
            if (isOrder && server.isClosedWithin(delay)) {
                exchange.close();
                return;
            }
            LoopbackServer.answer(
                    exchange,
                    200,
                    "application/json",
                    isOrder
                            ? "{\"message\":\"Command queued for execution\",\"workloadId\":\"" + workload(path, body)
                                    + "\"}"
                            : "{\"cursor\":\"boot-0\",\"containers\":[],\"orders\":[]}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** The workload that an order is for. */
    private static String workload(String path, String body) {
        return path.equals("/docker/run")
                ? body.replaceFirst("(?s).*\"workloadId\"\\s*:\\s*\"([^\"]*)\".*", "$1")
                : path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public void close() {
        server.close();
    }
}
