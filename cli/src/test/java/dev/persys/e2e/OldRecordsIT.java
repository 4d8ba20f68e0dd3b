package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole cluster on the embedded store, whose records are older than the containers on its engine, or gone. */
final class OldRecordsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String OFTEN = """
            persys.scheduler { workload-monitor-interval = 500ms, node-monitor-interval = 500ms, heartbeat-interval = 500ms }
            """;

    @TempDir
    Path directory;

    private Launcher persys;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host());
        config = Files.writeString(directory.resolve("dev.conf"), OFTEN);
        startDev();
    }

    @AfterEach
    void stop() {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
    }

    /** Half of the records were written before the log was cut, half of them after. */
    @Test
    void whatLostItsRecordWithAnAcceptedLossStaysUntilSomebodySaysThatItGoes() throws IOException {
        List<String> kept = run("a", "b", "c");
        long length = Files.size(log());
        List<String> lost = run("d", "e", "f");
        kill();
        try (FileChannel file = FileChannel.open(log(), StandardOpenOption.WRITE)) {
            file.truncate(length);
        }
        assertThat(persys.run("dev", "start", "--ports", "auto").status()).isNotZero();
        assertThat(persys.ok("store", "accept-loss").out()).contains("persys node accept-orphans");

        startDev();

        JsonNode held = awaitHeld();
        assertThat(held.path("message").asText()).startsWith("3 of its 6 containers have no record");
        passesHaveBeen();
        assertThat(containers()).containsAll(kept).containsAll(lost);
        persys.ok("node", "accept-orphans", held.path("nodeId").asText());

        await().atMost(LIMIT).until(() -> reason().equals("Heartbeat"));
        await().atMost(LIMIT).untilAsserted(() -> assertThat(containers()).containsExactlyInAnyOrderElementsOf(kept));
        for (String id : kept) {
            await().atMost(LIMIT).until(() -> status(id).equals("Running"));
        }
    }

    /** The export is from before four take-overs and four workloads; the agent's containers know the epochs since. */
    @Test
    void anExportFromBeforeSeveralTakeOversIsLedWithAndWhatIsNewerThanItStays() throws IOException {
        List<String> kept = run("a", "b");
        persys.ok("dev", "stop");
        String export = directory.resolve("export.jsonl").toString();
        persys.ok("store", "export", export);
        List<String> lost = new ArrayList<>();
        for (String name : List.of("c", "d", "e", "f")) {
            startDev();
            lost.addAll(run(name));
            kill();
        }
        try (Stream<Path> files = Files.list(store())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(store());
        assertThat(persys.ok("store", "import", export).out()).contains("persys node accept-orphans");

        startDev();

        JsonNode held = awaitHeld();
        assertThat(held.path("message").asText()).startsWith("4 of its 6 containers have no record");
        persys.ok("stop", "-d", "a");
        await().atMost(LIMIT).ignoreExceptions().until(() -> status(kept.get(0)).equals("Stopped"));
        passesHaveBeen();
        assertThat(containers()).contains(kept.get(1)).containsAll(lost);
        persys.ok("node", "accept-orphans", held.path("nodeId").asText());
        await().atMost(LIMIT).untilAsserted(() -> assertThat(containers()).containsExactly(kept.get(1)));
    }

    @Test
    void whatRunsUnderAStoreThatWasWipedIsReportedAndCanBeRemovedByItsClustersId() throws IOException {
        List<String> former = run("a", "b");
        persys.ok("dev", "stop");
        Path away = directory.resolve("away");
        Files.move(store(), away);

        startDev();

        JsonNode node = await().atMost(LIMIT)
                .until(this::node, now -> now.path("reason").asText().equals("ForeignContainers"));
        String cluster = node.path("foreign").path(0).path("cluster").asText();
        assertThat(node.path("foreign").path(0).path("containers").asInt()).isEqualTo(2);
        assertThat(persys.ok("nodes").err()).contains("ForeignContainers: 2 containers of another cluster");
        assertThat(persys.ok("events").out()).contains("2 containers of another cluster (");
        passesHaveBeen();
        assertThat(containers()).containsExactlyInAnyOrderElementsOf(former);

        persys.ok("dev", "stop");
        Path wiped = Files.move(store(), directory.resolve("wiped"));
        Files.move(away, store());
        startDev();
        await().atMost(LIMIT).until(() -> status(former.get(0)).equals("Running"));
        assertThat(containers()).containsExactlyInAnyOrderElementsOf(former);

        persys.ok("dev", "stop");
        Files.move(store(), away);
        Files.move(wiped, store());
        startDev();
        await().atMost(LIMIT).until(() -> reason().equals("ForeignContainers"));
        String ids =
                DockerFixture.shared().docker("ps", "--all", "--quiet", "--filter", "label=persys.cluster=" + cluster);
        List<String> line = new ArrayList<>(List.of("rm", "--force"));
        line.addAll(List.of(ids.split("\\s+")));
        DockerFixture.shared().docker(line.toArray(String[]::new));
        await().atMost(LIMIT).until(() -> reason().equals("Heartbeat"));
    }

    /** Several inventories have been taken by the time a workload has run and gone. */
    private void passesHaveBeen() {
        persys.ok("rm", run("passing").get(0));
    }

    private void startDev() {
        persys.ok("dev", "start", "--ports", "auto", "--config", config.toString());
    }

    /** Running ones of these names; their ids. */
    private List<String> run(String... names) {
        List<String> ids = new ArrayList<>();
        for (String name : names) {
            ids.add(persys.ok("run", DockerFixture.BUSYBOX, "--name", name, "--stop-grace", "0s", "--", "sleep", "6000")
                    .line());
        }
        return ids;
    }

    private void kill() throws IOException {
        JsonNode endpoints = Json.MAPPER.readTree(
                Files.readString(directory.resolve("home").resolve("dev").resolve("endpoints.json")));
        ProcessHandle process = ProcessHandle.of(endpoints.path("pid").asLong()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    private Path log() throws IOException {
        try (Stream<Path> files = Files.list(store())) {
            return files.filter(file -> file.getFileName().toString().startsWith("log-"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private Path store() {
        return directory.resolve("home").resolve("dev").resolve("store");
    }

    private JsonNode awaitHeld() {
        return await().atMost(LIMIT)
                .until(this::node, node -> node.path("reason").asText().equals("OrphansHeld"));
    }

    private String reason() {
        return node().path("reason").asText();
    }

    private JsonNode node() {
        return json(persys.ok("nodes", "-o", "json").out()).path("nodes").get(0);
    }

    private String status(String id) {
        return json(persys.ok("inspect", id, "-o", "json").out()).path("status").asText();
    }

    /** Names of what runs on the engine: workloads' ids. */
    private static List<String> containers() {
        return DockerFixture.shared()
                .docker("ps", "--format", "{{.Names}}")
                .lines()
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
