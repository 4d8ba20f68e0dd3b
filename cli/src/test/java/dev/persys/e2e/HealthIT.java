package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a container does what it should, by every way to find that out; on a real engine, from option to screen. */
final class HealthIT {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    private static final String CHECKED_IMAGE = "persys-test/checked:1";
    private static final String NODE = "node-1";
    private static final String WEB = "mkdir -p /w; echo up > /w/index.html; exec httpd -f -p 8080 -h /w";

    @TempDir
    static Path directory;

    private static FaultyCluster cluster;

    private String id = "";

    @BeforeAll
    static void start() {
        cluster = FaultyCluster.start(directory);
        cluster.join(NODE, DockerFixture.shared());
    }

    @AfterAll
    static void stop() {
        cluster.close();
        DockerFixture.shared().removeContainers();
    }

    @AfterEach
    void remove() {
        cluster.persys().ok("rm", "-d", id);
    }

    @Test
    void imagesOwnCheckThatFailsIsShownWithWhatItSaid() {
        DockerFixture docker = DockerFixture.shared();
        docker.docker("create", "--name", "base-checked", IMAGE);
        docker.docker(
                "commit",
                "--change",
                "HEALTHCHECK --interval=1s --retries=2 CMD echo no such luck; exit 1",
                "base-checked",
                CHECKED_IMAGE);
        docker.docker("rm", "base-checked");
        id = cluster.run(List.of(CHECKED_IMAGE), "sleep", "600");

        JsonNode unhealthy = awaitHealth("unhealthy");

        assertThat(unhealthy.path("status").asText()).isEqualTo("Running");
        assertThat(unhealthy.path("reason").asText()).isEqualTo("Unhealthy");
        assertThat(unhealthy.path("health").path("message").asText()).isEqualTo("no such luck");
        assertThat(unhealthy.path("restartCount").asInt()).isZero();
        assertThat(cluster.persys().ok("ps").out()).contains("Running (unhealthy)");
        assertThat(cluster.persys().ok("inspect", id).out()).contains("unhealthy after", "no such luck");
        assertThat(cluster.persys().ok("events", "--workload", id).out()).contains("no such luck");
    }

    @Test
    void imagesOwnCheckCanBeSwitchedOff() {
        imagesOwnCheckThatFailsIsShownWithWhatItSaid();
        cluster.persys().ok("rm", "-d", id);
        id = cluster.run(List.of(CHECKED_IMAGE, "--no-healthcheck"), "sleep", "600");

        JsonNode running = cluster.awaitStatus(id, "Running");

        assertThat(running.has("health")).isFalse();
    }

    @Test
    void requestOverHttpNeedsNoToolInTheImageAndNoPublishedPort() {
        id = cluster.run(checked("--health-http", "8080/"), "sh", "-c", WEB);
        awaitHealth("healthy");

        inContainer("mv", "/w/index.html", "/w/gone.html");
        JsonNode unhealthy = awaitHealth("unhealthy");
        assertThat(unhealthy.path("health").path("message").asText()).startsWith("GET / answered 404");
        assertThat(unhealthy.path("health").path("failures").asInt()).isEqualTo(2);

        inContainer("mv", "/w/gone.html", "/w/index.html");
        assertThat(awaitHealth("healthy").path("reason").asText()).isEqualTo("Healthy");
        assertThat(cluster.persys().ok("ps").out()).contains("Running (healthy)");
        assertThat(cluster.persys().ok("cluster").out()).contains("1 healthy");
    }

    @Test
    void connectionIsEnoughAndSoIsWhatRunsInTheContainer() {
        id = cluster.run(checked("--health-tcp", "8081"), "sh", "-c", WEB);
        JsonNode refused = awaitHealth("unhealthy");
        assertThat(refused.path("health").path("message").asText()).endsWith(":8081 takes no connections");
        cluster.persys().ok("rm", "-d", id);

        id = cluster.run(checked("--health-tcp", "8080"), "sh", "-c", WEB);
        awaitHealth("healthy");
        cluster.persys().ok("rm", "-d", id);

        id = cluster.run(
                checked("--health-cmd", "test -e /w/index.html || { echo not there; false; }"), "sh", "-c", WEB);
        awaitHealth("healthy");
        inContainer("rm", "/w/index.html");
        assertThat(awaitHealth("unhealthy").path("health").path("message").asText())
                .isEqualTo("not there");
    }

    @Test
    void unhealthyOneIsRestartedWhereThatIsWantedAlsoAfterItsAgentWasKilled() {
        List<String> options = new ArrayList<>(checked("--health-http", "8080/"));
        options.addAll(List.of("--on-unhealthy", "restart"));
        id = cluster.run(options, "sh", "-c", "mkdir -p /w; touch /w/index.html; exec httpd -f -p 8080 -h /w");
        String container = awaitHealth("healthy").path("containerId").asText();

        inContainer("rm", "/w/index.html");
        // It makes the page anew as it starts.
        JsonNode again = await(seen -> seen.path("restartCount").asInt() == 1 && isHealthy(seen), "to be restarted");
        assertThat(again.path("containerId").asText()).isEqualTo(container);

        cluster.killAgent(NODE);
        inContainer("rm", "/w/index.html");
        cluster.startAgent(NODE);
        JsonNode once = await(
                seen -> seen.path("restartCount").asInt() >= 2 && isHealthy(seen),
                "to be restarted by an agent that was started anew");
        assertThat(once.path("containerId").asText()).isEqualTo(container);
        assertThat(once.path("generation").asInt()).isEqualTo(1);
    }

    private static List<String> checked(String option, String value) {
        return List.of(IMAGE, option, value, "--health-interval", "1s", "--health-retries", "2");
    }

    private static boolean isHealthy(JsonNode workload) {
        return workload.path("health").path("status").asText().equals("healthy");
    }

    private JsonNode awaitHealth(String status) {
        return await(seen -> seen.path("health").path("status").asText().equals(status), "to be " + status);
    }

    private JsonNode await(Predicate<JsonNode> wanted, String what) {
        return cluster.awaitWorkload(id, wanted, what);
    }

    private void inContainer(String... command) {
        List<String> line = new ArrayList<>(List.of("exec", id));
        line.addAll(List.of(command));
        DockerFixture.shared().docker(line.toArray(String[]::new));
    }
}
