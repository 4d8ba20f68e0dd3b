package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of workloads whose agent or Docker is killed, stopped or hangs: two agents as processes of their own, each
 * on a real engine of its own. The troubles befall node {@code a}; node {@code b} is the one that must not notice.
 */
final class NodeFaultsIT {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static DockerFixture docker;
    private static FaultyCluster cluster;

    private String id = "";

    @BeforeAll
    static void start() {
        docker = DockerFixture.start("--live-restore");
        cluster = FaultyCluster.start(directory);
        cluster.join("a", docker);
        cluster.join("b", DockerFixture.shared(), "127.0.0.2");
    }

    @AfterAll
    static void stop() {
        cluster.close();
        docker.close();
        DockerFixture.shared().removeContainers();
    }

    @AfterEach
    void remove() {
        cluster.persys().ok("rm", "-d", id);
    }

    @Test
    void unreachableAgentsWorkloadsSaySoAndComeBackByThemselvesUntouched() throws Exception {
        id = running("a");
        String container = container();
        Path said = directory.resolve("exec.log");
        Process inside = cluster.persys().serve(said, "exec", id, "sh", "-c", "echo inside; sleep 1000");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.readString(said).contains("inside"));

        cluster.killAgent("a");
        assertThat(inside.waitFor(20, TimeUnit.SECONDS))
                .as("who is inside is told")
                .isTrue();
        assertThat(inside.exitValue()).isEqualTo(5);
        assertThat(said).content().contains("broke off: The connection to node a broke off");
        JsonNode unknown = cluster.awaitStatus(id, "Unknown");
        assertThat(cluster.node("a").path("status").asText()).isEqualTo("Suspect");
        JsonNode lost = cluster.awaitStatus(id, "Lost");
        assertThat(cluster.node("a").path("status").asText()).isEqualTo("Inactive");
        assertThat(container()).as("nobody touches it").isEqualTo(container);
        cluster.startAgent("a");
        JsonNode back = cluster.awaitStatus(id, "Running");

