package dev.persys.cli.client;

import dev.persys.api.SessionChannel;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A session in a container: frames ({@link SessionChannel}) as the binary messages of a WebSocket (RFC 6455). By hand, for
 * the reason that {@link HttpCall} gives. One thread reads; any may write.
 */
public final class SessionSocket implements AutoCloseable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final int LONGEST = 1 << 20;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int SHORT_LENGTH = 125;
    private static final int LENGTH_IN_TWO_BYTES = 126;
    private static final int LENGTH_IN_EIGHT_BYTES = 127;

    private final HttpCall call;
    private final DataInputStream in;
    private final OutputStream out;

    private SessionSocket(HttpCall call) throws IOException {
        this.call = call;
        this.in = new DataInputStream(call.body());
        this.out = call.output();
    }

    /** What came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never shared
    public record Frame(SessionChannel channel, byte[] payload) {}

    static String newKey() {
        byte[] key = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    static SessionSocket on(HttpCall call, String key) throws IOException {
        boolean agreed = call.status() == HttpCall.SWITCHING_PROTOCOLS
                && call.header("Sec-WebSocket-Accept")
                        .filter(answer(key)::equals)
                        .isPresent();
        if (!agreed) {
            call.close();
            throw new IOException("what answers there speaks no WebSocket");
        }
        return new SessionSocket(call);
    }

    /** What a server says to a client's key (RFC 6455, section 4.2.2), in base64. */
    public static String answer(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** The next frame; empty where the other side has ended the session. */
    public Optional<Frame> read() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int first;
            try {
                first = in.readUnsignedByte();
            } catch (EOFException e) {
                return Optional.empty();
            }
            byte[] payload = payload(in.readUnsignedByte());
            int kind = first & 0x0f;
            if (kind == CLOSE) {
                return Optional.empty();
            } else if (kind == PING) {
                send(PONG, payload, 0, payload.length, Optional.empty());
            } else if (kind != PONG) {
                message.write(payload);
                if ((first & FINAL) != 0) {
                    Optional<Frame> frame = frame(message.toByteArray());
                    if (frame.isPresent()) {
                        return frame;
                    }
                    message.reset();
                }
            }
        }
    }

    /** Empty for what a server of another version says. */
    private static Optional<Frame> frame(byte[] message) {
        return message.length == 0
                ? Optional.empty()
                : SessionChannel.of(message[0] & 0xff)
                        .map(channel -> new Frame(channel, Arrays.copyOfRange(message, 1, message.length)));
    }

    private byte[] payload(int second) throws IOException {
        long length = second & 0x7f;
        if (length == LENGTH_IN_TWO_BYTES) {
            length = in.readUnsignedShort();
        } else if (length == LENGTH_IN_EIGHT_BYTES) {
            length = in.readLong();
        }
        if ((second & MASKED) != 0 || length < 0 || length > LONGEST) {
            throw new IOException("what answers there speaks no WebSocket");
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return payload;
    }

    /** At most {@link SessionChannel#MAX_PAYLOAD} bytes. */
    public void write(SessionChannel channel, byte[] bytes, int offset, int length) throws IOException {
        send(BINARY, bytes, offset, length, Optional.of(channel));
    }

    /** Without a payload. */
    public void write(SessionChannel channel) throws IOException {
        write(channel, new byte[0], 0, 0);
    }

    /** Says that nothing more comes. */
    public void leave() throws IOException {
        send(CLOSE, new byte[0], 0, 0, Optional.empty());
    }

    private void send(int kind, byte[] bytes, int offset, int length, Optional<SessionChannel> channel)
            throws IOException {
        int whole = length + (channel.isPresent() ? 1 : 0);
        ByteBuffer frame = ByteBuffer.allocate(whole + 14);
        frame.put((byte) (FINAL | kind));
        if (whole <= SHORT_LENGTH) {
            frame.put((byte) (MASKED | whole));
        } else if (whole <= 0xffff) {
            frame.put((byte) (MASKED | LENGTH_IN_TWO_BYTES)).putShort((short) whole);
        } else {
            frame.put((byte) (MASKED | LENGTH_IN_EIGHT_BYTES)).putLong(whole);
        }
        // Clients have to (section 5.3), for the sake of proxies that take what a page sends for a request.
        byte[] mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        frame.put(mask);
        int start = frame.position();
        channel.ifPresent(one -> frame.put(one.code()));
        frame.put(bytes, offset, length);
        byte[] all = frame.array();
        for (int i = 0; i < whole; i++) {
            all[start + i] ^= mask[i & 3];
        }
        synchronized (out) {
            out.write(all, 0, frame.position());
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        call.close();
    }
}
