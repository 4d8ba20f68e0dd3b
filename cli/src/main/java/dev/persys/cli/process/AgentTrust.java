package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.persys.agent.AgentNode;
import dev.persys.agent.AgentSettings;
import dev.persys.api.FileProblem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.join.JoinToken;
import dev.persys.model.NodeId;
import dev.persys.trust.Certificates;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.ServerCheck;
import dev.persys.trust.tls.WrongPinException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of an agent that has joined, or joins now: {@code key.pem}, {@code request.pem}, {@code certificate.pem},
 * {@code roots.pem} and {@code scheduler} in a directory of its own. The key is made there, and stays.
 */
final class AgentTrust {
    private static final Logger LOG = LoggerFactory.getLogger(AgentTrust.class);
    private static final String TLS = "persys.http.agent.tls.";
    private static final String BIND = "persys.http.agent.api.bind-address";
    private static final String ADDRESS = "persys.agent.ip-address";
    private static final int JOIN_PORT = 8084;

    private final Path directory;

    private AgentTrust(Path directory) {
        this.directory = directory;
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private CredentialsPaths paths() {
        return new CredentialsPaths(file("certificate.pem"), file("key.pem"), file("roots.pem"));
    }

    /**
     * The configuration with which an agent starts: as it is, where it has not joined and is not told to, or its files are
     * brought along; otherwise with its certificate, its name, and where its scheduler is. Joins where that is asked for, and
     * waits for an operator where its certificate has expired.
     *
     * @throws Failure where it cannot join
     */
    static Config prepared(Config config) {
        String set = config.getString("persys.trust.directory");
        AgentTrust trust = new AgentTrust(
                set.isEmpty() ? Path.of(config.getString("persys.store.embedded.home"), "agent") : Path.of(set));
        String token = config.getString("persys.trust.join-token");
        if (!config.getString(TLS + "certificate").isEmpty()) {
            return config;
        }
        try {
            boolean joined = Files.exists(trust.file("certificate.pem"));
            if (!token.isEmpty()) {
                trust.join(config, token, joined);
            } else if (!joined) {
                return config;
            }
            trust.awaitGood(config.getDuration("persys.trust.retry-pause"));
            return trust.with(config);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.CONFIGURATION,
                    "the agent's certificate in " + trust.directory + " cannot be used: " + FileProblem.named(e));
        }
    }

