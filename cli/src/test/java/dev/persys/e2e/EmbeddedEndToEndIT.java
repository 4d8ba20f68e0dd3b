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
    void certificatesAreForTheUserAloneAndWhoHasNoneIsTurnedAway() throws IOException {
        Path dev = directory.resolve("home").resolve("dev");
        assertThat(permissions(dev)).isEqualTo("rwx------");
        assertThat(permissions(dev.resolve("pki"))).isEqualTo("rwx------");
        assertThat(permissions(dev.resolve("pki/operator-key.pem"))).isEqualTo("rw-------");
        assertThat(dev.resolve("token")).doesNotExist();

        String api = endpoints().path("api").asText();
        Launcher elsewhere =
                persys.with("PERSYS_HOME", directory.resolve("other").toString());
        Launcher.Result none = elsewhere.run("ps", "--address", api);
        Launcher.Result plain = elsewhere.run("ps", "--address", api.replace("https", "http"));
        Launcher.Result agents = elsewhere.run(
                "ps",
                "--address",
                api,
                "--certificate=" + dev.resolve("pki/agent.pem"),
                "--key=" + dev.resolve("pki/agent-key.pem"),
                "--roots=" + dev.resolve("pki/ca.pem"));

        assertThat(none.status()).isEqualTo(5);
        assertThat(none.err()).contains("no roots of a cluster were given", "--certificate");
        assertThat(plain.status()).isEqualTo(5);
        assertThat(plain.err()).contains("speaks TLS, and was asked without", "https://");
        assertThat(agents.status()).isEqualTo(6);
        assertThat(agents.err()).contains("agent", "pki/agent.pem");
    }

    @Test
    void anyClientOfHttpsIsAnsweredThatShowsTheCertificateAndAddressesWithoutASchemeAreKnown() {
        String api = endpoints().path("api").asText();
        String line =
                "pki=home/dev/pki; curl -fsS --cacert $pki/ca.pem --cert $pki/operator.pem --key $pki/operator-key.pem ";
        assertThat(persys.shell(line + api + "/workloads").out()).contains("\"workloads\"");
        assertThat(persys.shell(line + api.replace("127.0.0.1", "localhost") + "/nodes")
                        .out())
                .contains("node-1");
        assertThat(persys.run("ps", "--address", api.replace("https://", "")).status())
                .isZero();
        assertThat(persys.run("ps", "--address", api.replace("127.0.0.1", "localhost"))
                        .status())
                .isZero();
    }

    @Test
    void homeOfAVersionThatHadATokenMovesOver() throws IOException {
        Path dev = directory.resolve("home").resolve("dev");
        String api = endpoints().path("api").asText();
        String id = persys.ok(
                        "run", DockerFixture.BUSYBOX, "--name", "moves", "--stop-grace", "0s", "--", "sleep", "600")
                .line();
        persys.ok("dev", "stop");
        Files.writeString(dev.resolve("token"), "old\n");
        Files.writeString(
                dev.resolve("endpoints.json"), "{\"api\":\"" + api.replace("https", "http") + "\",\"pid\":1}");
        persys.shell("rm -r home/dev/pki");

        persys.ok("dev", "start", "--ports", "auto");

        assertThat(dev.resolve("token")).doesNotExist();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> shown(id).path("status").asText().equals("Running"));
        persys.ok("rm", "moves");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
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
