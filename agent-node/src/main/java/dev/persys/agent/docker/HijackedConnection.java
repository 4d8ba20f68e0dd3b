package dev.persys.agent.docker;

import com.github.dockerjava.core.DockerClientConfig;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A connection to Docker for one request, on which both sides may speak at once. Mostly it is the process's standard
 * streams from its answer on, what Docker calls hijacked (its API's "Attach to a container" and "Start an exec instance").
 * Blocks; may be closed by another thread.
 */
final class HijackedConnection implements Closeable {
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final String CONTENT_LENGTH = "content-length";
    private static final String END_OF_LINE = "\r\n";
    private static final int SWITCHING = 101;
    private static final int OK = 200;

    private final EngineSocket socket;
    private final ByteBuffer ahead = ByteBuffer.allocate(16 * 1024).flip();

    private HijackedConnection(EngineSocket socket) {
        this.socket = socket;
    }

    static HijackedConnection connect(DockerClientConfig config, Duration limit) throws IOException {
        return new HijackedConnection(EngineSocket.open(config, Math.toIntExact(limit.toMillis())));
    }

    /** Sends a POST and reads the head of its answer, as {@link #answer}. */
    Map<String, String> begin(String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        send(
                "POST " + path,
                "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n");
        socket.write(ByteBuffer.wrap(body));
        return answer();
    }

    /** Sends the head of a request that is the last one here. */
    void send(String methodAndPath, String headers) throws IOException {
        String head = methodAndPath + " HTTP/1.1\r\nHost: docker\r\nUser-Agent: persys\r\n" + headers + "\r\n";
        socket.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Reads the head of the answer: its headers, with names in small letters. Fails with Docker's own words where that is a
     * refusal; one to a request for the head alone has none.
     */
    Map<String, String> answer() throws IOException {
        int status = status(line());
        Map<String, String> headers = new HashMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            if (colon > 0) {
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
        }
        if (status != SWITCHING && status != OK) {
            int length = headers.containsKey(CONTENT_LENGTH) ? length(headers.get(CONTENT_LENGTH)) : MAX_ERROR_BYTES;
            throw DockerFailures.ofStatus(status, DockerFailures.messageIn(body(length)));
        }
        return headers;
    }

    /** One piece of a body whose length is not known (RFC 9112, section 7.1); the last one is empty. */
    void writeChunk(ByteBuffer bytes) throws IOException {
        String size = Integer.toHexString(bytes.remaining()) + "\r\n";
        socket.write(ByteBuffer.wrap(size.getBytes(StandardCharsets.US_ASCII)));
        socket.write(bytes);
        socket.write(ByteBuffer.wrap(END_OF_LINE.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The size of the next piece of such a body, which is to be read with {@link #read}; zero is its end. */
    int nextChunk(boolean isFirst) throws IOException {
        if (!isFirst && !line().isEmpty()) {
            throw new IOException("Docker's answer is not in pieces as it says");
        }
        String size = line().split(";", 2)[0].strip();
        if (!size.matches("[0-9a-fA-F]{1,7}")) {
            throw new IOException("Docker's answer has a piece of '" + size + "' bytes");
        }
        return Integer.parseInt(size, 16);
    }

    /** How many bytes came, negative at the end. */
    int read(ByteBuffer into) throws IOException {
        if (!ahead.hasRemaining()) {
            return socket.read(into);
        }
        int length = Math.min(ahead.remaining(), into.remaining());
        into.put(ahead.slice().limit(length));
        ahead.position(ahead.position() + length);
        return length;
    }

    void write(ByteBuffer bytes) throws IOException {
        socket.write(bytes);
    }

    void endOutput() throws IOException {
        socket.endOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("\\d{3}")) {
            throw new IOException("what answers at Docker's address does not speak HTTP/1.1");
        }
        return Integer.parseInt(words[1]);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = next(); c != '\n'; c = next()) {
            if (c < 0 || line.length() > LONGEST_HEAD) {
                throw new EOFException("Docker closed the connection before it answered");
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static int length(String digits) throws IOException {
        if (!digits.matches("\\d{1,9}")) {
            throw new IOException("Docker's answer has a length of '" + digits + "' bytes");
        }
        return Math.min(MAX_ERROR_BYTES, Integer.parseInt(digits));
    }

    private String body(int length) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int c = length == 0 ? -1 : next(); c >= 0; c = body.size() < length ? next() : -1) {
            body.write(c);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private int next() throws IOException {
        if (!ahead.hasRemaining()) {
            ahead.clear();
            int read = socket.read(ahead);
            ahead.flip();
            if (read < 0) {
                return -1;
            }
        }
        return ahead.get() & 0xff;
    }
}
