package dev.persys.agent.docker;

import com.github.dockerjava.core.DockerClientConfig;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A request to Docker whose connection is the process's standard streams from its answer on: what Docker calls hijacked
 * (its API's "Attach to a container" and "Start an exec instance"). Blocks; may be closed by another thread.
 */
final class HijackedConnection implements Closeable {
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final String CONTENT_LENGTH = "Content-Length:";
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

    /** Sends a POST and reads the head of its answer; fails with Docker's own words where that is a refusal. */
    void begin(String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.1\r\nHost: docker\r\nUser-Agent: persys\r\n"
                + "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        socket.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        socket.write(ByteBuffer.wrap(body));
        int status = status(line());
        int length = MAX_ERROR_BYTES;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, CONTENT_LENGTH, 0, CONTENT_LENGTH.length())) {
                length = length(header.substring(CONTENT_LENGTH.length()).strip());
            }
        }
        if (status != SWITCHING && status != OK) {
            throw DockerFailures.ofStatus(status, DockerFailures.messageIn(body(length)));
        }
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
