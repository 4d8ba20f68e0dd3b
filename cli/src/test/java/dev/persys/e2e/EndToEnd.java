package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a user does with a cluster, whatever its store: through the built launcher, on a real Docker engine. Each test
 * brings workloads of its own.
 */
abstract class EndToEnd {
    private static final String IMAGE = DockerFixture.BUSYBOX;

    /** A setting of the scheduler: no pass comes while the tests run, so nothing of what they see waits for one. */
    static final String NO_PASSES = "persys.scheduler.workload-monitor-interval = 24h\n";

    private final String name = "w-" + UUID.randomUUID().toString().substring(0, 8);

    /** The command line, set to the cluster under test. */
    abstract Launcher persys();

    /** A directory for files of a test. */
    abstract Path files();

    @Test
    void runWaitsUntilItRunsAndEveryReadingVerbShowsIt() {
        String id = persys().ok(
                        "run",
                        IMAGE,
                        "--name",
                        name,
                        "--stop-grace",
                        "0s",
                        "--env",
                        "GREETING=hello",
                        "--memory",
                        "32Mi",
                        "--cpu",
                        "0.5",
                        "--",
                        "sh",
                        "-c",
                        "echo $GREETING; exec sleep 600")
                .line();

        assertThat(docker(
                        "inspect",
                        "--format",
                        "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuShares}}",
                        id))
                .isEqualTo(32L * 1024 * 1024 + " 0 512");
        assertThat(persys().ok("ps").out()).contains(name, "Running");
        await().until(() -> persys().ok("logs", name).out().equals("hello\n"));
        assertThat(persys().ok("inspect", id.substring(0, 8)).out()).contains(id, "Running");
        assertThat(persys().ok("explain", name).out()).contains("Placed");
        assertThat(shown(name).path("resources").path("memory").asInt()).isEqualTo(32);
        assertThat(persys().ok("ps", "-o", "name", "--name", name).line()).isEqualTo(name);
        assertThat(persys().ok("events").out()).contains(name);
        persys().ok("rm", name);
    }

    @Test
    void stopStartRestartAndRemoveDoWhatTheySay() {
        String id = persys().ok("run", IMAGE, "--name", name, "--stop-grace", "0s", "--", "sleep", "600")
                .line();

        String container = shown(name).path("containerId").asText();
        persys().ok("stop", name);
        assertThat(shown(name).path("status").asText()).isEqualTo("Stopped");
        persys().ok("start", name);
        assertThat(shown(name).path("run").asInt()).isEqualTo(2);
        persys().ok("restart", name);
        assertThat(shown(name).path("status").asText()).isEqualTo("Running");
        assertThat(shown(name).path("run").asInt()).isEqualTo(3);
        assertThat(shown(name).path("generation").asInt()).isEqualTo(1);
        assertThat(shown(name).path("containerId").asText()).isEqualTo(container);
        persys().ok("rm", name);

        assertThat(persys().run("inspect", name).status()).isEqualTo(3);
        assertThat(docker("ps", "-aq", "--filter", "name=" + id)).isEmpty();
    }

    @Test
    void containerThatFailsSaysWhyAndKeepsItsOutput() {
        Launcher.Result failed = persys().run(
                        "run",
                        "--stable-for",
                        "5s",
                        IMAGE,
                        "--name",
                        name,
                        "--",
                        "sh",
                        "-c",
                        "echo no configuration >&2; exit 3");

        assertThat(failed.status()).isEqualTo(1);
        assertThat(failed.err()).contains("exited with code 3", "no configuration", "persys");
        assertThat(shown(name).path("exitCode").asInt()).isEqualTo(3);
        assertThat(persys().run("run", IMAGE, "--name", name + "-x", "--", "/nonexistent")
                        .err())
                .contains("/nonexistent");
        persys().ok("rm", name, name + "-x");
    }

    @Test
    void workloadThatFitsNowhereWaitsAndSaysWhatItWouldTake() {
        String id = persys().ok("run", "-d", IMAGE, "--name", name, "--constraint", "disk=none-such")
                .line();

        assertThat(shown(name).path("status").asText()).isEqualTo("Pending");
        assertThat(shown(name).path("nodeId").isNull()).isTrue();
        assertThat(persys().ok("explain", id).out()).contains("Pending", "disk");
        persys().ok("rm", name);
    }

    @Test
    void publishedPortAndVolumeWork() throws IOException {
        Path shared = Files.createDirectory(files().resolve(name));
        persys().ok(
                        "run",
                        IMAGE,
                        "--name",
                        name,
                        "-p",
                        "80",
                        "-v",
                        shared + ":/shared",
                        "--stop-grace",
                        "0s",
                        "--restart",
                        "always",
                        "--",
                        "sh",
                        "-c",
                        "echo published > /shared/index.html; exec httpd -f -p 80 -h /shared");

        await().until(() -> Files.exists(shared.resolve("index.html")));
        int port = shown(name).path("publishedPorts").path(0).path("host").asInt();
        await().ignoreExceptions().until(() -> read("http://127.0.0.1:" + port).equals("published\n"));
        persys().ok("rm", name);
    }

