package dev.persys.agent.docker;

import akka.util.ByteString;
import dev.persys.api.SessionChannel;
import dev.persys.runtime.SessionFrames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes frames of a session of what comes from Docker. Without a terminal that is packets: a byte for the stream (1 is
 * standard output, 2 standard error), three of zero, the length in four, most significant first, and then the bytes. With
 * one it is what the terminal shows. Fed from one thread; keeps no more than the head of one packet.
 */
final class OutputFrames {
    private static final int HEAD = 8;
    private static final int LENGTH_AT = 4;
    private static final int STDERR = 2;

    private final boolean tty;
    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    private SessionChannel channel = SessionChannel.STDOUT;
    private long left;

    OutputFrames(boolean tty) {
        this.tty = tty;
    }

    /** The frames that {@code bytes} bring, all of which are read. */
    List<ByteString> frames(ByteBuffer bytes) {
        List<ByteString> frames = new ArrayList<>();
        while (bytes.hasRemaining()) {
            if (tty) {
                frames.addAll(SessionFrames.of(SessionChannel.STDOUT, taken(bytes, bytes.remaining())));
            } else if (left > 0) {
                ByteString part = taken(bytes, (int) Math.min(left, bytes.remaining()));
                left -= part.size();
                frames.addAll(SessionFrames.of(channel, part));
            } else {
                readHead(bytes);
            }
        }
        return frames;
    }

    private void readHead(ByteBuffer bytes) {
        while (head.hasRemaining() && bytes.hasRemaining()) {
            head.put(bytes.get());
        }
        if (!head.hasRemaining()) {
            channel = head.get(0) == STDERR ? SessionChannel.STDERR : SessionChannel.STDOUT;
            left = Integer.toUnsignedLong(head.getInt(LENGTH_AT));
            head.clear();
        }
    }

    private static ByteString taken(ByteBuffer bytes, int length) {
        byte[] copy = new byte[length];
        bytes.get(copy);
        return ByteString.fromArrayUnsafe(copy);
    }
}
