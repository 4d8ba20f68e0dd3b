package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a workload whose container cannot start, ends, or is in somebody's hands; on a real engine. */
final class ContainerFaultsIT {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    private static final String NODE = "node-1";
    private static final Duration LIMIT = Duration.ofSeconds(60);

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
    void commandThatCannotStartIsFailedWithDockersMessage() {
        id = cluster.run(List.of(IMAGE), "/no/such/command");

        JsonNode failed = cluster.awaitStatus(id, "Failed");

        assertThat(failed.path("reason").asText()).isEqualTo("StartRefused");
        assertThat(failed.path("message").asText())
                .startsWith("Docker refused to start it: ")
                .contains("/no/such/command", "no such file");
        await().atMost(LIMIT).until(() -> cluster.containers(NODE, id).isEmpty());
    }

    @Test
    void linkOutOfWhatMayBeMountedIsRefusedOnTheNodeAndNotTriedAgain() throws IOException {
        Path shared = Files.createDirectories(cluster.shared());
        Path secret = Files.createDirectory(directory.resolve("secret"));
        Path link = Files.createSymbolicLink(shared.resolve("link"), secret);
        id = cluster.run(List.of(IMAGE, "--restart", "always", "-v", link + ":/link"), "touch", "/link/mine");

        JsonNode failed = cluster.awaitStatus(id, "Failed");

        assertThat(failed.path("reason").asText()).isEqualTo("NotAllowed");
        assertThat(failed.path("message").asText())
                .startsWith("not allowed on node-1: it asks for host path " + link + ", which leads to " + secret)
                .contains("persys.agent.allow.host-paths");
        assertThat(cluster.containers(NODE, id)).isEmpty();
        assertThat(secret).isEmptyDirectory();

        String other = cluster.run(List.of(IMAGE, "-v", shared + ":/shared"), "touch", "/shared/mine");
        cluster.awaitStatus(other, "Exited");
        assertThat(shared.resolve("mine")).exists();
        cluster.persys().ok("rm", "-d", other);
    }

