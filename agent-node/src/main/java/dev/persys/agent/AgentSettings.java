package dev.persys.agent;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import dev.persys.agent.docker.DockerHost;
import dev.persys.agent.docker.DockerSettings;
import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that can be set about an agent; {@code reference.conf} tells what each is for.
 *
 * @param nodeId absent takes the host's name
 * @param ipAddress absent takes the primary interface's
 * @param clusterId absent learns it
 * @param maxHealthChecks of the agent's own under way at once
 * @param allowed what workloads may touch of this node
 */
public record AgentSettings(
        Optional<NodeId> nodeId,
        Optional<String> ipAddress,
        int port,
        URI schedulerUrl,
        Optional<ClusterId> clusterId,
        Map<String, String> labels,
        Resources reserved,
        Duration heartbeatInterval,
        Backoff schedulerBackoff,
        int maxStarts,
        int maxStops,
        int maxPulls,
        int maxPullsPerRegistry,
        int maxPendingOrders,
        int maxRemembered,
        int pullAttempts,
        Backoff pullBackoff,
        Duration pullProgressInterval,
        Backoff retryBackoff,
        int startAttempts,
        Duration pingInterval,
        int maxListings,
        int listingParallelism,
        int maxHealthChecks,
        int eventsKept,
        int followerBuffer,
        Allowed allowed,
        DockerSettings docker) {

    /** From the whole configuration; fails with a {@code ConfigException} that names what is wrong. */
    public static AgentSettings of(Config whole) {
        Config config = whole.getConfig("persys.agent");
        return new AgentSettings(
                text(config, "node-id").map(NodeId::of),
                text(config, "ip-address"),
                config.getInt("port"),
                URI.create(config.getString("scheduler-url")),
                text(config, "cluster-id").map(ClusterId::of),
                labels(config.getConfig("labels")),
                Resources.of(new BigDecimal(config.getString("reserved.cpu")), config.getLong("reserved.memory")),
                config.getDuration("heartbeat-interval"),
                Backoff.of(config.getConfig("scheduler-backoff")),
                config.getInt("max-starts"),
                config.getInt("max-stops"),
                config.getInt("max-pulls"),
                config.getInt("max-pulls-per-registry"),
                config.getInt("max-pending-orders"),
                config.getInt("max-remembered"),
                config.getInt("pull-attempts"),
                Backoff.of(config.getConfig("pull-backoff")),
                config.getDuration("pull-progress-interval"),
                Backoff.of(config.getConfig("retry-backoff")),
                config.getInt("start-attempts"),
                config.getDuration("ping-interval"),
                config.getInt("max-listings"),
                config.getInt("listing-parallelism"),
                maxHealthChecks(config),
                config.getInt("events.kept"),
                config.getInt("events.follower-buffer"),
                AllowedSettings.of(config.getConfig("allow")),
                docker(config.getConfig("docker")));
    }

    private static DockerSettings docker(Config config) {
        return new DockerSettings(
                host(config),
                config.getBoolean("tell-engine-id"),
                config.getDuration("call-timeout"),
                config.getDuration("start-timeout"),
                config.getDuration("ping-timeout"),
                config.getDuration("pull-timeout"),
                config.getDuration("pull-stall-timeout"),
                config.getInt("max-calls"),
                config.getInt("max-queued-calls"),
                config.getInt("max-stops"),
                config.getInt("max-streams"),
                config.getInt("max-sessions"),
                config.getString("publish-address"),
                Path.of(config.getString("registry-credentials-dir")),
                text(config, "client-config-dir")
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".docker")),
                config.getDuration("credential-helper-timeout"),
                config.getBytes("log-max-size"),
                logMaxFiles(config));
    }

    private static URI host(Config config) {
        try {
            return DockerHost.parse(config.getString("host"));
        } catch (IllegalArgumentException e) {
            throw new ConfigException.BadValue(
                    config.getValue("host").origin(), "persys.agent.docker.host (DOCKER_HOST)", e.getMessage());
        }
    }

    private static int maxHealthChecks(Config config) {
        int most = config.getInt("max-health-checks");
        if (most < 1) {
            throw new ConfigException.BadValue(
                    config.getValue("max-health-checks").origin(),
                    "persys.agent.max-health-checks",
                    "it is " + most + " and has to be at least 1: otherwise none would ever be healthy");
        }
        return most;
    }

    private static int logMaxFiles(Config config) {
        int files = config.getInt("log-max-files");
        if (files < 1) {
            throw new ConfigException.BadValue(
                    config.getValue("log-max-files").origin(),
                    "persys.agent.docker.log-max-files",
                    "it is " + files + " and has to be at least 1: Docker writes output to a file");
        }
        return files;
    }

    private static Optional<String> text(Config config, String path) {
        return Optional.of(config.getString(path)).filter(value -> !value.isEmpty());
    }

    private static Map<String, String> labels(Config config) {
        Map<String, String> labels = new TreeMap<>();
        // The root's keys are the labels as written: a dot in one does not make it a path.
        for (Map.Entry<String, ConfigValue> label : config.root().entrySet()) {
            labels.put(label.getKey(), String.valueOf(label.getValue().unwrapped()));
        }
        return Map.copyOf(labels);
    }
}
