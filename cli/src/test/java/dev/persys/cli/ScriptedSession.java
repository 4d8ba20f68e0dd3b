package dev.persys.cli;

import dev.persys.api.SessionChannel;
import dev.persys.cli.client.SessionSocket;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scheduler whose sessions show one frame and then stay open until the client leaves; all else is another's. */
final class ScriptedSession implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *([^\r]+)\r");

    private final ServerSocket server;
    private final URI behind;
    private final byte[] frame;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** @param behind what answers everything that is no session */
    ScriptedSession(ScriptedScheduler behind, SessionChannel channel, String text) {
        this.behind = URI.create(behind.address());
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        frame = new byte[payload.length + 3];
        frame[0] = (byte) 0x82;
        frame[1] = (byte) (payload.length + 1);
        frame[2] = channel.code();
        System.arraycopy(payload, 0, frame, 3, payload.length);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::serve);
    }

    String address() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
        while (true) {
            try {
                Socket client = server.accept();
                threads.execute(() -> answer(client));
            } catch (IOException e) {
                return; // It is closed.
            }
        }
    }

    private void answer(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            Matcher key = KEY.matcher(head);
            if (key.find()) {
                OutputStream out = client.getOutputStream();
                out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: " + SessionSocket.answer(key.group(1)) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(frame);
                out.flush();
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
                return;
            }
            try (Socket other = new Socket(behind.getHost(), behind.getPort())) {
                other.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                threads.execute(() -> pump(client, other));
                other.getInputStream().transferTo(client.getOutputStream());
            }
        } catch (IOException e) {
            close(client); // The client has gone.
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            long unused = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            close(to); // One of both has gone.
        }
    }

    private static void close(Closeable what) {
        try {
            what.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.write(c);
            if (c == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
