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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A verb that starts something succeeds only where that stays up or ends as it should: on a real Docker engine. */
final class ExitCodesIT {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    /** For what ends within it, and does not have to be waited for. */
    private static final String WINDOW = "--stable-for=4s";

    /** For what stays up. */
    private static final String SHORT_WINDOW = "--stable-for=1500ms";

    @TempDir
    static Path directory;

    private static Launcher persys;

    @BeforeAll
    static void start() {
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host());
        persys.ok("dev", "start", "--ports", "auto");
    }

    @AfterAll
    static void stop() {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
    }

    private static Launcher.Result run(String name, String script, String... options) {
        List<String> line = new ArrayList<>(List.of("run", IMAGE, "--name", name, "--stop-grace", "0s"));
        line.addAll(List.of(options));
        line.addAll(List.of("--", "sh", "-c", script));
        return persys.run(line.toArray(String[]::new));
    }

    private static String status(String name) throws IOException {
        return dev.persys.api.Json.MAPPER
                .readTree(persys.ok("inspect", name, "-o", "json").out())
                .path("status")
                .asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.05", "0.3"})
    void programThatFailsSoonAfterItsStartIsAFailure(String life) {
        String name = "crash-" + life.replace(".", "-");

        Launcher.Result crashed = run(name, "echo no module named x >&2; sleep " + life + "; exit 1", WINDOW);

        assertThat(crashed.status()).isEqualTo(1);
        assertThat(crashed.err())
                .contains("is Failed (ExitedWithError): exited with code 1", "  | no module named x", "persys logs");
        persys.ok("rm", name);
    }

    @Test
    void programThatNeedsTooMuchMemoryIsAFailureThatSaysSo() {
        Launcher.Result killed = run("eats", "sleep 0.2; tail /dev/zero", "--memory=16Mi", WINDOW);

        assertThat(killed.status()).isEqualTo(1);
        assertThat(killed.err()).contains("is Failed (OutOfMemory): killed by the kernel");
        persys.ok("rm", "eats");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void crashLoopIsAFailureWhateverItsCode(int code) {
        Launcher.Result loop = run("loop", "echo round; sleep 0.2; exit " + code, "--restart=always", WINDOW);
        Launcher.Result again = persys.run("restart", "loop", WINDOW);
        Launcher.Result unwatched = persys.run("restart", "loop", "--wait=started");

        assertThat(loop.status()).isEqualTo(1);
        assertThat(loop.err()).contains("until persys stop");
        assertThat(again.status()).isEqualTo(1);
        assertThat(unwatched.status()).isZero();
        persys.ok("rm", "loop");
    }

    @Test
    void serviceThatStaysUpIsASuccessOnceItHasDoneSo() {
        long begun = System.nanoTime();
        Launcher.Result up = run("serves", "exec sleep 600", SHORT_WINDOW);

        assertThat(up.status()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1500));
        assertThat(up.err()).contains("stable once it has run for 1s500ms");
        assertThat(persys.ok("start", "serves", WINDOW).err()).contains("runs already; it was not started again");
        persys.ok("rm", "serves");
    }

    @Test
    void forcedRemovalGrantsNoGracePeriod() {
        persys.ok("run", IMAGE, "--name", "stubborn", "--stop-grace", "5m", "--", "sleep", "6000");

        assertThat(persys.ok("rm", "-f", "stubborn", "--timeout", "100s").err()).contains("stubborn: stopping");
        assertThat(persys.run("inspect", "stubborn").status()).isEqualTo(3);
    }

    @Test
    void jobsAreWaitedForToTheirEnd() {
        assertThat(run("job", "sleep 1; echo done", "--wait=done").status()).isZero();
        assertThat(run("bad-job", "sleep 1; exit 9", "--wait=done").status()).isEqualTo(1);
        assertThat(persys.ok("wait", "job", "bad-job").out()).isEqualTo("0\n9\n");
        assertThat(persys.run("wait", "--exit-code", "job", "bad-job").status()).isEqualTo(9);
        assertThat(persys.run("start", "bad-job", "--wait=done").status()).isEqualTo(1);
        persys.ok("rm", "job", "bad-job");
    }

    @Test
    void applyTellsOfWhatHasFailedAndStartsIt() throws IOException {
        Path mark = directory.resolve("mark");
        Path file = Files.writeString(
                directory.resolve("flaky.yaml"),
                String.join(
                        "\n",
                        "name: flaky",
                        "type: docker-container",
                        "image: " + IMAGE,
                        "volumes: ['" + directory + ":/shared']",
                        "command: [sh, -c, 'sleep 0.3; test -e /shared/mark && exec sleep 600; exit 2']",
                        "stopGracePeriod: 0s",
                        ""));

        Launcher.Result first = persys.run("apply", "-f", file.toString(), WINDOW);
        Launcher.Result second = persys.run("apply", "-f", file.toString(), WINDOW);
        Files.createFile(mark);
        Launcher.Result third = persys.run("apply", "-f", file.toString(), SHORT_WINDOW);
        Launcher.Result fourth = persys.run("apply", "-f", file.toString(), SHORT_WINDOW);

        assertThat(first.status()).isEqualTo(1);
        assertThat(first.out()).contains("flaky created");
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.out()).contains("flaky started");
        assertThat(second.err()).contains("flaky was Failed: exited with code 2");
        assertThat(third.status()).isZero();
        assertThat(fourth.status()).isZero();
        assertThat(fourth.out()).contains("flaky unchanged").contains("Running");
        persys.ok("stop", "flaky");
        await().until(() -> status("flaky").equals("Stopped"));
        assertThat(persys.ok("apply", "-f", file.toString(), SHORT_WINDOW).out())
                .contains("flaky started");
        persys.ok("rm", "flaky");
    }
}
