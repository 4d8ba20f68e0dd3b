package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Docker ended while it starts a crowd of containers: after the first of them, and when most are made. */
final class DockerEndsAmidStartsIT {
    private static final int AT_ONCE = 6;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 4"})
    void whatIsToRunAlwaysRunsInTheEndAndWasNeverGivenUp(boolean killed, int made) throws IOException {
        try (DockerFixture docker = DockerFixture.start();
                FaultyCluster cluster = FaultyCluster.start(directory)) {
            cluster.join("node-1", docker);
            List<String> crowd =
                    IntStream.range(0, AT_ONCE).mapToObj(i -> "one-" + i).toList();
            cluster.persys().ok("apply", "--detach", "-f", file(crowd).toString());
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> containers(docker) >= made);

            if (killed) {
                docker.kill();
            }
            docker.restart();

            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(crowd)
                        .allSatisfy(name -> assertThat(
                                        cluster.workload(name).path("status").asText())
                                .isEqualTo("Running"));
                assertThat(containers(docker, "--filter", "status=running")).isEqualTo(AT_ONCE);
            });
            assertThat(cluster.persys().ok("events", "-o", "json").out()).doesNotContain("\"to\":\"Failed\"");
        }
    }

    private Path file(List<String> names) throws IOException {
        String documents = names.stream()
                .map(name -> """
                        name: %s
                        type: docker-container
                        image: %s
                        command: [sleep, "86400"]
                        restartPolicy: always
                        resources: {cpu: 0.01}
                        """.formatted(name, DockerFixture.BUSYBOX))
                .collect(Collectors.joining("---\n"));
        return Files.writeString(Files.createTempFile(directory, "crowd", ".yaml"), documents);
    }

    private static long containers(DockerFixture docker, String... filter) {
        List<String> line = new ArrayList<>(List.of("ps", "-aq"));
        line.addAll(List.of(filter));
        return docker.docker(line.toArray(String[]::new)).lines().count();
    }
}
