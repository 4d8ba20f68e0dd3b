package dev.persys.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.api.RequestJson;
import dev.persys.trust.tls.CredentialsPaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything that can be set about HTTP; {@code reference.conf} has each default with its unit and why.
 *
 * @param agentSecret what agents and the scheduler show each other
 */
public record HttpSettings(
        Optional<Secret> agentSecret, Scheduler scheduler, Agent agent, Server server, Client client) {

    /** The block that holds all of these. */
    public static final String PATH = "persys.http";

    /** Smaller ones are more names than lines. */
    private static final long SMALLEST_AUDIT_FILE = 4096;

    private static final Pattern HOST_NAME =
            Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f.:]+");

    /**
     * Where to listen.
     *
     * @param path of the block, for messages
     * @param port 0 takes any free one
     */
    public record Listener(String path, String bindAddress, int port) {}

    /**
     * The scheduler's two ports.
     *
     * @param api workloads and nodes
     * @param tokenFile holds what callers of {@code api} have to show
     * @param node registration, heartbeats and metrics
     * @param pageSize entries of a list, at most and by default
     * @param keepAlive between comments on a silent event stream
     * @param tls its certificate, where {@code api} and agents are spoken with by TLS
     * @param audit who did what
     */
    public record Scheduler(
            Listener api,
            Optional<Path> tokenFile,
            Listener node,
            int pageSize,
            Duration keepAlive,
            Optional<CredentialsPaths> tls,
            Audit audit) {}

    /**
     * The audit log of the scheduler's ports.
     *
     * @param directory of its files
     * @param refuses whether changes are refused while it cannot be written
     * @param maxFileBytes after which the next file is begun
     * @param maxFiles that are kept
     * @param queue lines that may wait to be written
     * @param denialsPerMinute that have a line each
     */
    public record Audit(
            Optional<Path> directory,
            boolean refuses,
            long maxFileBytes,
            int maxFiles,
            int queue,
            int denialsPerMinute) {}

    /**
     * The agent's two ports.
     *
     * @param api orders of the scheduler
     * @param metrics metrics and health
     * @param keepAlive between comments on a silent event stream
     * @param tls its certificate, where {@code api} speaks TLS
     */
    public record Agent(Listener api, Listener metrics, Duration keepAlive, Optional<CredentialsPaths> tls) {}

    /**
     * Sessions in containers, which are WebSockets.
     *
     * @param max open at once on a port
     * @param ping until a client on whose session nothing moves is asked whether it is there
     * @param silence without a byte of a client from which something is waited for, until it counts as gone
     * @param writeTimeout for a client to take what has been written to it
     */
    public record Sessions(int max, Duration ping, Duration silence, Duration writeTimeout) {}

    /**
     * What holds on every port.
     *
     * @param headTimeout for the head of a request, from its first byte or from the connection's begin
     * @param bodyTimeout for the rest of a body once its head is there
     * @param idleTimeout for a next request on a connection; one with an open stream is not idle
     * @param writeTimeout for a client to take what is written to it
     * @param hostNames by which the ports are asked for beside their own, in lower case
     * @param maxHeldBytes of bodies that are still coming and of answers that have not been taken
     */
    public record Server(
            Duration answerTimeout,
            Duration headTimeout,
            Duration bodyTimeout,
            Duration idleTimeout,
            Duration writeTimeout,
            int maxInFlight,
            int maxStreams,
            int maxConnections,
            long maxHeldBytes,
            Set<String> hostNames,
            Duration stopDeadline,
            Duration retryAfter,
            Sessions sessions) {
        public Server {
            hostNames = Set.copyOf(hostNames);
        }
    }

    /** What holds for every call to a peer. */
    public record Client(
            Duration connectTimeout,
            Duration orderTimeout,
            Duration listTimeout,
            int connections,
            int waiting,
            Duration keepAliveTimeout,
            Duration eventPause,
            Duration eventSilence,
            int logStreams,
            int maxAnswerBytes) {}

    /** From the whole configuration of a process; fails with {@link ConfigException} that names the setting. */
    public static HttpSettings of(Config root) {
        Config config = root.getConfig(PATH);
        return new HttpSettings(
                Secret.of(config.getString("agent-secret")),
                scheduler(config),
                agent(config),
                server(config.getConfig("server")),
                client(config.getConfig("client")));
    }

    private static Scheduler scheduler(Config config) {
        String token = config.getString("scheduler.api.token-file");
        return new Scheduler(
                listener(config, "scheduler.api"),
                token.isEmpty() ? Optional.empty() : Optional.of(Path.of(token)),
                listener(config, "scheduler.node"),
                positive(config, "scheduler.page-size"),
                config.getDuration("scheduler.keep-alive"),
                tls(config, "scheduler.tls"),
                audit(config, "scheduler.audit."));
    }

    private static Audit audit(Config config, String path) {
        String directory = config.getString(path + "directory");
        String onFailure = config.getString(path + "on-failure");
        if (!onFailure.equals("refuse") && !onFailure.equals("continue")) {
            throw new ConfigException.BadValue(
                    config.origin(), path + "on-failure", "continue or refuse is needed: \"" + onFailure + "\"");
        }
        return new Audit(
                directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory)),
                onFailure.equals("refuse"),
                bytes(config, path + "max-file-size", SMALLEST_AUDIT_FILE),
                positive(config, path + "max-files"),
                positive(config, path + "queue"),
                positive(config, path + "denials-per-minute"));
    }

    private static Agent agent(Config config) {
        return new Agent(
                listener(config, "agent.api"),
                listener(config, "agent.metrics"),
                config.getDuration("agent.keep-alive"),
                tls(config, "agent.tls"));
    }

    /** All of it, or nothing. */
    static Optional<CredentialsPaths> tls(Config config, String path) {
        List<String> names = List.of("certificate", "key", "roots");
        List<String> missing = names.stream()
                .filter(name -> config.getString(path + "." + name).isEmpty())
                .toList();
        if (missing.size() == names.size()) {
            return Optional.empty();
        } else if (!missing.isEmpty()) {
            throw new ConfigException.BadValue(
                    config.getValue(path).origin(),
                    PATH + "." + path + "." + missing.get(0),
                    "a file is needed where any of certificate, key and roots names one; TLS is off where none does");
        }
        return Optional.of(new CredentialsPaths(
                Path.of(config.getString(path + ".certificate")),
                Path.of(config.getString(path + ".key")),
                Path.of(config.getString(path + ".roots"))));
    }

    private static Server server(Config config) {
        return new Server(
                config.getDuration("answer-timeout"),
                config.getDuration("head-timeout"),
                config.getDuration("body-timeout"),
                config.getDuration("idle-timeout"),
                config.getDuration("write-timeout"),
                positive(config, "max-in-flight"),
                positive(config, "max-streams"),
                positive(config, "max-connections"),
                bytes(config, "max-held", RequestJson.MAX_BODY_BYTES),
                hostNames(config, "host-names"),
                config.getDuration("stop-deadline"),
                config.getDuration("retry-after"),
                sessions(config.getConfig("sessions")));
    }

    private static Sessions sessions(Config config) {
        return new Sessions(
                positive(config, "max"),
                longerThanZero(config, "ping"),
                longerThanZero(config, "silence"),
                longerThanZero(config, "write-timeout"));
    }

    private static Client client(Config config) {
        return new Client(
                config.getDuration("connect-timeout"),
                config.getDuration("order-timeout"),
                config.getDuration("list-timeout"),
                positive(config, "connections"),
                powerOfTwo(config, "waiting"),
                config.getDuration("keep-alive-timeout"),
                longerThanZero(config, "event-pause"),
                config.getDuration("event-silence"),
                positive(config, "log-streams"),
                Math.toIntExact(config.getBytes("max-answer")));
    }

    static Duration longerThanZero(Config config, String path) {
        Duration value = config.getDuration(path);
        if (value.isNegative() || value.isZero()) {
            throw new ConfigException.BadValue(
                    config.getValue(path).origin(), path, "longer than zero is needed: " + value.toMillis() + " ms");
        }
        return value;
    }

    static Listener listener(Config config, String path) {
        int port = config.getInt(path + ".port");
        if (port < 0 || port > 65_535) {
            throw new ConfigException.BadValue(config.origin(), path + ".port", "a port is 0 to 65535: " + port);
        }
        return new Listener(PATH + "." + path, config.getString(path + ".bind-address"), port);
    }

    private static Set<String> hostNames(Config config, String path) {
        Set<String> names = new HashSet<>();
        for (String name : config.getStringList(path)) {
            if (!HOST_NAME.matcher(name).matches()) {
                throw new ConfigException.BadValue(
                        config.origin(), path, "a name or an address without a port is needed: \"" + name + "\"");
            }
            names.add(name.toLowerCase(Locale.ROOT));
        }
        return names;
    }

    static int positive(Config config, String path) {
        int value = config.getInt(path);
        if (value < 1) {
            throw new ConfigException.BadValue(config.origin(), path, "at least 1 is needed: " + value);
        }
        return value;
    }

    private static long bytes(Config config, String path, long least) {
        long value = config.getBytes(path);
        if (value < least) {
            throw new ConfigException.BadValue(
                    config.origin(), path, "at least " + least + " bytes are needed: " + value);
        }
        return value;
    }

    /** Akka's connection pools ask for one. */
    static int powerOfTwo(Config config, String path) {
        int value = positive(config, path);
        if (Integer.bitCount(value) != 1) {
            throw new ConfigException.BadValue(config.origin(), path, "a power of two is needed: " + value);
        }
        return value;
    }
}
