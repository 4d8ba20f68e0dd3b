package dev.persys.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Many HTTP/1.1 requests at once, each on a connection of its own, from one thread: every connection is asked for before
 * the first answer is read.
 */
public final class HttpFlood {
    private static final int BUFFER_BYTES = 64 * 1024;

    /**
     * What became of one request.
     *
     * @param status 0 where there was no whole answer
     * @param took from the wish to connect to the end of the answer
     * @param failure why there was no answer
     */
    public record Outcome(
            int status, Optional<String> retryAfter, String body, Duration took, Optional<String> failure) {}

    private static final class Exchange {
        final int index;
        final ByteBuffer request;
        final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        final long started = System.nanoTime();

        Exchange(int index, String request) {
            this.index = index;
            this.request = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final Selector selector;
    private final Outcome[] outcomes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int open;

    private HttpFlood(Selector selector, int size) {
        this.selector = selector;
        this.outcomes = new Outcome[size];
    }

    /**
     * Sends them all and reads each answer to its end; {@code requests} have to ask for the connection to be closed.
     *
     * @param deadline for everything together; what is not answered then has failed
     * @return one outcome a request, in their order
     */
    public static List<Outcome> send(InetSocketAddress server, List<String> requests, Duration deadline) {
        try (Selector selector = Selector.open()) {
            HttpFlood flood = new HttpFlood(selector, requests.size());
            for (int i = 0; i < requests.size(); i++) {
                flood.open(server, new Exchange(i, requests.get(i)));
            }
            flood.run(System.nanoTime() + deadline.toNanos());
            return List.of(flood.outcomes);
        } catch (IOException e) {
            throw new UncheckedIOException("are this machine's limits on open files too low? (ulimit -n)", e);
        }
    }

    /** The text of a request without a body, or with one of JSON. */
    public static String request(String method, String path, Optional<String> json, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        text.append("Connection: close\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        json.ifPresent(body -> text.append("Content-Type: application/json\r\nContent-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n"));
        return text.append("\r\n").append(json.orElse("")).toString();
    }

    private void open(InetSocketAddress server, Exchange exchange) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(server);
        channel.register(selector, SelectionKey.OP_CONNECT, exchange);
        open++;
    }

    private void run(long end) throws IOException {
        while (open > 0 && System.nanoTime() < end) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                step(key);
            }
            selector.selectedKeys().clear();
        }
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.isValid()) {
                finish(key, Optional.of("no answer in time"));
            }
        }
    }

    private void step(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Exchange exchange = (Exchange) key.attachment();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_WRITE);
            } else if (key.isWritable()) {
                channel.write(exchange.request);
                if (!exchange.request.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else if (key.isReadable()) {
                buffer.clear();
                int read = channel.read(buffer);
                if (read < 0) {
                    finish(key, Optional.empty());
                } else {
                    exchange.answer.write(buffer.array(), 0, read);
                }
            }
        } catch (IOException e) {
            finish(key, Optional.of(e.getMessage()));
        }
    }

    private void finish(SelectionKey key, Optional<String> failure) throws IOException {
        Exchange exchange = (Exchange) key.attachment();
        key.channel().close();
        open--;
        Duration took = Duration.ofNanos(System.nanoTime() - exchange.started);
        outcomes[exchange.index] = outcome(exchange.answer.toString(StandardCharsets.UTF_8), took, failure);
    }

    private static Outcome outcome(String answer, Duration took, Optional<String> failure) {
        int body = answer.indexOf("\r\n\r\n");
        if (failure.isPresent() || !answer.startsWith("HTTP/1.1 ") || body < 0) {
            return new Outcome(0, Optional.empty(), answer, took, failure.or(() -> Optional.of("no whole answer")));
        }
        List<String> head = new ArrayList<>(answer.substring(0, body).lines().toList());
        int status = Integer.parseInt(head.remove(0).substring(9, 12));
        Optional<String> retryAfter = head.stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("retry-after:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        return new Outcome(status, retryAfter, answer.substring(body + 4), took, Optional.empty());
    }
}
