package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.DockerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ended and is kept no longer goes with its container, by itself and when asked. */
final class RetentionIT {
    @TempDir
    static Path directory;

    private static Launcher persys;

    @BeforeAll
    static void start() throws IOException {
        persys = new Launcher(directory)
                .with("DOCKER_HOST", DockerFixture.shared().host());
        Path config = directory.resolve("retention.conf");
        Files.writeString(config, "persys.scheduler.retention { stopped-after = 2s, interval = 1s }\n");
        persys.ok("dev", "start", "--ports", "auto", "--config", config.toString());
    }

    @AfterAll
    static void stop() {
        persys.run("dev", "stop");
        DockerFixture.shared().removeContainers();
    }

    @Test
    void gcShowsFirstAndThenRemovesWhatHasFinished() {
        String job = persys.ok("run", DockerFixture.BUSYBOX, "--name", "job", "--", "true")
                .line();
        persys.run("run", DockerFixture.BUSYBOX, "--name", "fails", "--", "false");
        String runs = persys.ok("run", DockerFixture.BUSYBOX, "--name", "runs", "--", "sleep", "600")
                .line();

        Launcher.Result shown = persys.ok("gc", "--dry-run", "--finished-after", "0s");
        assertThat(shown.out()).contains("job", "fails", "Exited", "Failed", "kept for 0 seconds");
        assertThat(shown.err()).contains("Nothing was changed. 2 workloads would go");
        assertThat(containers(job)).hasLineCount(1);

        Launcher.Result removed = persys.ok("gc", "--finished-after", "0s");

        assertThat(removed.err()).contains("2 workloads removed; 0 that ended stay");
        assertThat(persys.ok("ps", "-a", "-o", "name").line()).contains("runs").doesNotContain("job", "fails");
        assertThat(containers(job)).isEmpty();
        assertThat(containers(runs)).hasLineCount(1);
    }

    @Test
    void whatIsOldEnoughGoesByItself() {
        String id = persys.ok(
                        "run", DockerFixture.BUSYBOX, "--name", "idle", "--stop-grace", "0s", "--", "sleep", "600")
                .line();

        persys.ok("stop", "-d", "idle");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> persys.run("inspect", "idle").status() == 3);
        assertThat(containers(id)).isEmpty();
        assertThat(persys.ok("events").out()).contains("ago; kept for 2 seconds");
    }

    private static String containers(String workload) {
        return DockerFixture.shared().docker("ps", "-aq", "--filter", "label=workloadId=" + workload);
    }
}
