package dev.persys.cli.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import dev.persys.api.Json;
import dev.persys.ca.SigningRequest;
import dev.persys.cli.dev.DevPorts;
import dev.persys.model.NodeId;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.Pin;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import dev.persys.trust.tls.ServerCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A scheduler with an authority of its own, on free ports, and what machines and attackers do to it. */
final class JoiningCluster implements AutoCloseable {
    private static final int LIMIT_MILLIS = 30_000;

    final Path home;
    private final Map<String, Object> settings;
    private final ServerParts parts;
    private final Config config;

    JoiningCluster(Path home, Map<String, String> more) {
        this.home = home;
        settings = new HashMap<>(DevPorts.free().bySetting());
        settings.put("persys.store.kind", "embedded");
        settings.put("persys.store.embedded.home", home.toString());
        settings.put("persys.store.embedded.directory", home.resolve("store").toString());
        settings.put("persys.trust.mode", "on");
        settings.put("persys.trust.retry-pause", "200ms");
        settings.putAll(more);
        config = ProcessConfig.load(Optional.empty(), settings);
        parts = ServerParts.scheduler(config);
    }

    /** A machine: its key, and what it was given. */
    static final class Machine {
        final KeyPair keys = Keys.make(new SecureRandom());
        final String request = SigningRequest.write(keys);
        final Pin pin = Pin.of(keys.getPublic());

        Credentials with(CertificateCall.Given given) {
            return new Credentials(
                    keys.getPrivate(),
                    Certificates.read(given.certificate(), "given"),
                    Certificates.read(given.roots(), "given"));
        }
    }

    /** An answer of HTTP. */
    record Answer(int status, String body) {
        JsonNode json() {
            return Json.read(body, JsonNode.class);
        }
    }

    int nodePort() {
        return config.getInt("persys.http.scheduler.node.port");
    }

    private int apiPort() {
        return config.getInt("persys.http.scheduler.api.port");
    }

    URI node() {
        return URI.create("https://127.0.0.1:" + nodePort());
    }

    Credentials operator() {
        Path files = home.resolve("scheduler/operator");
        return new CredentialsPaths(
                        files.resolve("certificate.pem"), files.resolve("key.pem"), files.resolve("roots.pem"))
                .read(Instant.now());
    }

    List<X509Certificate> roots() {
        return operator().roots();
    }

    /** Of somebody who knows the cluster, and shows nothing. */
    SSLContext nobody() {
        return ServerCheck.of(roots(), operator().identity().cluster());
    }

    static SSLContext shown(Credentials own) {
        return new MutualTls(() -> own).context(Peers.ANYBODY);
    }

    /** The whole token that the API gives. */
    JsonNode token(String body) {
        Answer answer = api("POST", "/nodes/tokens", body);
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
        return answer.json();
    }

    /** What of a token is sent. */
    static String sent(JsonNode token) {
        String text = token.path("token").asText();
        return text.substring(0, text.lastIndexOf('.'));
    }

    CertificateCall.Given join(Machine machine, String node) throws IOException {
        return new CertificateCall(node(), nobody())
                .ask(NodeId.of(node), machine.request, Optional.of(sent(token("{\"node\":\"" + node + "\"}"))));
    }

    Answer api(String method, String path, String body) {
        return send(shown(operator()), apiPort(), method, path, body, "");
    }

    Answer onNodePort(SSLContext tls, String method, String path, String body, String headers) {
        return send(tls, nodePort(), method, path, body, headers);
    }

    private static Answer send(SSLContext tls, int port, String method, String path, String body, String headers) {
        try (SSLSocket socket = connect(tls, port)) {
            return exchange(socket, method, path, body, headers + "Connection: close\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SSLSocket connect(SSLContext tls, int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    /** One request and its answer, on a connection that may go on. */
    static Answer exchange(SSLSocket socket, String method, String path, String body, String headers)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers
                + (bytes.length == 0
                        ? method.equals("POST") ? "Content-Length: 0\r\n" : ""
                        : "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n")
                + "\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(head.getBytes(StandardCharsets.ISO_8859_1));
        all.write(bytes);
        socket.getOutputStream().write(all.toByteArray());
        socket.getOutputStream().flush();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("ended in the head: " + read);
            }
            read.write(next);
        }
        String text = read.toString(StandardCharsets.ISO_8859_1);
        int length = text.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
                .sum();
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8));
    }

    static String heartbeat(String node) {
        return "{\"nodeId\":\"" + node + "\",\"status\":\"active\",\"availableCpu\":1,\"availableMemory\":64}";
    }

    static String registration(String node) {
        return "{\"nodeId\":\"" + node
                + "\",\"ipAddress\":\"127.0.0.1\",\"hostname\":\"h\",\"status\":\"active\",\"agentPort\":1}";
    }

    static String registration(String node, Machine machine) {
        return registration(node).replace("}", ",\"csr\":" + Json.write(machine.request) + "}");
    }

    /** The settings of an agent beside this scheduler. */
    Config agent(String node, Map<String, String> more) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put("persys.trust.mode", "off");
        own.put("persys.agent.node-id", node);
        own.put("persys.trust.directory", home.resolve(node).toString());
        own.put("persys.trust.join-scheduler", "127.0.0.1:" + nodePort());
        own.putAll(more);
        return ProcessConfig.load(Optional.empty(), own);
    }

    @Override
    public void close() {
        parts.stop().toCompletableFuture().join();
        parts.release();
    }
}
