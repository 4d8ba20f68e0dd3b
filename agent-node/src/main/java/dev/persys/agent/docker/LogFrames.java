package dev.persys.agent.docker;

import akka.util.ByteString;
import akka.util.ByteStringBuilder;
import java.io.IOException;

/**
 * Takes Docker's frames apart: eight bytes (stream, three zeros, big-endian length) before each piece of output
 * (Docker's API, "Stream format" of attach). Holds a header that is cut at the end of a read. Not thread-safe.
 */
final class LogFrames {
    private static final int HEADER_BYTES = 8;

    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private long payloadLeft;

    /** The output within the next {@code length} bytes; empty where they hold none. */
    ByteString payload(byte[] bytes, int length) throws IOException {
        ByteStringBuilder output = new ByteStringBuilder();
        int at = 0;
        while (at < length) {
            if (payloadLeft > 0) {
                int taken = (int) Math.min(payloadLeft, length - at);
                output.putBytes(bytes, at, taken);
                payloadLeft -= taken;
                at += taken;
            } else {
                header[headerBytes++] = bytes[at++];
                if (headerBytes == HEADER_BYTES) {
                    payloadLeft = lengthInHeader();
                    headerBytes = 0;
                }
            }
        }
        return output.result();
    }

    private long lengthInHeader() throws IOException {
        if (header[0] < 0 || header[0] > 3 || header[1] != 0 || header[2] != 0 || header[3] != 0) {
            throw new IOException("Docker's log stream is not in frames");
        }
        return ((header[4] & 0xFFL) << 24)
                | ((header[5] & 0xFFL) << 16)
                | ((header[6] & 0xFFL) << 8)
                | (header[7] & 0xFFL);
    }
}
