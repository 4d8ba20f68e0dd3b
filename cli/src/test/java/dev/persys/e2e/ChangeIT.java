package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.testing.DockerFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A web server is given other specifications, on a real engine: its port and its data stay its own. */
final class ChangeIT {
    private static final String IMAGE = "persys-test/site:1";
    private static final String NODE = "node-1";

    /** A row for each container that is made, and then the last answer that this one has to give. */
    private static final String SERVE =
            "echo %s >> /data/rows; cp /data/rows /data/index.html; exec httpd -f -p 80 -h /data";

    @TempDir
    private Path directory;

    private final int port = Processes.freePort();
    private DockerFixture docker;
    private FaultyCluster cluster;
    private String id;

    @BeforeEach
    void start() {
        docker = DockerFixture.start();
        docker.docker("create", "--name", "template", DockerFixture.BUSYBOX, "true");
        docker.docker("commit", "--change", "VOLUME /data", "template", IMAGE);
        docker.docker("rm", "template");
        cluster = FaultyCluster.start(directory);
        cluster.join(NODE, docker);
        id = cluster.change("POST", "/workloads/schedule", spec(IMAGE, SERVE.formatted("one")))
                .path("workload_id")
                .asText();
        cluster.awaitStatus(id, "Running");
        awaitPage("one\n");
    }

    @AfterEach
    void stop() {
        cluster.close();
        docker.close();
    }

    private String spec(String image, String script) {
        return ("{'name':'site','type':'docker-container','image':'" + image + "','command':['sh','-c','" + script
                + "'],'ports':['" + port + ":80'],'restartPolicy':'always','stopGracePeriod':'1s'}");
    }

    private JsonNode put(String body) {
        return cluster.change("PUT", "/workloads/" + id, body);
    }

    private JsonNode awaitChange(String state) {
        return cluster.awaitWorkload(
                id, workload -> workload.path("change").path("state").asText().equals(state), "to be " + state);
    }

    @Test
    void changeKeepsDataAndPortAndUndoGoesBack() {
        Gap gap = new Gap();
        JsonNode changed = put(spec(IMAGE, SERVE.formatted("two")));
        assertThat(changed.path("specVersion").asInt()).isEqualTo(2);
        assertThat(changed.path("change").path("state").asText()).isEqualTo("proving");

        awaitPage("one\ntwo\n");
        System.out.printf("change: no answer for %d ms%n", gap.ended().toMillis());
        JsonNode stable = awaitChange("stable");
        assertThat(stable.path("generation").asInt()).isEqualTo(2);
        assertThat(cluster.containers(NODE, id)).hasSize(1);
        cluster.change("POST", "/workloads/" + id + "/undo", "");
        awaitPage("one\ntwo\none\n");
        assertThat(awaitChange("stable").path("specVersion").asInt()).isEqualTo(3);
        assertThat(cluster.specs(id).path("specs")).hasSize(3);
    }

    @Test
    void sameSpecificationTouchesNothing() {
        String container = cluster.workload(id).path("containerId").asText();
        long revision = cluster.workload(id).path("revision").asLong();

        put(spec(IMAGE, SERVE.formatted("one")));

        assertThat(cluster.workload(id).path("revision").asLong()).isEqualTo(revision);
        assertThat(cluster.workload(id).path("containerId").asText()).isEqualTo(container);
    }

    @Test
    void whatCrashesIsUndone() {
        put(spec(IMAGE, "echo broken; exit 3"));

        JsonNode undone = awaitChange("undone");
        assertThat(undone.path("change").path("message").asText()).contains("version 2", "code 3");
        awaitPage("one\none\n");
        assertThat(cluster.awaitStatus(id, "Running").path("specVersion").asInt())
                .isEqualTo(3);
    }

    @Test
    void imageThatCannotBeHadNeverStopsWhatRuns() {
        String container = cluster.containers(NODE, id).get(0);
        put(spec("127.0.0.1:1/none/such:1", SERVE.formatted("two")).replace("}", ",'pullPolicy':'missing'}"));

        cluster.awaitWorkload(id, workload -> workload.path("status").asText().equals("Pulling"), "to be Pulling");
        assertThat(cluster.containers(NODE, id)).containsExactly(container);
        assertThat(page()).isEqualTo("one\n");
        JsonNode undone = awaitChange("undone");

        assertThat(undone.path("change").path("message").asText()).contains("cannot pull");
        awaitPage("one\none\n");
    }

    private void awaitPage(String text) {
        awaitPage(text::equals);
    }

    private void awaitPage(Predicate<String> wanted) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(this::page, wanted);
    }

    /** What it answers; nothing where it does not. */
    private String page() {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                    .timeout(Duration.ofSeconds(1))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks again and again, and measures for how long at a stretch there was no answer. */
    private final class Gap {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong longest = new AtomicLong();
        private final Thread asker = new Thread(this::ask, "asker");

        Gap() {
            asker.start();
        }

        private void ask() {
            long answered = System.nanoTime();
            while (!over.get()) {
                if (!page().isEmpty()) {
                    long now = System.nanoTime();
                    long since = now - answered;
                    longest.accumulateAndGet(since, Math::max);
                    answered = now;
                }
            }
        }

        Duration ended() {
            over.set(true);
            try {
                asker.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return Duration.ofNanos(longest.get());
        }
    }
}
