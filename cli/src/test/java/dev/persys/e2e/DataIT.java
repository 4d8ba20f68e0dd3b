package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a database has stored is there after whatever happens to its container, on real engines: its image declares a
 * volume that nobody names, and writes a row each time that it is started. {@code -Drestarts=50} makes it a long test.
 */
final class DataIT {
    private static final int RESTARTS = Integer.getInteger("restarts", 2);
    private static final String DATABASE = "persys-test/database:1";
    private static final String NODE = "node-1";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private DockerFixture docker;
    private FaultyCluster cluster;

    private void start(String... flags) {
        docker = DockerFixture.start(flags);
        docker.docker("create", "--name", "template", DockerFixture.BUSYBOX, "true");
        docker.docker(
                "commit",
                "--change",
                "VOLUME /data",
                "--change",
                "CMD [\"sh\", \"-c\", \"echo row >> /data/rows; exec sleep 86400\"]",
                "template",
                DATABASE);
        docker.docker("rm", "template");
        cluster = FaultyCluster.start(directory);
        cluster.join(NODE, docker);
    }

    @AfterEach
    void stop() {
        cluster.close();
        docker.close();
    }

    @Test
    void everyStartOfADatabaseFindsWhatWasStored() {
        start();
        String id = cluster.persys()
                .ok("run", "--stop-grace", "0s", "--restart", "always", DATABASE)
                .line();
        String container = cluster.workload(id).path("containerId").asText();
        awaitRows(id, 1);

        cluster.persys().ok("stop", id);
        cluster.persys().ok("start", id);
        awaitRows(id, 2);
        cluster.persys().ok("restart", id);
        awaitRows(id, 3);
        docker.docker("kill", id);
        awaitRows(id, 4);
        cluster.killAgent(NODE);
        docker.docker("kill", id);
        cluster.startAgent(NODE);
        awaitRows(id, 5);

        assertThat(cluster.workload(id).path("containerId").asText()).isEqualTo(container);
    }

    // Each wait in it has an end of its own, and there are as many as somebody asks for.
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyRestartOfDockerLeavesAllDatabasesWhatTheyHaveStored(boolean liveRestore) {
        start(liveRestore ? new String[] {"--live-restore"} : new String[0]);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(cluster.run(List.of("--restart", i == 2 ? "unless-stopped" : "always", DATABASE)));
        }
        String stopped = cluster.run(List.of("--restart", "always", DATABASE));
        ids.forEach(id -> awaitRows(id, 1));
        awaitRows(stopped, 1);
        cluster.persys().ok("stop", stopped);
        Map<String, String> containers = new java.util.HashMap<>();
        ids.forEach(id ->
                containers.put(id, cluster.workload(id).path("containerId").asText()));

        int rows = 1;
        for (int restart = 0; restart < RESTARTS; restart++) {
            if (restart % 2 == 1) {
                docker.kill();
            }
            if (restart % 3 == 2) {
                cluster.killAgent(NODE);
            }
            docker.restart();
            if (restart % 3 == 2) {
                cluster.startAgent(NODE);
            }
            rows += liveRestore ? 0 : 1;
            for (String id : ids) {
                awaitRows(id, rows);
                assertThat(cluster.workload(id).path("containerId").asText())
                        .as("after restart %d of Docker", restart + 1)
                        .isEqualTo(containers.get(id));
            }
            // A restart that is asked for starts the pauses anew.
            rows++;
            for (String id : ids) {
                cluster.persys().ok("restart", id);
                awaitRows(id, rows);
            }
        }

        assertThat(rows(stopped)).as("what was stopped stays stopped").isEqualTo(1);
        assertThat(cluster.workload(stopped).path("status").asText()).isEqualTo("Stopped");
    }

    /** Exactly so many: each start has written one, and no start was one too many. */
    private void awaitRows(String id, int rows) {
        await(id + " to run with " + rows + " rows").atMost(LIMIT).untilAsserted(() -> {
            JsonNode workload = cluster.workload(id);
            assertThat(workload.path("status").asText()).isEqualTo("Running");
            assertThat(rows(id)).isEqualTo(rows);
        });
    }

    private long rows(String id) {
        String volume = docker.docker("inspect", "--format", "{{(index .Mounts 0).Source}}", id);
        return Rows.of(Path.of(volume, "rows"));
    }

    /** As the machine has it: a container that is stopped cannot be asked. */
    private static final class Rows {
        static long of(Path file) {
            try {
                return java.nio.file.Files.readAllLines(file).size();
            } catch (java.io.IOException e) {
                return 0;
            }
        }
    }
}
