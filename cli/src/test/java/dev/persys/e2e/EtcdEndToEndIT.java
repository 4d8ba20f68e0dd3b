package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.testing.DockerFixture;
import dev.persys.testing.EtcdFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code persys scheduler} and {@code persys agent} as processes of their own, on etcd. */
final class EtcdEndToEndIT extends EndToEnd {
    private static final long STOP_SECONDS = 10;

    @TempDir
    static Path directory;

    private static EtcdFixture etcd;
    private static Launcher persys;
    private static Process scheduler;
    private static Process agent;

    @BeforeAll
    static void start() throws IOException {
        etcd = EtcdFixture.start();
        int api = Processes.freePort();
        int node = Processes.freePort();
        int orders = Processes.freePort();
        int metrics = Processes.freePort();
        Files.writeString(directory.resolve("scheduler.conf"), """
                persys.store { kind = etcd, etcd.endpoints = ["%s"] }
                persys.http.scheduler { api.port = %d, node.port = %d }
                %s""".formatted(
                        etcd.endpoints().get(0), api, node, NO_PASSES));
        Files.writeString(directory.resolve("agent.conf"), """
                persys.agent { node-id = node-1, ip-address = "127.0.0.1", port = %d, scheduler-url = "http://127.0.0.1:%d" }
                persys.agent.allow.host-paths = ["%s"]
                persys.http.agent { api.port = %d, metrics.port = %d }
                """.formatted(orders, node, directory, orders, metrics));
        persys = new Launcher(directory)
                .with("PERSYS_ADDRESS", "http://127.0.0.1:" + api)
                .with("AGENT_SECRET", "end-to-end")
                .with("DOCKER_HOST", DockerFixture.shared().host());
        startScheduler();
        startAgent();
        awaitNode();
    }

    @AfterAll
    static void stop() {
        agent.destroy();
        scheduler.destroy();
        agent.onExit().join();
        scheduler.onExit().join();
        etcd.close();
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
    void schedulerThatIsToldToEndDoesSoOrderlyAndTheNextOneTakesOver() throws InterruptedException {
        String id = persys.ok(
                        "run", DockerFixture.BUSYBOX, "--name", "stays", "--stop-grace", "0s", "--", "sleep", "600")
                .line();

        scheduler.destroy();
        assertThat(scheduler.waitFor(STOP_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.exitValue()).isZero();
        assertThat(docker("inspect", "--format", "{{.State.Running}}", id)).isEqualTo("true");
        startScheduler();

        await().atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .until(() -> shown(id).path("status").asText().equals("Running"));
        persys.ok("rm", "stays");
    }

    @Test
    void agentThatIsKilledTakesItsContainersBackUntouched() {
        String id = persys.ok(
                        "run",
                        DockerFixture.BUSYBOX,
                        "--name",
                        "untouched",
                        "--stop-grace",
                        "0s",
                        "--",
                        "sh",
                        "-c",
                        "echo up; exec sleep 600")
                .line();
        String container = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", id);

        agent.destroyForcibly();
        agent.onExit().join();
        startAgent();

        await().atMost(Duration.ofSeconds(60))
                .until(() -> persys.run("logs", "untouched").err(), String::isEmpty);
        assertThat(shown(id).path("status").asText()).isEqualTo("Running");
        assertThat(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", id))
                .isEqualTo(container);
        persys.ok("rm", "untouched");
    }

    @Test
    void stateGoesToAFileAndIntoAnEmbeddedStore() throws IOException {
        persys.ok("run", "-d", DockerFixture.BUSYBOX, "--name", "moves", "--constraint", "a=b");
        Path export = directory.resolve("state.jsonl");
        Path embedded = directory.resolve("embedded.conf");
        Files.writeString(
                embedded,
                "persys.store { kind = embedded, embedded.directory = \"%s\" }\n"
                        .formatted(directory.resolve("moved")));

        persys.ok(
                "store",
                "export",
                export.toString(),
                "--config",
                directory.resolve("scheduler.conf").toString());
        persys.ok("store", "import", export.toString(), "--config", embedded.toString());
        Launcher.Result again = persys.run("store", "import", export.toString(), "--config", embedded.toString());

        assertThat(Files.readString(export)).contains("moves");
        assertThat(again.status()).isNotZero();
        persys.ok("rm", "moves");
    }

    private static void startScheduler() {
        scheduler = persys.serveConfigured("scheduler", "scheduler");
    }

    private static void startAgent() {
        agent = persys.serveConfigured("agent", "agent");
    }

    private static void awaitNode() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> persys.run("nodes").out().contains("Active"));
    }
}
