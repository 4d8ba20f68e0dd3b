package dev.persys.scheduler.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The unit of writing and of validity: payload length (4), CRC32C of the payload (4), CRC32C of the file's salt and
 * these eight bytes (4), payload.
 *
 * <p>The header's checksum of its own makes the length trustworthy and the beginning of a frame recognisable. In a
 * log, one frame is one forced write, and the next is written only after that force has returned. So the header of a
 * frame proves that everything before it had reached the medium.
 */
final class Frame {
    static final int HEADER_BYTES = 12;
    static final int MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
    static final int MAX_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES;

    private Frame() {}

    static ByteBuffer header(int salt, ByteBuffer payload) {
        int length = payload.remaining();
        if (length == 0 || length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a frame's payload has 1 to " + MAX_PAYLOAD_BYTES + " bytes: " + length);
        }
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        int payloadChecksum = checksum(payload);
        header.putInt(length).putInt(payloadChecksum).putInt(headerChecksum(salt, length, payloadChecksum));
        return header.flip();
    }

    /** The payload's length, or -1 where the twelve bytes at the buffer's position are not a header of this file. */
    static int payloadLength(int salt, ByteBuffer bytes) {
        int at = bytes.position();
        int length = bytes.getInt(at);
        if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
            return -1;
        }
        boolean ours = bytes.getInt(at + 8) == headerChecksum(salt, length, bytes.getInt(at + 4));
        return ours ? length : -1;
    }

    static int payloadChecksum(ByteBuffer header) {
        return header.getInt(header.position() + 4);
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    private static int headerChecksum(int salt, int length, int payloadChecksum) {
        return checksum(ByteBuffer.allocate(12)
                .putInt(salt)
                .putInt(length)
                .putInt(payloadChecksum)
                .flip());
    }
}