    @Test
    void containerRemovedBehindOurBackIsReplaced() {
        String id = persys().ok(
                        "run", IMAGE, "--name", name, "--stop-grace", "0s", "--restart", "always", "--", "sleep", "600")
                .line();

        docker("rm", "-f", id);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> shown(name).path("generation").asInt() == 2
                        && shown(name).path("status").asText().equals("Running"));
        persys().ok("rm", name);
    }

    @Test
    void workloadRemovedInTheMiddleOfItsRestartIsGoneWithoutWaitingForAPass() {
        String id = persys().ok("run", IMAGE, "--name", name, "--stop-grace", "0s", "--", "sleep", "600")
                .line();

        persys().ok("restart", "-d", name);
        persys().ok("rm", name);

        assertThat(docker("ps", "-aq", "--filter", "label=workloadId=" + id)).isEmpty();
    }

    @Test
    void applyIsDoneOnceAndSaysSo() throws IOException {
        Path file = files().resolve(name + ".yaml");
        Files.writeString(
                file,
                "name: " + name + "\ntype: docker-container\nimage: " + IMAGE
                        + "\nstopGracePeriod: 0s\ncommand: [sleep, '600']\n");

        persys().ok("apply", "-f", file.toString());
        persys().ok("apply", "-f", file.toString());

        assertThat(persys().ok("ps", "-o", "name", "--name", name).line().lines())
                .hasSize(1);
        persys().ok("rm", name);
    }

    @Test
    void changedFileChangesTheWorkloadAndABadOneIsUndone() throws IOException {
        Path file = files().resolve(name + ".yaml");
        Launcher.Result created = applied(file, "echo first; exec sleep 600");
        assertThat(created.status()).isZero();
        String id = shown(name).path("id").asText();
        Launcher.Result changed = applied(file, "echo second; exec sleep 600");
        assertThat(changed.status()).isZero();
        assertThat(changed.out()).isEqualTo(name + " changed " + id + "\n");
        assertThat(changed.err()).contains("command", "echo first", "→");
        awaitOutput("second");

        persys().ok("undo", "--stable-for", "1s", name);
        awaitOutput("first");
        assertThat(persys().run("diff", "-f", file.toString()).status()).isEqualTo(1);
        Launcher.Result bad = applied(file, "echo third; exit 3");
        assertThat(bad.status()).isEqualTo(1);
        assertThat(bad.err()).contains("the change was undone", "code 3");
        awaitOutput("first");

        assertThat(shown(name).path("id").asText()).isEqualTo(id);
        assertThat(persys().ok("specs", "-o", "name", name).out().lines()).hasSize(5);
        persys().ok("rm", name);
    }

    private Launcher.Result applied(Path file, String script) throws IOException {
        Files.writeString(
                file,
                "name: " + name + "\ntype: docker-container\nimage: " + IMAGE + "\nstopGracePeriod: 0s\n"
                        + "command: [sh, -c, '" + script + "']\n");
        return persys().run("apply", "--stable-for", "1s", "-f", file.toString());
    }

    private void awaitOutput(String line) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> persys().run("logs", name).out().equals(line + "\n"));
    }

    @Test
    void badInputIsRefusedByNameAndNothingIsStored() {
        Launcher.Result port = persys().run("run", IMAGE, "--name", name, "-p", "99999:80");
        Launcher.Result badName = persys().run("run", IMAGE, "--name", "Not_A_Label");
        Launcher.Result image = persys().run("run", "::::", "--name", name);
        Launcher.Result verb = persys().run("runn", IMAGE);

        assertThat(port.status()).isEqualTo(2);
        assertThat(port.err()).contains("99999");
        assertThat(badName.status()).isEqualTo(2);
        assertThat(badName.err()).contains("name");
        assertThat(image.status()).isEqualTo(2);
        assertThat(verb.status()).isEqualTo(2);
        assertThat(verb.err()).contains("run");
        assertThat(persys().run("stop", "nobody-has-this-name").status()).isEqualTo(3);
        assertThat(persys().ok("ps", "-o", "name").out()).doesNotContain(name);
    }

    @Test
    void nodeThatIsDrainedTakesNothingNewUntilItIsActivated() {
        String node = persys().ok("nodes", "-o", "name").line();

        persys().ok("node", "drain", node);
        persys().ok("run", "-d", IMAGE, "--name", name, "--stop-grace", "0s", "--", "sleep", "600");
        assertThat(shown(name).path("status").asText()).isEqualTo("Pending");
        persys().ok("node", "activate", node);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> shown(name).path("status").asText().equals("Running"));
        persys().ok("rm", name);
    }

    JsonNode shown(String reference) {
        try {
            return Json.MAPPER.readTree(
                    persys().ok("inspect", reference, "-o", "json").out());
        } catch (IOException e) {
            throw new AssertionError("no JSON", e);
        }
    }

    static String docker(String... arguments) {
        return DockerFixture.shared().docker(arguments).strip();
    }

    private static String read(String url) throws IOException {
        try (var in = java.net.URI.create(url).toURL().openStream()) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
