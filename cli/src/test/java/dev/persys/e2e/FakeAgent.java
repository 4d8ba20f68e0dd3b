package dev.persys.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent without containers that takes every order, after as long as a test says. */
final class FakeAgent implements AutoCloseable {
    private final HttpServer server;
    private final Duration delay;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Long> orders = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    FakeAgent(Duration delay) {
        this.delay = delay;
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
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try {
            if (path.equals("/docker/run")) {
                String name = body.replaceFirst("(?s).*\"displayName\"\\s*:\\s*\"([^\"]*)\".*", "$1");
                orders.putIfAbsent(name, System.nanoTime());
            }
            if (path.equals("/docker/events")) {
                exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write("retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII));
                exchange.getResponseBody().flush();
                return;
            }
            boolean isOrder = !path.equals("/docker/list");
            if (isOrder && closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
                exchange.close();
                return;
            }
            byte[] answer = (isOrder
                            ? "{\"message\":\"Command queued for execution\",\"workloadId\":\"" + workload(path, body)
                                    + "\"}"
                            : "{\"cursor\":\"boot-0\",\"containers\":[],\"orders\":[]}")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
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
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
