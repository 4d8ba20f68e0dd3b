package dev.persys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Followers of {@code GET /events}, all read by one thread, which keeps of each what it takes to see gaps. */
final class EventWatchers implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    /** The smallest that Linux gives. */
    private static final int SMALLEST_RECEIVE_BUFFER = 2048;

    /** Of an answer's first line up to its status. */
    private static final int STATUS_LENGTH = 12;

    /** Where one watcher stands. */
    private static final class Watcher {
        private final StringBuilder line = new StringBuilder();
        private boolean ended;
        private boolean inOrder = true;
        private long last;
        private long seen;

        void read(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                char next = (char) bytes.get();
                if (next != '\n') {
                    line.append(next);
                } else {
                    line(line.toString());
                    line.setLength(0);
                }
            }
        }

        private void line(String text) {
            if (text.startsWith("id: ")) {
                long number = Long.parseLong(text.substring(text.indexOf('-') + 1));
                inOrder = inOrder && (last == 0 || number == last + 1);
                last = number;
                seen++;
            }
        }
    }

    private final Selector selector;
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<SocketChannel> unread = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "event-watchers");

    /** One after the other, each once its stream is open; {@code header} goes with every request. */
    EventWatchers(InetSocketAddress server, String header, int reading, int neverReading) {
        try {
            selector = Selector.open();
            for (int i = 0; i < neverReading; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALLEST_RECEIVE_BUFFER);
                unread.add(ask(server, header, channel));
            }
            for (int i = 0; i < reading; i++) {
                SocketChannel channel = ask(server, header, SocketChannel.open());
                channel.configureBlocking(false);
                Watcher watcher = new Watcher();
                watchers.add(watcher);
                channel.register(selector, SelectionKey.OP_READ, watcher);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.start();
    }

    private static SocketChannel ask(InetSocketAddress server, String header, SocketChannel channel)
            throws IOException {
        channel.connect(server);
        String request = "GET /events HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer begin = ByteBuffer.allocate(STATUS_LENGTH);
        int read = 0;
        while (begin.hasRemaining() && read >= 0) {
            read = channel.read(begin);
        }
        String status = new String(begin.array(), StandardCharsets.US_ASCII);
        if (!status.endsWith(" 200")) {
            throw new IOException("no stream: " + status);
        }
        return channel;
    }

    private void run() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            while (selector.isOpen() && !Thread.currentThread().isInterrupted()) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    read(key, buffer.clear());
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void read(SelectionKey key, ByteBuffer buffer) throws IOException {
        Watcher watcher = (Watcher) key.attachment();
        try {
            if (((SocketChannel) key.channel()).read(buffer) < 0) {
                watcher.ended = true;
                key.channel().close();
            } else {
                watcher.read(buffer.flip());
            }
        } catch (IOException e) {
            watcher.ended = true;
            key.channel().close();
        }
    }

    /** Watchers that have seen at least so many events, each once, in order, without a gap, and still follow. */
    synchronized long complete(long events) {
        return watchers.stream()
                .filter(watcher -> watcher.seen >= events && watcher.inOrder && !watcher.ended)
                .count();
    }

    /** The numbers that the watchers have come to, from the lowest, for messages. */
    synchronized String standing() {
        long[] numbers =
                watchers.stream().mapToLong(watcher -> watcher.last).sorted().toArray();
        return numbers[0] + " to " + numbers[numbers.length - 1] + ", ended "
                + watchers.stream().filter(watcher -> watcher.ended).count() + ", out of order "
                + watchers.stream().filter(watcher -> !watcher.inOrder).count() + ", of " + numbers.length;
    }

    @Override
    public void close() {
        thread.interrupt();
        selector.wakeup();
        try {
            thread.join();
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
            for (SocketChannel channel : unread) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
