package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;

/** A verb that starts something succeeds only where that stays up or ends as it should: on a real Docker engine. */
final class ExitCodes {
    private static final String IMAGE = DockerFixture.BUSYBOX;
    /** For what ends within it, and does not have to be waited for. */
    private static final String WINDOW = "--stable-for=4s";

    /** For what stays up. */
    private static final String SHORT_WINDOW = "--stable-for=1500ms";

    private final Launcher persys;
    private final Path directory;

    /** @param persys to which what it starts is up as soon as it runs, unless an option says otherwise */
    ExitCodes(Launcher persys, Path directory) {
        this.persys = persys;
        this.directory = directory;
    }

    /** What is shown, and how; they may run side by side. */
    Map<String, Executable> cases() {
        Map<String, Executable> cases = new LinkedHashMap<>();
        for (String life : List.of("0.05", "0.3")) {
            cases.put("program that fails after " + life + " s is a failure", () -> programThatFailsSoon(life));
        }
        for (int code : List.of(0, 3)) {
            cases.put("crash loop with code " + code + " is a failure", () -> crashLoop(code));
        }
        cases.put("program that needs too much memory is a failure that says so", this::programThatNeedsTooMuchMemory);
        cases.put("service that stays up is a success once it has done so", this::serviceThatStaysUp);
        cases.put("forced removal grants no grace period", this::forcedRemoval);
        cases.put("jobs are waited for to their end", this::jobsAreWaitedFor);
        cases.put("apply tells of what has failed and starts it", this::applyTellsOfWhatHasFailed);
        return cases;
    }

    private Launcher.Result run(String name, String script, String... options) {
        List<String> line = new ArrayList<>(List.of("run", IMAGE, "--name", name, "--stop-grace", "0s"));
        line.addAll(List.of(options));
        line.addAll(List.of("--", "sh", "-c", script));
        return persys.run(line.toArray(String[]::new));
    }

    private String status(String name) throws IOException {
        return Json.MAPPER
                .readTree(persys.ok("inspect", name, "-o", "json").out())
                .path("status")
                .asText();
    }

    private void programThatFailsSoon(String life) {
        String name = "crash-" + life.replace(".", "-");

        Launcher.Result crashed = run(name, "echo no module named x >&2; sleep " + life + "; exit 1", WINDOW);

        assertThat(crashed.status()).isEqualTo(1);
        assertThat(crashed.err())
                .contains("is Failed (ExitedWithError): exited with code 1", "  | no module named x", "persys logs");
        persys.ok("rm", name);
    }

    private void programThatNeedsTooMuchMemory() {
        Launcher.Result killed = run("eats", "sleep 0.2; tail /dev/zero", "--memory=16Mi", WINDOW);

        assertThat(killed.status()).isEqualTo(1);
        assertThat(killed.err()).contains("is Failed (OutOfMemory): killed by the kernel");
        persys.ok("rm", "eats");
    }

    private void crashLoop(int code) {
        String name = "loop-" + code;
        Launcher.Result loop = run(name, "echo round; sleep 0.2; exit " + code, "--restart=always", WINDOW);
        Launcher.Result again = persys.run("restart", name, WINDOW);
        Launcher.Result unwatched = persys.run("restart", name, "--wait=started");

        assertThat(loop.status()).isEqualTo(1);
        assertThat(loop.err()).contains("until persys stop");
        assertThat(again.status()).isEqualTo(1);
        assertThat(unwatched.status()).isZero();
        persys.ok("rm", name);
    }

    private void serviceThatStaysUp() {
        long begun = System.nanoTime();
        Launcher.Result up = run("serves", "exec sleep 600", SHORT_WINDOW);

        assertThat(up.status()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1500));
        assertThat(up.err()).contains("stable once it has run for 1s500ms");
        assertThat(persys.ok("start", "serves", WINDOW).err()).contains("runs already; it was not started again");
        persys.ok("rm", "serves");
    }

    private void forcedRemoval() {
        persys.ok("run", IMAGE, "--name", "stubborn", "--stop-grace", "5m", "--", "sleep", "6000");

        assertThat(persys.ok("rm", "-f", "stubborn", "--timeout", "100s").err()).contains("stubborn: stopping");
        assertThat(persys.run("inspect", "stubborn").status()).isEqualTo(3);
    }

    private void jobsAreWaitedFor() {
        assertThat(run("job", "sleep 1; echo done", "--wait=done").status()).isZero();
        assertThat(run("bad-job", "sleep 1; exit 9", "--wait=done").status()).isEqualTo(1);
        assertThat(persys.ok("wait", "job", "bad-job").out()).isEqualTo("0\n9\n");
        assertThat(persys.run("wait", "--exit-code", "job", "bad-job").status()).isEqualTo(9);
        assertThat(persys.run("start", "bad-job", "--wait=done").status()).isEqualTo(1);
        persys.ok("rm", "job", "bad-job");
    }

    private void applyTellsOfWhatHasFailed() throws IOException {
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
        await().atMost(Duration.ofSeconds(60)).until(() -> status("flaky").equals("Stopped"));
        assertThat(persys.ok("apply", "-f", file.toString(), SHORT_WINDOW).out())
                .contains("flaky started");
        persys.ok("rm", "flaky");
    }
}
