package dev.persys.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * One request and its answer over HTTP/1.1 (RFC 9112), on a connection of its own. By hand, because start-up is felt:
 * {@code java.net.http} takes half a second to load, and {@code HttpURLConnection} looks into every jar of the class
 * path for another maker of URLs.
 */
final class HttpCall implements Closeable {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 256;
    static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL_STATUS = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Socket socket;
    private final int status;
    private final Map<String, String> headers;
    private final InputStream body;

    private HttpCall(Socket socket, int status, Map<String, String> headers, InputStream body) {
        this.socket = socket;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * A request.
     *
     * @param path with its query, encoded
     * @param silenceMillis how long nothing may come before reading fails; zero is for ever
     * @param deadline when reading fails whatever comes
     */
    record Request(
            String method,
            String path,
            List<String> headers,
            Optional<byte[]> body,
            int silenceMillis,
            Deadline deadline) {}

    /** Sends the request on a connection of {@code connector}, and reads the head of its answer. */
    static HttpCall send(Connector connector, Request request) throws IOException {
        URI base = connector.address().base();
        Socket socket = connector.connect(request.deadline());
        try {
            InputStream in = new BufferedInputStream(
                    new TimedInput(socket.getInputStream(), () -> limit(socket, request)), 16 * 1024);
            send(socket.getOutputStream(), base, request, in);
            int status = status(in);
            Map<String, String> headers = headers(in);
            while (status < FIRST_FINAL_STATUS && status != SWITCHING_PROTOCOLS) {
                status = status(in);
                headers = headers(in);
            }
            return new HttpCall(socket, status, headers, body(in, status, headers));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    int status() {
        return status;
    }

    /** By its name in any case. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    InputStream body() {
        return body;
    }

    /** Where this side goes on, behind a change of protocols. */
    OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Silence or the deadline; what comes now and then, such as a keep-alive, puts off only the former. */
    private static void limit(Socket socket, Request request) throws IOException {
        if (request.deadline().isPassed()) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        socket.setSoTimeout(request.deadline().millisLeft(request.silenceMillis()));
    }

    /** Who is turned away under TLS is told why, and may not come to the end of a request. */
    private static void send(OutputStream out, URI base, Request request, InputStream in) throws IOException {
        try {
            write(out, base, request);
        } catch (SocketException e) {
            if (!"https".equals(base.getScheme())) {
                throw e;
            }
            try {
                var unused = in.read();
            } catch (SSLException why) {
                throw why;
            } catch (IOException nothing) {
                e.addSuppressed(nothing);
            }
            throw new SSLException(TlsProblem.CUT_OFF, e);
        }
    }

    private static void write(OutputStream out, URI base, Request request) throws IOException {
        StringBuilder head = new StringBuilder(512);
        String prefix = base.getRawPath() == null ? "" : base.getRawPath();
        head.append(request.method())
                .append(' ')
                .append(prefix)
                .append(request.path())
                .append(" HTTP/1.1\r\n");
        boolean switches = request.headers().stream().anyMatch(line -> line.startsWith("Upgrade:"));
        head.append("Host: ").append(base.getRawAuthority()).append("\r\nConnection: ");
        head.append(switches ? "Upgrade" : "close").append("\r\nUser-Agent: persys\r\n");
        for (String line : request.headers()) {
            if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
                throw new IOException("a token, key or id with a line break inside");
            }
            head.append(line).append("\r\n");
        }
        boolean carries = request.body().isPresent() || request.method().equals("POST");
        byte[] content = request.body().orElse(new byte[0]);
        if (carries) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + content.length);
        whole.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        whole.write(content);
        whole.writeTo(out);
        out.flush();
    }

    private static int status(InputStream in) throws IOException {
        String line = line(in);
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("what answers there does not speak HTTP/1.1");
        }
        try {
            return Integer.parseInt(line, 9, 12, 10);
        } catch (NumberFormatException e) {
            throw new IOException("what answers there does not speak HTTP/1.1", e);
        }
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        int lines = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (++lines > MOST_HEADERS) {
                throw new IOException("more than " + MOST_HEADERS + " header lines");
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** Up to the next line break, without it. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(80);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException(c < 0 ? "the connection ended before the answer did" : "a line without an end");
            }
            line.append((char) c);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }

    private static InputStream body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == NO_CONTENT || status == NOT_MODIFIED) {
            return InputStream.nullInputStream();
        }
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .endsWith("chunked")) {
            return new HttpBody.Chunked(in);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return in;
        }
        return new HttpBody.Counted(in, HttpBody.length(length, 10));
    }
}
