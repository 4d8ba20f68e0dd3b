package dev.persys.agent.docker;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that wants a password, has no image, and remembers whatever it was shown. */
final class FakeRegistry implements AutoCloseable {
    /** The first byte of a TLS handshake. */
    private static final int HANDSHAKE = 0x16;

    private static final int BACKLOG = 50;
    private static final String AUTHORIZATION = "Authorization: ";

    /** Each {@code Authorization} that came. */
    final List<String> shown = new CopyOnWriteArrayList<>();

    private final ServerSocket server;

    FakeRegistry() {
        try {
            server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "fake-registry");
        thread.setDaemon(true);
        thread.start();
    }

    /** Docker takes a loopback address without TLS. */
    String host() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(client);
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    /** Docker tries TLS first, and waits ten seconds where that is neither answered nor refused. */
    private void answer(Socket client) throws IOException {
        BufferedInputStream in = new BufferedInputStream(client.getInputStream());
        in.mark(1);
        if (in.read() == HANDSHAKE) {
            return;
        }
        in.reset();
        BufferedReader head = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        Optional<String> authorization = Optional.empty();
        for (String line = head.readLine(); line != null && !line.isEmpty(); line = head.readLine()) {
            if (line.startsWith(AUTHORIZATION)) {
                authorization = Optional.of(line.substring(AUTHORIZATION.length()));
            }
        }
        authorization.ifPresent(shown::add);
        String status = authorization.isPresent() ? "404 Not Found" : "401 Unauthorized";
        String answer = "HTTP/1.1 " + status + "\r\nDocker-Distribution-Api-Version: registry/2.0\r\n"
                + "WWW-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
