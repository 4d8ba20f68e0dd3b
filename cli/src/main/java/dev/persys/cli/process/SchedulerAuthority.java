package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.persys.api.FileProblem;
import dev.persys.ca.AuthorityDirectory;
import dev.persys.ca.StandingAuthority;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.http.HttpSettings;
import dev.persys.http.scheduler.JoinSettings;
import dev.persys.http.scheduler.SchedulerTrust;
import dev.persys.model.ClusterId;
import dev.persys.model.Names;
import dev.persys.protocol.Documents;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority that a scheduler holds: its own certificate is made by it, and so is one for the operator of its home, by
 * which commands of the same user get in.
 */
final class SchedulerAuthority {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerAuthority.class);
    private static final String PATH = "persys.trust.";
    private static final Duration SHORTEST_LIFE = Duration.ofHours(1);
    private static final String HOST_NAMES = "persys.http.server.host-names";

    private final StandingAuthority authority;
    private final MutualTls tls;
    private final JoinSettings joining;
    private final Duration life;
    private final Path operator;

    private SchedulerAuthority(
            StandingAuthority authority, MutualTls tls, JoinSettings joining, Duration life, Path operator) {
        this.authority = authority;
        this.tls = tls;
        this.joining = joining;
        this.life = life;
        this.operator = operator;
    }

    /**
     * Opens it, where the configuration says that there is one.
     *
     * @param home of this process
     * @throws Failure where it cannot be used
     */
    static Optional<SchedulerAuthority> open(Config config, Path home) {
        String mode = config.getString(PATH + "mode");
        if (mode.equals("off")) {
            return Optional.empty();
        } else if (!mode.equals("on")) {
            throw new ConfigException.BadValue(config.origin(), PATH + "mode", "on or off is needed: " + mode);
        } else if (HttpSettings.of(config).scheduler().tls().isPresent()) {
            throw new ConfigException.BadValue(
                    config.origin(),
                    PATH + "mode",
                    "persys.http.scheduler.tls names files, and a scheduler with an authority has its certificate made:"
                            + " set one of the two");
        }
        try {
            return Optional.of(opened(config, home));
        } catch (IOException e) {
            throw new Failure(ExitCode.CONFIGURATION, "the authority cannot be used: " + FileProblem.named(e));
        }
    }

    private static SchedulerAuthority opened(Config config, Path home) throws IOException {
        Duration life = config.getDuration(PATH + "certificate-life");
        if (life.compareTo(SHORTEST_LIFE) < 0) {
            throw new ConfigException.BadValue(
                    config.origin(), PATH + "certificate-life", "at least 1h is needed: " + life.toMillis() + " ms");
        }
        String directory = config.getString(PATH + "authority");
        StandingAuthority authority = StandingAuthority.open(
                new AuthorityDirectory(directory.isEmpty() ? home.resolve("ca") : Path.of(directory)),
                cluster(config),
                InstantSource.system(),
                System::nanoTime,
                new SecureRandom(),
                warning -> LOG.warn("{}", warning));
        HttpSettings.Server server = HttpSettings.of(config).server();
        List<String> hosts = Stream.concat(Stream.of("localhost", hostname()), server.hostNames().stream())
                .filter(Names::isDnsName)
                .distinct()
                .toList();
        Path own = home.resolve("scheduler").resolve("own");
        PrivateFiles.makeDirectory(own.getParent());
        PrivateFiles.makeDirectory(own);
        MutualTls tls = new MutualTls(authority.credentials(
                new SpiffeId(authority.cluster(), Role.SCHEDULER, name(config)), life, hosts, paths(own)));
        SchedulerAuthority opened = new SchedulerAuthority(
                authority,
                tls,
                JoinSettings.of(config),
                life,
                home.resolve("scheduler").resolve("operator"));
        opened.renewOperator();
        LOG.info("The root of cluster {} is {}", authority.cluster(), authority.pin());
        return opened;
    }

    /** The configuration, with this machine's name among those by which the ports are asked for: tokens lead there by it. */
    static Config byItsName(Config config) {
        List<String> names = Stream.concat(config.getStringList(HOST_NAMES).stream(), Stream.of(hostname()))
                .distinct()
                .toList();
        return config.withValue(HOST_NAMES, ConfigValueFactory.fromIterable(names, "with the name of this machine"));
    }

    private static ClusterId cluster(Config config) {
        String name = config.getString(PATH + "cluster");
        try {
            return new ClusterId(name);
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(
                    config.origin(), PATH + "cluster", "a lower-case DNS label is needed, such as prod: " + name, e);
        }
    }

    private static String name(Config config) {
        String set = config.getString(PATH + "name");
        String name = set.isEmpty() ? hostname() : set;
        if (!Names.isDnsName(name)) {
            throw new ConfigException.BadValue(
                    config.origin(), PATH + "name", "a lower-case DNS name is needed, such as s-1: " + name);
        }
        return name;
    }

    private static String hostname() {
        try {
            String name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            return Names.isDnsName(name) ? name : "localhost";
        } catch (UnknownHostException e) {
            return "localhost"; // This machine has no name.
        }
    }

    /** How the API and agents are spoken with. */
    MutualTls tls() {
        return tls;
    }

    SchedulerTrust trust(Documents documents) {
        return new SchedulerTrust(authority, documents, tls.open(), joining);
    }

    /** What commands of the same user show. */
    CredentialsPaths operator() {
        return paths(operator);
    }

    private static CredentialsPaths paths(Path directory) {
        return new CredentialsPaths(
                directory.resolve("certificate.pem"), directory.resolve("key.pem"), directory.resolve("roots.pem"));
    }

    /** Makes the operator's certificate, or makes it anew where that is due; what is good stays as it is. */
    void renewOperator() {
        try {
            PrivateFiles.makeDirectory(operator.getParent());
            PrivateFiles.makeDirectory(operator);
            Instant now = Instant.now();
            if (isGood(now)) {
                return;
            }
            KeyPair keys = Keys.make(new SecureRandom());
            X509Certificate made = authority.issue(
                    keys.getPublic(), new SpiffeId(authority.cluster(), Role.OPERATOR, user()), 0, life);
            PrivateFiles.write(operator().roots(), Certificates.write(authority.roots()));
            PrivateFiles.write(operator().key(), Keys.write(keys.getPrivate()));
            PrivateFiles.write(operator().certificate(), Certificates.write(List.of(made)));
            LOG.info(
                    "The operator's certificate in {} is good until {}",
                    operator,
                    made.getNotAfter().toInstant());
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.CONFIGURATION, "the operator's certificate cannot be kept: " + FileProblem.named(e));
        }
    }

    private boolean isGood(Instant now) {
        try {
            Credentials there = operator().read(now);
            return there.roots().equals(authority.roots())
                    && !Renewal.due(there.chain().get(0), now);
        } catch (TrustException e) {
            LOG.debug("There is no operator's certificate that is of use: {}", e.getMessage());
            return false;
        }
    }

    private static String user() {
        String name = System.getProperty("user.name", "").toLowerCase(Locale.ROOT);
        return Names.isDnsName(name) ? name : "local";
    }
}
