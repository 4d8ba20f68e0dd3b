package dev.persys.http.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the connections of a port, on a thread that does nothing else: where connections come faster than they are
 * accepted, the kernel's queue overflows, and clients then wait for many seconds or are reset.
 */
final class Acceptor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    /** The kernel has a bound of its own, net.core.somaxconn, and the lower one holds. */
    private static final int BACKLOG = 4096;

    /** Until it is tried again after a failure, such as too many open files. */
    private static final long PAUSE_NANOS = 100_000_000;

    /** Of a silent connection, in seconds: until the kernel asks whether its client is there, and between questions. */
    private static final int SILENCE_SECONDS = 60;

    private static final int BETWEEN_SECONDS = 15;
    private static final int UNANSWERED = 4;

    /**
     * Bytes that the kernel keeps for a client that does not read, which would otherwise be megabytes: enough for two
     * megabytes a second over a continent.
     */
    private static final int SEND_BUFFER_BYTES = 128 * 1024;

    private final ServerSocketChannel server;
    private final InetSocketAddress address;
    private final Consumer<SocketChannel> handler;

    private Acceptor(ServerSocketChannel server, Consumer<SocketChannel> handler) throws IOException {
        this.server = server;
        this.address = (InetSocketAddress) server.getLocalAddress();
        this.handler = handler;
    }

    /**
     * Listens.
     *
     * @param handler takes over each connection, which does not block; where it waits, so do the next connections
     */
    static Acceptor start(InetSocketAddress address, Consumer<SocketChannel> handler) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.bind(address, BACKLOG);
            Acceptor acceptor = new Acceptor(server, handler);
            Thread thread = new Thread(acceptor::run, "persys-http-accept-" + acceptor.address.getPort());
            thread.setDaemon(true);
            thread.start();
            return acceptor;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    private void run() {
        boolean failing = false;
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                configure(channel);
                handOver(channel);
                failing = false;
            } catch (ClosedChannelException e) {
                LOG.debug("Port {} takes no more connections", address.getPort());
            } catch (IOException e) {
                if (!failing) {
                    LOG.warn("Port {} cannot take connections; trying on", address.getPort(), e);
                }
                failing = true;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** A connection that cannot be served is that one's trouble alone. */
    private void handOver(SocketChannel channel) throws IOException {
        try {
            handler.accept(channel);
        } catch (RuntimeException e) {
            LOG.error("Port {} cannot serve a connection", address.getPort(), e);
            channel.close();
        }
    }

    /**
     * A stream on which nothing moves has no other way than the kernel's questions to find out that its client's machine
     * is gone.
     */
    private static void configure(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, SILENCE_SECONDS);
                channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, BETWEEN_SECONDS);
                channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, UNANSWERED);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Takes no more connections. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
