package dev.persys.scheduler.store;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between an etcd client and its server, and can hold up what the client sends until long after the client has
 * given it up, as a stalled network does. Understands as much of HTTP/2 as it takes to leave out that it was given up.
 */
final class HoldingProxy implements Closeable {
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int GO_AWAY = 7;

    private final URI server;
    private final ServerSocket listening;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private HoldingProxy(URI server, ServerSocket listening) {
        this.server = server;
        this.listening = listening;
    }

    static HoldingProxy to(String endpoint) throws IOException {
        ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HoldingProxy proxy = new HoldingProxy(URI.create(endpoint), listening);
        StoreThreads.daemon("holding-proxy", proxy::accept).start();
        return proxy;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(
                        listening.accept(), new Socket(InetAddress.getLoopbackAddress(), server.getPort()));
                connections.add(connection);
                StoreThreads.daemon("holding-proxy-up", connection::up).start();
                StoreThreads.daemon("holding-proxy-down", connection::down).start();
            }
        } catch (IOException e) {
            connections.forEach(Connection::close); // It was closed.
        }
    }

    /** From now on nothing that comes over the connections there are reaches the server. */
    void hold() {
        connections.forEach(Connection::hold);
    }

    /** Ends the held connections as the client sees them; the server sees nothing of that. */
    void cut() {
        connections.forEach(Connection::cut);
    }

    /** Lets the server have what was held, and waits until it has answered a call of it. */
    void deliver() throws InterruptedException {
        for (Connection connection : connections) {
            connection.deliver();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        connections.forEach(Connection::close);
    }

    private static final class Connection {
        private final Socket client;
        private final Socket upstream;
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private final ByteArrayOutputStream answered = new ByteArrayOutputStream();
        private boolean holding;
        private boolean cut;

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void up() {
            byte[] bytes = new byte[64 * 1024];
            try {
                InputStream from = client.getInputStream();
                for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                    sent(bytes, read);
                }
            } catch (IOException e) {
                ended();
            }
        }

        private synchronized void sent(byte[] bytes, int length) throws IOException {
            if (holding) {
                held.write(bytes, 0, length);
            } else {
                upstream.getOutputStream().write(bytes, 0, length);
            }
        }

        private synchronized void ended() {
            if (!holding) {
                close();
            }
        }

        void down() {
            byte[] bytes = new byte[64 * 1024];
            try {
                InputStream from = upstream.getInputStream();
                OutputStream to = client.getOutputStream();
                for (int read = from.read(bytes); read >= 0; read = from.read(bytes)) {
                    if (!answered(bytes, read)) {
                        to.write(bytes, 0, read);
                    }
                }
            } catch (IOException e) {
                close();
            }
        }

        /** Whether the answer is to what was held, which nobody waits for any more. */
        private synchronized boolean answered(byte[] bytes, int length) {
            if (cut) {
                answered.write(bytes, 0, length);
                notifyAll();
            }
            return cut;
        }

        synchronized void hold() {
            holding = true;
        }

        synchronized void cut() {
            if (holding) {
                cut = true;
                closed(client);
            }
        }

        synchronized void deliver() throws InterruptedException {
            if (!cut) {
                return;
            }
            try {
                for (ByteBuffer frame : frames(held.toByteArray())) {
                    int type = frame.get(3);
                    if (type != RST_STREAM && type != GO_AWAY) {
                        upstream.getOutputStream().write(frame.array(), frame.arrayOffset(), frame.limit());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            long end = System.nanoTime() + 20_000_000_000L;
            while (frames(answered.toByteArray()).stream().noneMatch(frame -> frame.get(3) == HEADERS)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("the server answered none of what was held");
                }
                wait(100);
            }
        }

        /** Whole frames; what was begun on a quiet connection begins with one. */
        private static List<ByteBuffer> frames(byte[] bytes) {
            List<ByteBuffer> frames = new ArrayList<>();
            int at = 0;
            while (bytes.length - at >= FRAME_HEADER_BYTES) {
                int length = ((bytes[at] & 0xff) << 16) | ((bytes[at + 1] & 0xff) << 8) | (bytes[at + 2] & 0xff);
                int end = at + FRAME_HEADER_BYTES + length;
                if (end > bytes.length) {
                    return frames;
                }
                frames.add(ByteBuffer.wrap(bytes, at, end - at).slice());
                at = end;
            }
            return frames;
        }

        void close() {
            closed(client);
            closed(upstream);
        }

        private static void closed(Socket socket) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
