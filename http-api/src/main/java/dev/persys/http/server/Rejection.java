package dev.persys.http.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is too many: whatever it asks for, it gets one answer, and no sooner than it asks. Costs a socket and
 * no more, for there may be thousands of them at a time.
 */
final class Rejection implements SocketLoop.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Rejection.class);

    /**
     * For the client to ask, and then to close its side when it has the answer: whoever opens thousands of connections
     * takes seconds to come round to each.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SocketChannel channel;
    private final SocketLoop loop;
    private final byte[] answer;
    private final Runnable afterwards;
    private long since = System.nanoTime();
    private boolean answered;

    private Rejection(SocketChannel channel, SocketLoop loop, byte[] answer, Runnable afterwards) {
        this.channel = channel;
        this.loop = loop;
        this.answer = answer;
        this.afterwards = afterwards;
    }

    /** Takes over {@code channel}, which does not block; {@code afterwards} runs when it is closed. */
    static void begin(SocketChannel channel, SocketLoop loop, byte[] answer, Runnable afterwards) {
        loop.add(channel, SelectionKey.OP_READ, new Rejection(channel, loop, answer, afterwards));
    }

    /** What the client sends behind its first bytes is read too: unread, it would make the kernel drop the answer. */
    @Override
    public void received(ByteBuffer bytes) {
        if (!answered) {
            answered = true;
            since = System.nanoTime();
            try {
                // The kernel has room for it: nothing was sent before.
                channel.write(ByteBuffer.wrap(answer));
                channel.shutdownOutput();
            } catch (IOException e) {
                failed(e);
                return;
            }
        }
        loop.want(channel, SelectionKey.OP_READ);
    }

    @Override
    public void ended() {
        close();
    }

    @Override
    public void writable() {
        throw new IllegalStateException("nothing is left to be written");
    }

    @Override
    public void failed(IOException cause) {
        LOG.debug("A connection broke that was turned away", cause);
        close();
    }

    @Override
    public void tick() {
        if (System.nanoTime() - since > PATIENCE.toNanos()) {
            close();
        }
    }

    private void close() {
        if (channel.isOpen()) {
            loop.drop(channel);
            afterwards.run();
        }
    }
}