        assertThat(unknown.path("message").asText()).contains("node a is in trouble: ");
        assertThat(lost.path("message").asText()).contains("node a is gone");
        assertThat(container()).isEqualTo(container);
        assertThat(back.path("generation").asInt()).isEqualTo(1);
        cluster.awaitNode("a", "Active");
    }

    @Test
    void silentNodeIsSuspectThenInactiveThenBackAndWhatHappenedMeanwhileIsFound() {
        id = running("a");

        cluster.signalAgent("a", "STOP");
        cluster.awaitNode("a", "Suspect");
        String other = workingOnB();
        docker.docker("rm", "--force", id);
        cluster.awaitNode("a", "Inactive");
        cluster.awaitStatus(id, "Lost");
        cluster.signalAgent("a", "CONT");

        cluster.awaitNode("a", "Active");
        JsonNode again = cluster.awaitStatus(id, "Running");
        assertThat(again.path("generation").asInt()).isEqualTo(2);
        assertThat(cluster.history(id)).containsSubsequence("Running", "Unknown", "Lost", "Missing", "Running");
        assertThat(cluster.containers("a", id)).hasSize(1);
        cluster.persys().ok("rm", other);
    }

    @Test
    void restartOfAWorkloadWhoseNodeIsAwaySaysThatItDoesNotAnswerAndHappensWhenItDoes() {
        id = running("a");
        cluster.killAgent("a");
        cluster.awaitStatus(id, "Unknown");

        cluster.persys().ok("restart", "-d", id);

        JsonNode ordered =
                cluster.awaitWorkload(id, workload -> workload.path("run").asInt() == 2, "to be ordered again");
        assertThat(ordered.path("status").asText()).isIn("Unknown", "Lost");
        assertThat(ordered.path("message").asText()).containsAnyOf("does not answer", "node a is gone");
        cluster.startAgent("a");
        assertThat(cluster.awaitStatus(id, "Running").path("generation").asInt())
                .isEqualTo(1);
        assertThat(cluster.containers("a", id)).hasSize(1);
        cluster.awaitNode("a", "Active");
    }

    @Test
    void restartedDockerKeepsItsContainersAndTheyAreTakenBack() {
        id = running("a");
        String container = container();

        docker.stop();
        cluster.awaitStatus(id, "Unknown");
        cluster.awaitNode("a", "Suspect");
        docker.restart();

        cluster.awaitStatus(id, "Running");
        cluster.awaitNode("a", "Active");
        assertThat(container()).isEqualTo(container);
    }

    @Test
    void dockerThatHangsDelaysNobodyElseAndGetsNothingNew() {
        id = running("a");

        docker.pause();
        try {
            String other = workingOnB();
            cluster.awaitNode("a", "Suspect");
            cluster.awaitStatus(id, "Unknown");
            String anywhere = cluster.run(List.of(IMAGE), "sleep", "600");
            assertThat(cluster.awaitStatus(anywhere, "Running").path("nodeId").asText())
                    .isEqualTo("b");
            cluster.persys().ok("rm", other, anywhere);
        } finally {
            docker.resume();
        }

        cluster.awaitStatus(id, "Running");
        cluster.awaitNode("a", "Active");
    }

    @Test
    void dockerThatHangsInAPullLeavesNothingPulling() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + silent.getLocalPort() + "/absent:1";
            id = cluster.run(List.of(image, "--constraint", "at=a"), "true");
            cluster.awaitStatus(id, "Pulling");

            docker.pause();
            try {
                cluster.awaitStatus(id, "Unknown");
            } finally {
                docker.resume();
            }

            assertThat(cluster.awaitStatus(id, "Failed").path("reason").asText())
                    .isEqualTo("ImagePullFailed");
        }
        cluster.awaitNode("a", "Active");
    }

    @Test
    void portThatSomethingElseHasOnOneNodeIsTakenOnTheOtherAndAChangeMayMoveBack() throws IOException {
        await().atMost(LIMIT)
                .until(() -> cluster.node("a").path("workloads").asInt()
                                + cluster.node("b").path("workloads").asInt()
                        == 0);
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            id = cluster.run(List.of(IMAGE, "-p", taken.getLocalPort() + ":80"), "sleep", "600");

            JsonNode running = cluster.awaitStatus(id, "Running");

            assertThat(running.path("nodeId").asText()).isEqualTo("b");
            assertThat(cluster.history(id)).containsSubsequence("Starting", "Pending", "Running");
            await().atMost(LIMIT).until(() -> cluster.containers("a", id).isEmpty());
            moveToA(running.path("name").asText());
        }
    }

    /** By a change for which there is no room on b. */
    private void moveToA(String name) {
        BigDecimal free = cluster.node("b").path("free").path("cpu").decimalValue();
        String all = free.subtract(new BigDecimal("0.1")).toPlainString();
        String other = cluster.run(List.of(IMAGE, "--cpu", all, "--constraint", "at=b"), "sleep", "600");
        cluster.awaitStatus(other, "Running");
        List<String> change = List.of(
                "run", "--replace", "--name", name, "--cpu", "0.5", "--stop-grace", "0s", "--stable-for", "0", IMAGE);

        Launcher.Result refused = cluster.persys().run(with(change, "--", "sleep", "600"));
        cluster.persys().ok(with(change, "--move", "--", "sleep", "600"));

        assertThat(refused.status()).isEqualTo(4);
        assertThat(cluster.workload(id).path("nodeId").asText()).isEqualTo("a");
        assertThat(cluster.containers("a", id)).hasSize(1);
        await().atMost(LIMIT).until(() -> cluster.containers("b", id).isEmpty());
        cluster.persys().ok("rm", "-d", other);
    }

    private static String[] with(List<String> line, String... more) {
        return Stream.concat(line.stream(), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void agentThatIsKilledWhileItStartsAContainerStartsItOnceItIsBack() {
        id = cluster.run(List.of(IMAGE, "--constraint", "at=a"), "sleep", "600");
        cluster.killAgent("a");
        cluster.startAgent("a");

        cluster.awaitStatus(id, "Running");

        assertThat(cluster.containers("a", id)).hasSize(1);
        cluster.awaitNode("a", "Active");
    }

    @Test
    void passesOverAnUnchangedClusterWriteNothing() {
        id = running("a");
        String other = running("b");
        await().atMost(LIMIT).until(() -> isQuietForAPass());
        long revision = cluster.revision();
        long onA = cluster.listings("a");
        long onB = cluster.listings("b");

        await().atMost(LIMIT).until(() -> cluster.listings("a") > onA + 3 && cluster.listings("b") > onB + 3);

        assertThat(cluster.revision()).isEqualTo(revision);
        for (String workload : List.of(id, other)) {
            assertThat(cluster.workload(workload).path("status").asText())
                    .as("what runs is not doubted")
                    .isEqualTo("Running");
        }
        cluster.persys().ok("rm", other);
    }

    /** What a status and its log's tail are followed by, such as events, is written a little later. */
    private static boolean isQuietForAPass() {
        long revision = cluster.revision();
        long listings = cluster.listings("a");
        await().atMost(LIMIT).until(() -> cluster.listings("a") > listings + 1);
        return cluster.revision() == revision;
    }

    /** A workload that is run, stopped, started and still there, all while node a is silent: none of it waits for a. */
    private static String workingOnB() {
        String workload = running("b");
        cluster.persys().ok("stop", workload);
        cluster.persys().ok("start", workload);
        return workload;
    }

    private static String running(String node) {
        String workload = cluster.run(List.of(IMAGE, "--constraint", "at=" + node), "sleep", "600");
        cluster.awaitStatus(workload, "Running");
        return workload;
    }

    /** The container of this test, and since when it runs: another after a restart. */
    private String container() {
        return docker.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", id);
    }
}
