package dev.persys.cli.process;

import com.typesafe.config.Config;
import dev.persys.cli.client.Address;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.dev.DevPki;
import dev.persys.cli.dev.DevPorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts scheduler and agent in one process on an empty store, asks a few things and stops, so that the launcher
 * learns which classes server processes load. Listens on loopback, talks to no Docker, leaves nothing behind.
 */
final class ServerTraining {
    private static final Duration METRICS_LIMIT = Duration.ofSeconds(2);

    private ServerTraining() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("persys-training");
        try {
            train(directory);
        } finally {
            delete(directory);
        }
    }

    private static void train(Path directory) throws IOException {
        DevPki pki = new DevPki(directory.resolve("pki"));
        new DevCertificates(pki, "training").prepare();
        DevPorts ports = DevPorts.free();
        Map<String, Object> settings = new HashMap<>(ports.bySetting());
        settings.putAll(pki.settings());
        settings.put(
                "persys.http.scheduler.audit.directory",
                directory.resolve("audit").toString());
        settings.put("persys.store.kind", "embedded");
        settings.put(
                "persys.store.embedded.directory", directory.resolve("store").toString());
        settings.put("persys.log.file", directory.resolve("log").toString());
        settings.put("persys.agent.node-id", "training");
        settings.put("persys.agent.scheduler-url", "http://127.0.0.1:" + ports.node());
        settings.put("persys.agent.docker.host", "unix://" + directory.resolve("no-docker"));
        Config config = ProcessConfig.load(Optional.empty(), settings);
        Logging.start(config);
        Telemetry.start(config, "persys-training");
        ServerParts parts = ServerParts.schedulerAndAgent(config);
        SchedulerApi api = new SchedulerApi(new Address(
                URI.create("https://127.0.0.1:" + ports.api()),
                Optional::empty,
                true,
                Optional.of(pki.operator()),
                Optional.empty()));
        api.postOnce(
                "/workloads/schedule",
                JsonText.object()
                        .put("name", "web")
                        .put("type", "docker-container")
                        .put("image", "nginx"),
                "training",
                "");
        for (String path :
                List.of("/workloads", "/workloads/web", "/workloads/web/explain", "/nodes", "/cluster/metrics")) {
            api.get(path);
        }
        api.delete("/workloads/web");
        parts.stop().toCompletableFuture().join();
        parts.release();
        Telemetry.stop(METRICS_LIMIT);
        Logging.stop();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