    @Test
    void whatCannotStartNowIsTriedAgainUntilItStartsWhereItsPolicyWantsItRunning() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            id = cluster.run(List.of(IMAGE, "--restart", "always", "-p", port + ":80"), "sleep", "600");
            JsonNode waiting = cluster.awaitWorkload(
                    id,
                    workload -> workload.path("retry").path("attempt").asInt() == 2 && isPending(workload),
                    "to wait");
            assertThat(waiting.path("reason").asText()).isEqualTo("PortInUse");
            assertThat(waiting.path("message").asText())
                    .isEqualTo("port " + port
                            + "/tcp is in use on node-1 by something that Persys did not start; tried again in 5 s");
            assertThat(cluster.explanation(id).toString()).contains("port-in-use");
        }
        cluster.awaitStatus(id, "Running");
    }

    private static boolean isPending(JsonNode workload) {
        return workload.path("status").asText().equals("Pending");
    }

    @Test
    void commandThatCannotStartIsTriedAgainWithPausesWhereItsPolicyWantsItRunning() {
        id = cluster.run(List.of(IMAGE, "--restart", "always"), "/no/such/command");

        JsonNode waiting = cluster.awaitStatus(id, "Restarting");

        assertThat(waiting.path("reason").asText()).isEqualTo("StartRefused");
        assertThat(waiting.path("message").asText()).contains("/no/such/command", "tried again in");
    }

    @Test
    void commandThatEndsBadlyIsFailedWithItsCodeAndTheTailOfItsLog() {
        id = cluster.run(List.of(IMAGE), "sh", "-c", "echo no configuration >&2; exit 3");

        JsonNode failed = cluster.awaitWorkload(
                id, workload -> !workload.path("logs").asText().isEmpty(), "to have its log kept");

        assertThat(failed.path("status").asText()).isEqualTo("Failed");
        assertThat(failed.path("message").asText()).isEqualTo("exited with code 3");
        assertThat(failed.path("logs").asText()).isEqualTo("no configuration\n");
    }

    @Test
    void imageThatCannotBePulledIsFailedWithTheReasonAfterTheRetryBudget() {
        id = cluster.run(List.of("127.0.0.1:9/absent:1"), "true");

        JsonNode failed = cluster.awaitStatus(id, "Failed");

        assertThat(failed.path("reason").asText()).isEqualTo("ImagePullFailed");
        assertThat(failed.path("message").asText())
                .startsWith("cannot pull 127.0.0.1:9/absent:1: ")
                .contains("connection refused", "attempt 3 of 3");
        assertThat(cluster.history(id)).endsWith("Pulling", "Failed");
    }

    @Test
    void registryThatNeverAnswersEndsInFailedAlsoWhenTheAgentIsKilledMeanwhile() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + silent.getLocalPort() + "/absent:1";
            id = cluster.run(List.of(image), "true");
            cluster.awaitStatus(id, "Pulling");

            cluster.killAgent(NODE);
            cluster.startAgent(NODE);

            JsonNode failed = cluster.awaitStatus(id, "Failed");
            assertThat(failed.path("reason").asText()).isEqualTo("ImagePullFailed");
            assertThat(failed.path("message").asText()).contains("no progress", "attempt 3 of 3");
        }
    }

    @Test
    void crashedContainerIsRestartedByItsPolicyAndItsCountAndLastCodeAreShown() {
        id = cluster.run(List.of(IMAGE, "--restart", "on-failure:2"), "sh", "-c", "exit 3");

        JsonNode failed = cluster.awaitStatus(id, "Failed");

        assertThat(failed.path("restartCount").asInt()).isEqualTo(2);
        assertThat(failed.path("exitCode").asInt()).isEqualTo(3);
        assertThat(cluster.persys().ok("inspect", id).out()).contains("exited with code 3");
    }

    @Test
    void containerThatEndsIsStartedAgainWhereItsPolicyWantsItRunning() {
        id = cluster.run(List.of(IMAGE, "--restart", "always"), "sleep", "0.5");

        JsonNode again = cluster.awaitWorkload(
                id, workload -> workload.path("restartCount").asInt() > 0, "to be restarted");

        assertThat(again.path("status").asText()).isIn("Running", "Restarting");
        assertThat(again.path("exitCode").asInt()).isZero();
    }

    @Test
    void containerThatUsesTooMuchMemoryIsToldFromOneThatIsKilled() {
        // Of what dies at once, containerd may be too late to see why.
        id = cluster.run(List.of(IMAGE, "--memory", "8Mi"), "sh", "-c", "sleep 1; exec tail /dev/zero");
        JsonNode hungry = cluster.awaitStatus(id, "Failed");
        cluster.persys().ok("rm", "-d", id);
        id = cluster.run(List.of(IMAGE), "sh", "-c", "kill -9 $$; sleep 600");
        // The first process of a container is immune to its own signals: somebody else's hand does it.
        cluster.awaitStatus(id, "Running");
        docker("kill", id);
        JsonNode killed = cluster.awaitStatus(id, "Failed");

        assertThat(hungry.path("reason").asText()).isEqualTo("OutOfMemory");
        assertThat(hungry.path("oomKilled").asBoolean()).isTrue();
        assertThat(killed.path("reason").asText()).isEqualTo("ExitedWithError");
        assertThat(killed.path("oomKilled").asBoolean()).isFalse();
        assertThat(List.of(
                        hungry.path("exitCode").asInt(), killed.path("exitCode").asInt()))
                .containsOnly(137);
    }

    @Test
    void limitsThatSomebodyChangesAtTheEngineAreTold() {
        id = cluster.run(List.of(IMAGE, "--memory-limit", "64Mi"), "sleep", "600");
        JsonNode before = cluster.awaitStatus(id, "Running");

        docker("update", "--memory", "128m", "--memory-swap", "128m", id);

        JsonNode told = cluster.awaitWorkload(
                id, workload -> workload.path("message").asText().contains("128 MiB"), "to say so");
        assertThat(before.path("message").asText()).isEqualTo("running");
        assertThat(told.path("message").asText())
                .isEqualTo("running; somebody has changed its limits on its node: 128 MiB in place of 64 MiB;"
                        + " a new container has its own again");
        assertThat(told.path("status").asText()).isEqualTo("Running");
        docker("update", "--memory", "64m", "--memory-swap", "64m", id);
        cluster.awaitWorkload(id, workload -> workload.path("message").asText().equals("running"), "to be as it was");
    }

    @Test
    void containerKilledOrStoppedByHandIsStartedAgainWhereItsPolicyWantsItRunning() {
        id = running("--restart", "unless-stopped");
        JsonNode first = cluster.workload(id);

        docker("kill", id);
        JsonNode second = awaitRestarts(1);
        docker("stop", "--time", "0", id);
        JsonNode third = awaitRestarts(2);

        assertThat(List.of(second.path("containerId"), third.path("containerId")))
                .containsOnly(first.path("containerId"));
        assertThat(third.path("generation").asInt()).isEqualTo(1);
        assertThat(cluster.containers(NODE, id)).hasSize(1);
        assertThat(cluster.history(id))
                .containsSubsequence("Running", "Restarting", "Running", "Restarting", "Running");
    }

    @Test
    void containerRemovedBehindOurBackIsMissingAndThenStartedAgain() {
        id = running();

        docker("rm", "--force", id);

        awaitGeneration(2);
        assertThat(cluster.history(id))
                .containsSubsequence("Running", "Missing", "Running")
                .doesNotContain("Failed");
    }

    @Test
    void containerRenamedBehindOurBackIsMissingAndThenThereIsOneWithItsName() {
        id = running();

        docker("rename", id, "renamed-" + id);

        JsonNode again = awaitGeneration(2);
        assertThat(cluster.history(id)).containsSubsequence("Running", "Missing", "Running");
        assertThat(cluster.containers(NODE, id))
                .containsExactly(again.path("containerId").asText() + " " + id);
    }

    @Test
    void completedWorkloadIsNotRunAgainWhenItsContainerIsRemoved() {
        id = cluster.run(List.of(IMAGE), "true");
        cluster.awaitStatus(id, "Exited");

        docker("rm", id);
        long listings = cluster.listings(NODE);

        await().atMost(LIMIT).until(() -> cluster.listings(NODE) > listings + 2);
        assertThat(cluster.workload(id).path("status").asText()).isEqualTo("Exited");
        assertThat(cluster.containers(NODE, id)).isEmpty();
    }

    @Test
    void containerPausedByHandSaysSoAndGoesOnWhenItIsUnpaused() {
        id = running();

        docker("pause", id);
        JsonNode paused = awaitReason("ContainerPaused");
        docker("unpause", id);
        JsonNode running = awaitReason("ContainerRunning");

        assertThat(paused.path("status").asText()).isEqualTo("Running");
        assertThat(paused.path("message").asText()).contains("docker unpause");
        assertThat(running.path("generation").asInt()).isEqualTo(1);
    }

    @Test
    void containerStartedByHandAfterItWasStoppedOnRequestIsStoppedAgain() {
        id = running();
        cluster.persys().ok("stop", id);

        docker("start", id);

        await().atMost(LIMIT)
                .until(() ->
                        docker("inspect", "--format", "{{.State.Status}}", id).equals("exited"));
        assertThat(cluster.workload(id).path("status").asText()).isEqualTo("Stopped");
    }

    private static String running(String... options) {
        String[] all = new String[options.length + 1];
        all[0] = IMAGE;
        System.arraycopy(options, 0, all, 1, options.length);
        String workload = cluster.run(List.of(all), "sleep", "600");
        cluster.awaitStatus(workload, "Running");
        return workload;
    }

    private JsonNode awaitGeneration(int generation) {
        return cluster.awaitWorkload(
                id,
                workload -> workload.path("generation").asInt() == generation
                        && workload.path("status").asText().equals("Running"),
                "to run as generation " + generation);
    }

    private JsonNode awaitRestarts(int restarts) {
        return cluster.awaitWorkload(
                id,
                workload -> workload.path("restartCount").asInt() == restarts
                        && workload.path("status").asText().equals("Running"),
                "to run after " + restarts + " restarts");
    }

    private JsonNode awaitReason(String reason) {
        return cluster.awaitWorkload(
                id, workload -> workload.path("reason").asText().equals(reason), "to be " + reason);
    }

    private static String docker(String... arguments) {
        return DockerFixture.shared().docker(arguments);
    }
}
