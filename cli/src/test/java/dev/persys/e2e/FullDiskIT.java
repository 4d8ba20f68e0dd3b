package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.HttpFlood;
import dev.persys.testing.HttpFlood.Outcome;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler whose state is on a disk of its own, which fills up. Wants to be root, to mount that disk. */
final class FullDiskIT {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int MOST_THAT_FIT = 50;

    @TempDir
    Path directory;

    private Path disk;
    private Launcher persys;
    private Process scheduler;
    private InetSocketAddress node;

    @BeforeEach
    void start() throws IOException {
        disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
        InetSocketAddress api = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        node = new InetSocketAddress(InetAddress.getLoopbackAddress(), Processes.freePort());
        Files.writeString(directory.resolve("scheduler.conf"), """
                persys.http.scheduler { api.port = %d, node.port = %d }
                persys.store.embedded.directory = "%s"
                """.formatted(
                        api.getPort(), node.getPort(), disk.resolve("state")));
        persys = new Launcher(directory);
        scheduler = persys.serveConfigured("scheduler", "scheduler");
        await().atMost(LONG).until(() -> ready().status() == 200);
    }

    @AfterEach
    void stop() throws IOException {
        scheduler.destroy();
        scheduler.onExit().join();
        run("umount", disk.toString());
    }

    @Test
    void itIsToldAtOnceEverywhereAndOnceInTheLogAndNothingIsHalfDone() throws IOException {
        Path filler = fill();
        List<String> taken = new ArrayList<>();
        Launcher.Result refused = schedule("w0");
        while (refused.status() == 0 && taken.size() < MOST_THAT_FIT) {
            taken.add("w" + taken.size());
            refused = schedule("w" + taken.size());
        }

        assertThat(refused.status()).isEqualTo(5);
        assertThat(refused.err()).contains("is full", disk.toString(), "Nothing was changed");
        assertThat(schedule("more").err()).contains("is full");
        assertThat(ready().status()).isEqualTo(503);
        assertThat(ready().body()).contains("is full");
        assertThat(persys.ok("nodes").err()).contains("No changes are taken: ", "is full");
        assertThat(persys.ok("cluster").out()).contains("Trouble:");
        String log = Files.readString(directory.resolve("scheduler.log"));
        assertThat(log.lines().filter(line -> line.contains("is full"))).hasSize(1);
        assertThat(log).doesNotContain("\tat ");

        Files.delete(filler);

        await().atMost(LONG).until(() -> ready().status() == 200);
        assertThat(schedule("after").status()).isZero();
        taken.add("after");
        JsonNode all = Json.MAPPER.readTree(persys.ok("ps", "-a", "-o", "json").out());
        assertThat(all.path("workloads"))
                .extracting(workload -> workload.path("name").asText())
                .containsExactlyInAnyOrderElementsOf(taken);
    }

    @Test
    void developmentClusterOnAFullDiskSaysSoAtOnce() {
        Path home = disk.resolve("home");
        Launcher developing = persys.with("PERSYS_HOME", home.toString());

        Launcher.Result refused = developing.run("dev", "start", "--ports", "auto");
        Launcher.Result status = developing.run("dev", "status");

        assertThat(refused.status()).isEqualTo(80);
        assertThat(refused.err())
                .containsPattern("the disk of " + home + "/dev is full: \\d+ bytes are free")
                .contains("PERSYS_HOME");
        assertThat(status.status()).isEqualTo(5);
        assertThat(status.out()).contains("Disk:", "bytes are free");
    }

    private Launcher.Result schedule(String name) {
        return persys.run("run", "-d", "busybox", "--name", name);
    }

    private Outcome ready() {
        return HttpFlood.send(node, List.of(HttpFlood.request("GET", "/readyz", Optional.empty())), LONG)
                .get(0);
    }

    /** Takes all the room there is. */
    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        byte[] page = new byte[4096];
        try (OutputStream output = Files.newOutputStream(filler)) {
            for (int i = 0; i < 1024; i++) {
                output.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
            return filler;
        }
        throw new AssertionError("the disk does not fill up: is it one of its own?");
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue())
                .as(String.join(" ", command) + " (this test has to be run as root): " + said)
                .isZero();
    }
}
