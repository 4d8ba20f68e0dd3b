package dev.persys.http.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that waits for all sockets of a port. What it finds, it tells the socket's {@link Listener} on this thread,
 * which must not block; an interest is told of once and has to be shown anew.
 */
final class SocketLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
    private static final int BUFFER_BYTES = 64 * 1024;

    /** How often listeners are asked whether they have waited for long enough. */
    private static final long TICK_MILLIS = 250;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What happens to a socket. */
    interface Listener {
        /**
         * Something has come.
         *
         * @param bytes to be copied before returning
         */
        void received(ByteBuffer bytes);

        /** The other side sends no more. */
        void ended();

        void writable();

        void failed(IOException cause);

        /** A quarter of a second has passed. */
        default void tick() {}
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private volatile boolean closed;

    private SocketLoop(Selector selector, String name) {
        this.selector = selector;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    static SocketLoop start(String name) throws IOException {
        SocketLoop loop = new SocketLoop(Selector.open(), name);
        loop.thread.start();
        return loop;
    }

    /** Begins to wait for a non-blocking {@code channel}; a failure to do so is told to the listener. */
    void add(SocketChannel channel, int interest, Listener listener) {
        tasks.add(() -> {
            try {
                channel.register(selector, interest, listener);
            } catch (IOException | ClosedSelectorException e) {
                listener.failed(new IOException("the connection is closed", e));
            }
        });
        selector.wakeup();
    }

    /** Shows one more interest in a channel that was added; does nothing where it is closed. */
    void want(SocketChannel channel, int interest) {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            // It is being added: the registration is in the queue before this.
            tasks.add(() -> want(key(channel), interest));
        } else {
            want(key, interest);
        }
        selector.wakeup();
    }

    private SelectionKey key(SocketChannel channel) {
        return channel.keyFor(selector);
    }

    private static void want(SelectionKey key, int interest) {
        try {
            if (key != null) {
                key.interestOpsOr(interest);
            }
        } catch (CancelledKeyException e) {
            LOG.trace("Closed meanwhile", e);
        }
    }

    /** Closes a channel; its descriptor is free only when the thread has seen that. */
    void drop(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("A connection was not closed cleanly", e);
        }
        selector.wakeup();
    }

    private void run() {
        long nextTick = System.nanoTime();
        try {
            while (!closed) {
                selector.select(this::ready, TICK_MILLIS);
                runTasks();
                if (System.nanoTime() - nextTick >= 0) {
                    nextTick = System.nanoTime() + TICK_MILLIS * NANOS_PER_MILLI;
                    listeners().forEach(Listener::tick);
                }
            }
            List<Listener> left = listeners();
            selector.close();
            left.forEach(listener -> listener.failed(new IOException("the port is closed")));
            runTasks();
        } catch (IOException e) {
            LOG.error("A port serves no more: its connections cannot be waited for", e);
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private List<Listener> listeners() {
        return selector.keys().stream().map(key -> (Listener) key.attachment()).toList();
    }

    private void ready(SelectionKey key) {
        Listener listener = (Listener) key.attachment();
        try {
            int ready = key.readyOps();
            key.interestOpsAnd(~ready);
            if ((ready & SelectionKey.OP_WRITE) != 0) {
                listener.writable();
            }
            if ((ready & SelectionKey.OP_READ) != 0) {
                buffer.clear();
                if (((SocketChannel) key.channel()).read(buffer) < 0) {
                    listener.ended();
                } else {
                    listener.received(buffer.flip());
                }
            }
        } catch (CancelledKeyException e) {
            LOG.trace("Closed meanwhile", e);
        } catch (IOException e) {
            listener.failed(e);
        } catch (RuntimeException e) {
            LOG.error("A connection is closed because of a fault in serving it", e);
            drop((SocketChannel) key.channel());
            listener.failed(new IOException("a fault in serving the connection", e));
        }
    }

    /** Ends the thread, and closes what it waits for. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