    private void join(Config config, String text, boolean joined) throws IOException {
        JoinToken token = JoinToken.parse(text)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "that is no token to join by: one looks like persys1.….….…",
                        "persys node token makes one; copy it whole."));
        String where = config.getString("persys.trust.join-scheduler");
        URI scheduler = where.isEmpty()
                ? URI.create("https://" + authority(URI.create(config.getString("persys.agent.scheduler-url"))))
                : address(where);
        NodeId node = AgentNode.nodeId(AgentSettings.of(config));
        PrivateFiles.makeDirectory(directory);
        if (!Files.exists(file("key.pem"))) {
            AuthorityTool.request(directory);
        }
        CertificateCall call = new CertificateCall(scheduler, ServerCheck.of(token.pin()));
        try {
            CertificateCall.Given given =
                    call.ask(node, request(), Optional.of(token.shown().text()));
            PrivateFiles.write(file("scheduler"), scheduler + "\n");
            keep(given);
            LOG.info("Node {} has joined the cluster of {}, by {}", node, scheduler, token);
        } catch (CertificateCall.RefusedException e) {
            if (!joined) {
                throw new Failure(
                        ExitCode.REFUSED, "the scheduler at " + scheduler + " refuses " + node + ": " + e.getMessage());
            }
            // A supervisor starts the same command again, whose token has done what it was for.
            LOG.info("Node {} has a certificate, and goes on with it; the token was refused: {}", node, e.getMessage());
        } catch (IOException e) {
            if (!joined && WrongPinException.isBehind(e)) {
                throw new Failure(
                        ExitCode.REFUSED,
                        "whoever answers at " + scheduler + " is not of the cluster that the token is of, and was told"
                                + " nothing: its root is not " + token.pin(),
                        "Look whether that address is the scheduler's; after a change of root, make another token"
                                + " (persys node token).");
            } else if (!joined) {
                throw new Failure(
                        ExitCode.UNREACHABLE,
                        "the scheduler at " + scheduler + " cannot be asked: " + e.getMessage(),
                        "--scheduler HOST:PORT says where machines join; the token is still good where it did not answer.");
            }
            LOG.warn(
                    "The scheduler at {} cannot be asked, and the agent goes on with its certificate: {}",
                    scheduler,
                    e.getMessage());
        }
    }

    private static URI address(String text) {
        String host = text.replaceFirst("^https://", "");
        boolean hasPort = host.matches(".*[^:]:\\d{1,5}") || host.matches("\\[.*]:\\d{1,5}");
        try {
            URI uri = URI.create("https://" + host + (hasPort ? "" : ":" + JOIN_PORT));
            if (uri.getHost() != null && uri.getPath().isEmpty()) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told below: what does not parse is no better than what has no host.
        }
        throw new Failure(ExitCode.USAGE, "'" + text + "' is no scheduler's address", "One looks like 10.0.0.5:8084.");
    }

    private static String authority(URI plain) {
        return plain.getRawAuthority();
    }

    private String request() throws IOException {
        return PrivateFiles.read(file("request.pem"));
    }

    /** The certificate last: with it in place, the rest is there. */
    private void keep(CertificateCall.Given given) throws IOException {
        PrivateFiles.write(file("roots.pem"), given.roots());
        PrivateFiles.write(file("certificate.pem"), given.certificate());
    }

    private X509Certificate certificate() throws IOException {
        return Certificates.read(
                        PrivateFiles.read(file("certificate.pem")),
                        file("certificate.pem").toString())
                .get(0);
    }

    private List<X509Certificate> roots() throws IOException {
        return Certificates.read(
                PrivateFiles.read(file("roots.pem")), file("roots.pem").toString());
    }

    private URI scheduler() throws IOException {
        return URI.create(Files.readString(file("scheduler")).strip());
    }

    /** With a certificate that has expired nobody speaks with it: it asks for another until an operator says yes. */
    private void awaitGood(Duration pause) throws IOException {
        while (Instant.now().isAfter(certificate().getNotAfter().toInstant())) {
            SpiffeId own = SpiffeId.of(certificate());
            try {
                renew();
                LOG.info("The certificate of {} had expired, and there is a new one", own);
                return;
            } catch (IOException | TrustException e) {
                LOG.error("The certificate of {} has expired, and there is no other yet: {}", own, e.getMessage());
                pause(pause);
            }
        }
    }

    private static void pause(Duration pause) {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.FAILED, "it was told to end before it had a certificate");
        }
    }

    private Config with(Config config) throws IOException {
        URI scheduler = scheduler();
        Config own = set(config, TLS + "certificate", paths().certificate().toString());
        own = set(own, TLS + "key", paths().key().toString());
        own = set(own, TLS + "roots", paths().roots().toString());
        own = set(own, "persys.agent.node-id", SpiffeId.of(certificate()).name());
        own = set(own, "persys.agent.scheduler-url", scheduler.toString());
        InetAddress there =
                InetAddress.getByName(scheduler.getHost().replace("[", "").replace("]", ""));
        if (!there.isLoopbackAddress()
                && InetAddress.getByName(config.getString(BIND)).isLoopbackAddress()) {
            // Where the scheduler is elsewhere, an agent on the loopback interface could take no orders.
            String here = CertificateCall.localAddress(scheduler);
            own = set(set(own, BIND, here), ADDRESS, here);
        }
        return own;
    }

    private static Config set(Config config, String path, String value) {
        return config.withValue(path, ConfigValueFactory.fromAnyRef(value, "of this agent's certificate"));
    }

    /** Keeps the certificate of an agent that has joined from expiring; absent where its files are brought along. */
    static Optional<CertificateRenewal> renewal(Config config) {
        Path certificate = Path.of(config.getString(TLS + "certificate"));
        if (config.getString(TLS + "certificate").isEmpty()
                || !Files.exists(certificate.resolveSibling("request.pem"))
                || !Files.exists(certificate.resolveSibling("scheduler"))) {
            return Optional.empty();
        }
        Duration pause = config.getDuration("persys.trust.retry-pause");
        if (pause.isZero() || pause.isNegative()) {
            throw new ConfigException.BadValue(
                    config.origin(),
                    "persys.trust.retry-pause",
                    "longer than zero is needed: " + pause.toMillis() + " ms");
        }
        AgentTrust trust = new AgentTrust(certificate.toAbsolutePath().getParent());
        return Optional.of(new CertificateRenewal(trust::certificate, trust::roots, trust::renew, pause));
    }

    /** Shows the certificate that there is, as long as it counts; after that nothing, and an operator has to say yes. */
    private void renew() throws IOException {
        Instant now = Instant.now();
        X509Certificate before = certificate();
        SpiffeId own = SpiffeId.of(before);
        CertificateCall call = now.isAfter(before.getNotAfter().toInstant())
                ? new CertificateCall(scheduler(), ServerCheck.of(roots(), own.cluster()))
                : CertificateCall.withCertificate(scheduler(), paths(), now);
        keep(call.ask(NodeId.of(own.name()), request(), Optional.empty()));
        LOG.info(
                "The certificate is renewed, until {}",
                certificate().getNotAfter().toInstant());
    }
}
