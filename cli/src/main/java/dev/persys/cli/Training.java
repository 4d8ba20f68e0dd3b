package dev.persys.cli;

import dev.persys.api.SessionChannel;
import dev.persys.cli.client.SessionSocket;
import dev.persys.cli.dev.DevPki;
import dev.persys.cli.output.DataOut;
import dev.persys.cli.output.Terminal;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * Runs the usual verbs once, against a scheduler played in this process, so that the launcher learns which classes
 * they load: with TLS, as a development cluster has it, and a little without. Prints nothing and leaves nothing behind.
 */
final class Training {
    private static final String ID = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String WORKLOAD = "{\"id\":\"" + ID
            + "\",\"name\":\"web\",\"image\":\"nginx:1.27\",\"nodeId\":\"node-1\",\"status\":\"Running\","
            + "\"reason\":\"ContainerRunning\",\"message\":\"running\",\"createdAt\":\"2026-01-02T03:04:05.678Z\","
            + "\"restartCount\":0,\"resources\":{\"cpu\":0.1,\"memory\":128},"
            + "\"publishedPorts\":[{\"container\":80,\"protocol\":\"tcp\",\"host\":8080}]}";
    private static final String NODE = "{\"nodeId\":\"node-1\",\"status\":\"Active\",\"workloads\":1,"
            + "\"lastHeartbeat\":\"2026-01-02T03:04:05Z\",\"total\":{\"cpu\":4,\"memory\":16000},"
            + "\"reserved\":{\"cpu\":0.1,\"memory\":128},\"free\":{\"cpu\":3.9,\"memory\":15872}}";
    private static final String EVENT = "{\"id\":\"1-1\",\"kind\":\"workload\",\"workloadId\":\"" + ID
            + "\",\"name\":\"web\",\"to\":\"Running\",\"message\":\"running\"}";

    private static final Map<String, String> ANSWERS = Map.of(
            "/workloads",
            "{\"workloads\":[" + WORKLOAD + "]}",
            "/workloads/web",
            WORKLOAD,
            "/workloads/" + ID,
            WORKLOAD,
            "/workloads/web/stop",
            WORKLOAD.replace("Running", "Stopped"),
            "/workloads/web/logs",
            "one\ntwo\n",
            "/workloads/schedule",
            "{\"workload_id\":\"" + ID + "\",\"node_id\":\"node-1\",\"status\":\"Scheduled\"}",
            "/nodes",
            "{\"nodes\":[" + NODE + "]}",
            "/events",
            "id: 1-1\nevent: workload\ndata: " + EVENT + "\n\n");

    private static final String DEV = "dev";
    private static final String ENDPOINTS = "endpoints.json";

    private Training() {}

    /**
     * Always succeeds: an archive that knows fewer classes is better than none.
     *
     * @param args the directory of certificates to speak TLS with
     */
    public static void main(String[] args) throws IOException {
        DevPki pki = new DevPki(Path.of(args[0]));
        Credentials scheduler = pki.scheduler().read(Instant.now());
        MutualTls tls = new MutualTls(() -> scheduler);
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket plain = new ServerSocket(0, 16, here);
                ServerSocket secured = secured(tls, here)) {
            for (ServerSocket server : List.of(plain, secured)) {
                Thread thread = new Thread(() -> serve(server), "scheduler");
                thread.setDaemon(true);
                thread.start();
            }
            Path home = Files.createTempDirectory("persys-training");
            try {
                Files.createDirectory(home.resolve(DEV));
                Files.writeString(
                        home.resolve(DEV).resolve(ENDPOINTS),
                        "{\"api\":\"https://127.0.0.1:" + secured.getLocalPort() + "\",\"pid\":1}");
                runAll(home, pki.operator(), "http://127.0.0.1:" + plain.getLocalPort());
            } finally {
                for (String left : List.of(DEV + "/" + ENDPOINTS, DEV, "")) {
                    Files.deleteIfExists(home.resolve(left));
                }
            }
        }
    }

    private static ServerSocket secured(MutualTls tls, InetAddress address) throws IOException {
        SSLServerSocket socket = (SSLServerSocket)
                tls.context(Peers.all(Role.OPERATOR)).getServerSocketFactory().createServerSocket(0, 16, address);
        SSLParameters parameters = MutualTls.parameters(socket.getSupportedCipherSuites());
        parameters.setNeedClientAuth(true);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static void runAll(Path home, CredentialsPaths files, String plain) {
        Map<String, String> environment = new HashMap<>(Context.ofProcess().environment());
        environment.keySet().removeIf(name -> name.startsWith("PERSYS_"));
        environment.put("PERSYS_HOME", home.toString());
        environment.put("PERSYS_TOKEN", "none");
        environment.put("PERSYS_CERTIFICATE", files.certificate().toString());
        environment.put("PERSYS_KEY", files.key().toString());
        environment.put("PERSYS_ROOTS", files.roots().toString());
        DataOut nowhere = new DataOut(OutputStream.nullOutputStream(), StandardCharsets.UTF_8);
        Context context = new Context(environment, InputStream.nullInputStream(), nowhere, nowhere, Terminal.NONE);
        for (List<String> line : lines()) {
            Persys.run(line, context);
        }
        for (List<String> line : List.of(List.of("ps"), List.of("exec", "web", "true"))) {
            List<String> elsewhere = new ArrayList<>(line);
            elsewhere.addAll(1, List.of("--address", plain));
            Persys.run(elsewhere, context);
        }
    }

    private static List<List<String>> lines() {
        return List.of(
                List.of("--version"),
                List.of("ps"),
                List.of("ps", "-a", "-o", "json"),
                List.of("nodes"),
                List.of("inspect", "web"),
                List.of("inspect", "nope"),
                List.of("logs", "web", "--tail", "5"),
                List.of(
                        "run",
                        "nginx:1.27",
                        "--name",
                        "web",
                        "--port",
                        "8080:80",
                        "--stable-for",
                        "50ms",
                        "--",
                        "sleep",
                        "1"),
                List.of("exec", "-i", "web", "true"),
                List.of("stop", "web"),
                List.of("ps", "--address", "http://127.0.0.1:1"));
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                answer(socket);
            } catch (IOException e) {
                // A connection that came to nothing, or the training is over.
            }
        }
    }

    private static void answer(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        String path = in.readLine().split("[ ?]", -1)[1];
        if (path.endsWith("/exec")) {
            session(in, socket);
            return;
        }
        String body = ANSWERS.getOrDefault(path, "");
        String type = path.equals("/events") ? "text/event-stream" : "application/json";
        String status = body.isEmpty() ? "404 Not Found" : "200 OK";
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n";
        String chunk = body.isEmpty() ? "" : Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";
        socket.getOutputStream().write((head + chunk + "0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A command that prints a line and ends. */
    private static void session(BufferedReader in, Socket socket) throws IOException {
        String key = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.startsWith("Sec-WebSocket-Key: ")) {
                key = line.substring("Sec-WebSocket-Key: ".length());
            }
        }
        String head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + SessionSocket.answer(key) + "\r\n\r\n";
        OutputStream out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        write(out, SessionChannel.STDOUT, "one\n");
        write(out, SessionChannel.STATUS, "{\"exitCode\":0}");
    }

    private static void write(OutputStream out, SessionChannel channel, String payload) throws IOException {
        out.write(new byte[] {(byte) 0x82, (byte) (payload.length() + 1), channel.code()});
        out.write(payload.getBytes(StandardCharsets.US_ASCII));
    }
}
