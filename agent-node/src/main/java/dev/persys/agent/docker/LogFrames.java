package dev.persys.agent.docker;

import akka.util.ByteString;
import akka.util.ByteStringBuilder;
import java.io.IOException;

/**
 * Takes Docker's frames apart: eight bytes (stream, three zeros, big-endian length) before each piece of output
 * (Docker's API, "Stream format" of attach). Holds a header that is cut at the end of a read. Not thread-safe. What a
 * container with a terminal printed has no frames: it is known by what it begins with, where Docker does not say.
 *
 * <p>Docker keeps a long line in pieces, each a frame, and puts the time before every piece where it is asked for times:
 * what is not at the beginning of a line loses it.
 */
final class LogFrames {
    private static final int HEADER_BYTES = 8;

    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private final boolean stamped;
    private long payloadLeft;
    private boolean inUnwantedStamp;
    private boolean atLineStart = true;

    private boolean mayBeRaw;
    private boolean isRaw;

    /**
     * For one stream.
     *
     * @param stamped whether each frame's payload begins with a time and a blank
     * @param mayBeRaw whether it may be of a container with a terminal
     */
    LogFrames(boolean stamped, boolean mayBeRaw) {
        this.stamped = stamped;
        this.mayBeRaw = mayBeRaw;
    }

    /** The output within the next {@code length} bytes; empty where they hold none. */
    ByteString payload(byte[] bytes, int length) throws IOException {
        ByteStringBuilder output = new ByteStringBuilder();
        int at = 0;
        while (at < length) {
            if (isRaw) {
                output.putBytes(bytes, at, length - at);
                at = length;
            } else if (payloadLeft > 0) {
                int taken = (int) Math.min(payloadLeft, length - at);
                put(bytes, at, taken, output);
                payloadLeft -= taken;
                at += taken;
            } else {
                header[headerBytes++] = bytes[at++];
                isRaw = mayBeRaw && !isHead(headerBytes - 1);
                if (isRaw) {
                    output.putBytes(header, 0, headerBytes);
                } else if (headerBytes == HEADER_BYTES) {
                    mayBeRaw = false;
                    payloadLeft = lengthInHeader();
                    headerBytes = 0;
                    inUnwantedStamp = stamped && !atLineStart;
                }
            }
        }
        return output.result();
    }

    private void put(byte[] bytes, int at, int length, ByteStringBuilder output) {
        int from = at;
        while (inUnwantedStamp && from < at + length) {
            inUnwantedStamp = bytes[from++] != ' ';
        }
        if (from < at + length) {
            output.putBytes(bytes, from, at + length - from);
            atLineStart = bytes[at + length - 1] == '\n';
        }
    }

    /** Whether that byte may be one of the beginning of a frame. */
    private boolean isHead(int at) {
        return at == 0 ? header[0] >= 0 && header[0] <= 3 : at > 3 || header[at] == 0;
    }

    private long lengthInHeader() throws IOException {
        if (!isHead(0) || !isHead(1) || !isHead(2) || !isHead(3)) {
            throw new IOException("Docker's log stream is not in frames");
        }
        return ((header[4] & 0xFFL) << 24)
                | ((header[5] & 0xFFL) << 16)
                | ((header[6] & 0xFFL) << 8)
                | (header[7] & 0xFFL);
    }
}
