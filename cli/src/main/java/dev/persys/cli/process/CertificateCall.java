package dev.persys.cli.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.model.NodeId;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** Asks a scheduler for an agent's certificate. Blocks, for some seconds at most. */
final class CertificateCall {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int READ_MILLIS = 20_000;
    private static final int LONGEST = 1 << 20;
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int FIRST_FAULT = 500;

    private final URI scheduler;
    private final SSLContext tls;

    /**
     * To one scheduler.
     *
     * @param scheduler {@code https://host:port}
     * @param tls believes schedulers of the cluster alone, by whatever name they are asked for
     */
    CertificateCall(URI scheduler, SSLContext tls) {
        this.scheduler = scheduler;
        this.tls = tls;
    }

    /** That shows the certificate of these files. */
    static CertificateCall withCertificate(URI scheduler, CredentialsPaths paths, Instant now) {
        Credentials own = paths.read(now);
        return new CertificateCall(scheduler, new MutualTls(() -> own).context(Peers.all(Role.SCHEDULER)));
    }

    /** What a scheduler gives, both PEM. */
    record Given(String certificate, String roots) {}

    /** The scheduler says no; its message says why, and what to do. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why);
        }
    }

    /**
     * Asks once.
     *
     * @param request for a certificate, in PEM
     * @param token shown where there is one
     * @throws RefusedException where the scheduler says no
     * @throws IOException where there is no usable answer
     */
    Given ask(NodeId node, String request, Optional<String> token) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection)
                scheduler.resolve(Paths.CERTIFICATE).toURL().openConnection();
        connection.setSSLSocketFactory(tls.getSocketFactory());
        // Who answers is in its certificate, which was looked at; names of hosts say nothing.
        connection.setHostnameVerifier((host, session) -> true);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Connection", "close");
        token.ifPresent(text -> connection.setRequestProperty("Authorization", "Bearer " + text));
        byte[] body = Json.MAPPER
                .createObjectNode()
                .put("nodeId", node.value())
                .put("csr", request)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        connection.setFixedLengthStreamingMode(body.length);
        try {
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            return given(connection.getResponseCode(), text(connection), node);
        } finally {
            connection.disconnect();
        }
    }

    private static Given given(int status, String body, NodeId node) throws IOException {
        JsonNode json;
        try {
            json = Json.read(body, JsonNode.class);
        } catch (UncheckedIOException e) {
            throw new IOException("the answer (" + status + ") is none of a Persys scheduler", e);
        }
        if (status != OK) {
            String why = json.path("detail").asText("status " + status);
            // Too much at once is no word about this agent: it is tried again.
            throw status < FIRST_FAULT && status != TOO_MANY ? new RefusedException(why) : new IOException(why);
        }
        Given given = new Given(
                json.path("certificate").asText(""), json.path("roots").asText(""));
        try {
            List<X509Certificate> chain = Certificates.read(given.certificate(), "the answer");
            List<X509Certificate> roots = Certificates.read(given.roots(), "the answer");
            SpiffeId identity = SpiffeId.of(chain.get(0));
            if (roots.isEmpty()
                    || identity.role() != Role.AGENT
                    || !identity.name().equals(node.value())) {
                throw new IOException("the answer has the certificate of " + identity);
            }
        } catch (TrustException | IllegalArgumentException e) {
            throw new IOException("the answer has no certificate: " + e.getMessage(), e);
        }
        return given;
    }

    private static String text(HttpsURLConnection connection) throws IOException {
        try (InputStream in =
                connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return in == null ? "" : new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
        }
    }

    /** Under which this machine is known to a scheduler: the address that leads there. Nothing is sent. */
    static String localAddress(URI scheduler) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(
                    new InetSocketAddress(scheduler.getHost().replace("[", "").replace("]", ""), scheduler.getPort()));
            return socket.getLocalAddress().getHostAddress();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
