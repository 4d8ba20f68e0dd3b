package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code persys dev}: everything in one process, on the embedded store. */
final class EmbeddedEndToEndIT extends EndToEnd {
    @TempDir
    static Path directory;

    private static Launcher persys;

    @BeforeAll
    static void start() throws IOException {
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host());
        Path config = Files.writeString(directory.resolve("dev.conf"), NO_PASSES);
        persys.ok("dev", "start", "--ports", "auto", "--config", config.toString());
    }

    @AfterAll
    static void stop() {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
    }

    @Override
    Launcher persys() {
        return persys;
    }

    @Override
    Path files() {
        return directory;
    }

    @Test
    void secondStartAndStatusSayThatItRuns() {
        assertThat(persys.ok("dev", "start").err()).contains("running already");
        assertThat(persys.ok("dev", "status").out())
                .contains(endpoints().path("api").asText());
    }

    @Test
    void outputOfSeveralHasTheirNamesAndTimes() {
        for (String name : new String[] {"log-a", "log-bee"}) {
            persys.ok(
                    "run",
                    DockerFixture.BUSYBOX,
                    "--name",
                    name,
                    "--label",
                    "logs=together",
                    "--wait=done",
                    "--",
                    "sh",
                    "-c",
                    "echo first; echo second >&2");
        }

        assertThat(persys.ok("logs", "log-a", "log-bee").out().lines())
                .containsExactlyInAnyOrder(
                        "log-a   | first", "log-a   | second", "log-bee | first", "log-bee | second");
        assertThat(persys.ok("logs", "-f", "-l", "logs=together").out().lines()).hasSize(4);
        assertThat(persys.ok("logs", "-t", "log-a").out().lines())
                .allMatch(line -> line.matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z (first|second)"));
        assertThat(persys.ok("logs", "log-a", "--until", "1h").out()).isEmpty();
        assertThat(persys.ok("logs", "log-a", "--until", "2100-01-01T00:00:00Z", "-n", "1")
                        .out())
                .hasLineCount(1);
        persys.ok("rm", "log-a", "log-bee");
    }

    @Test
    void secretsAreForTheUserAloneAndTheApiAsksForTheToken() throws IOException {
        Path dev = directory.resolve("home").resolve("dev");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dev.resolve("token"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dev)))
                .isEqualTo("rwx------");

        Launcher.Result refused = persys.with("PERSYS_TOKEN", "wrong").run("ps");

        assertThat(refused.status()).isEqualTo(6);
        assertThat(refused.out() + refused.err())
                .doesNotContain(Files.readString(dev.resolve("token")).strip());
    }

    @Test
    void stoppedAndStartedAgainEverythingIsAsItWas() {
        String id = persys.ok(
                        "run", DockerFixture.BUSYBOX, "--name", "keeps", "--stop-grace", "0s", "--", "sleep", "600")
                .line();
        String container = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", id);

        persys.ok("dev", "stop");
        assertThat(persys.run("ps").status()).isEqualTo(5);
        assertThat(persys.ok("dev", "start", "--ports", "auto").err())
                .contains("Workloads here may mount any path of this machine", "persys.agent.allow");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> shown("keeps").path("status").asText().equals("Running"));
        assertThat(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", id))
                .isEqualTo(container);
        persys.ok("rm", "keeps");
    }

    @Test
    void killedProcessLosesNothingThatWasAcknowledged() {
        String id = persys.ok(
                        "run", DockerFixture.BUSYBOX, "--name", "survives", "--stop-grace", "0s", "--", "sleep", "600")
                .line();
        String waiting = persys.ok("run", "-d", DockerFixture.BUSYBOX, "--name", "waits", "--constraint", "a=b")
                .line();
        ProcessHandle process =
                ProcessHandle.of(endpoints().path("pid").asLong()).orElseThrow();

        process.destroyForcibly();
        process.onExit().join();
        persys.ok("dev", "start", "--ports", "auto");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> shown(id).path("status").asText().equals("Running"));
        assertThat(shown(waiting).path("status").asText()).isEqualTo("Pending");
        assertThat(docker("ps", "-aq", "--filter", "label=workloadId=" + id).lines())
                .hasSize(1);
        persys.ok("rm", "survives", "waits");
    }

    private static JsonNode endpoints() {
        try {
            return Json.MAPPER.readTree(
                    Files.readString(directory.resolve("home").resolve("dev").resolve("endpoints.json")));
        } catch (IOException e) {
            throw new AssertionError("no endpoints", e);
        }
    }
}
