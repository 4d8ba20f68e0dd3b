package dev.persys.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The tasks of a first day that are about the cluster: its first start, its second node, and the end of its scheduler. */
final class ClusterTasks implements AutoCloseable {
    /** What is minutes by default is seconds: nobody waits ten minutes for a node to count as gone. */
    static final String SETTINGS = """
            persys.scheduler {
              heartbeat-interval = 1s, suspect-after = 10s, inactive-after = 15s, node-monitor-interval = 500ms
            }
            """;

    private static final String SECOND = """
            persys.agent {
              node-id = "node-2", ip-address = "127.0.0.1", scheduler-url = "%s", labels { node = two }
              docker.host = "%s"
            }
            persys.http.agent { api.port = %d, metrics.port = %d, tls { certificate = "%s", key = "%s", roots = "%s" } }
            """;

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SERVICES = "services, and room for them to move";

    private final Launcher persys;
    private final Path directory;
    private final Path dev;
    private Optional<DockerFixture> secondEngine = Optional.empty();
    private Optional<Process> secondAgent = Optional.empty();

    /** @param directory of {@code persys} */
    ClusterTasks(Launcher persys, Path directory) {
        this.persys = persys;
        this.directory = directory;
        dev = directory.resolve("home/dev");
    }

    final Task start = new Task("a first container", 2, 2, "docker, with an engine", this::firstContainer);

    /** These two in this order: the first has the second node join, the other one has it die. */
    final Task drain = new Task("empty a node", 3, 1, "all", SERVICES, this::emptyNode);

    final Task death = new Task("a node dies", 1, 0, "all", SERVICES, this::deadNode);

    /** Not beside anything else. */
    final Task kill = new Task("the scheduler is killed", 1, 1, "docker", this::killedScheduler);

    private void firstContainer(Typist user) {
        Launcher.Result started = user.type("persys dev start");
        Launcher.Result run =
                user.type("persys run persys/busybox:1 --name hello -- sh -c 'echo hello; exec sleep 6000'");

        user.keeps("hello");
        assertThat(started.status()).as(started.toString()).isZero();
        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(run.err()).contains("hello: Running on node-1");
        assertThat(user.given("persys logs hello").out()).isEqualTo("hello\n");
    }

    /** On the second node, which has too little room for the workloads of the other tasks, and yet free to go elsewhere. */
    private static void runOnSecond(Typist user, String name) {
        String line = "persys run persys/busybox:1 --stop-grace 0s --cpu 0.05 --name " + name;
        user.given(line + " --constraint node=two -- sleep 6000");
        user.given(line + " --replace -- sleep 6000");
        assertThat(node(user, name)).isEqualTo("node-2");
    }

    private static String node(Typist user, String name) {
        return user.given("persys inspect " + name + " --format '{.nodeId}'").line();
    }

    private void emptyNode(Typist user) throws IOException {
        join(user);
        runOnSecond(user, "moved");
        user.type("persys node cordon node-2");
        user.type("persys stop moved");
        Launcher.Result started = user.type("persys start moved");

        assertThat(started.status()).as(started.toString()).isZero();
        assertThat(node(user, "moved")).isEqualTo("node-1");
        user.given("persys node uncordon node-2");
    }

    private void deadNode(Typist user) {
        runOnSecond(user, "widow");
        secondAgent.orElseThrow().destroyForcibly();
        await("the node to count as gone")
                .atMost(LIMIT)
                .until(() -> nodeStatus(user, "node-2").equals("Inactive"));
        Launcher.Result removed = user.type("persys node rm node-2");

        assertThat(removed.status()).as(removed.toString()).isZero();
        await("its workload to run elsewhere")
                .atMost(LIMIT)
                .until(() -> node(user, "widow").equals("node-1")
                        && user.given("persys ps --name widow").out().contains("Running"));
    }

    private static String nodeStatus(Typist user, String node) {
        return json(user.given("persys node inspect " + node + " -o json").out())
                .path("status")
                .asText();
    }

    private void join(Typist user) throws IOException {
        DockerFixture docker = DockerFixture.start();
        secondEngine = Optional.of(docker);
        docker.docker("tag", DockerFixture.BUSYBOX, "persys/busybox:1");
        Path own = directory.resolve("second");
        Path signed = directory.resolve("second-signed");
        String authority = dev.resolve("pki/authority").toString();
        String request = own.resolve("request.pem").toString();
        persys.ok("ca", "request", "--out", own.toString());
        persys.ok(
                "ca",
                "sign",
                request,
                "--role",
                "agent",
                "--name",
                "node-2",
                "--dir",
                authority,
                "--out",
                signed.toString());
        Files.writeString(
                directory.resolve("second.conf"),
                SECOND.formatted(
                                endpoints().path("node").asText(),
                                docker.host(),
                                Processes.freePort(),
                                Processes.freePort(),
                                signed.resolve("certificate.pem"),
                                own.resolve("key.pem"),
                                signed.resolve("roots.pem"))
                        + "persys.agent.reserved.cpu = " + (cores(user) - 0.06) + "\n");
        secondAgent = Optional.of(persys.with(
                        "AGENT_SECRET",
                        Files.readString(dev.resolve("agent-secret")).strip())
                .serveConfigured("agent", "second"));
        await("the second node")
                .atMost(LIMIT)
                .until(() -> user.given("persys nodes").out().contains("node-2")
                        && nodeStatus(user, "node-2").equals("Active"));
    }

    private static double cores(Typist user) {
        return json(user.given("persys node inspect node-1 -o json").out())
                .path("total")
                .path("cpu")
                .asDouble();
    }

    private void killedScheduler(Typist user) throws IOException {
        int port = user.port(8084);
        String container =
                user.given("persys run site:1 --name lasts -p 8084:80").line();
        user.awaitPage(port, "page one");
        ProcessHandle scheduler =
                ProcessHandle.of(endpoints().path("pid").asLong()).orElseThrow();
        scheduler.destroyForcibly();
        scheduler.onExit().join();

        user.awaitPage(port, "page one");
        assertThat(user.type("persys dev start").status()).isZero();
        user.awaitPrinted("persys ps --name lasts", "Running");
        assertThat(user.given("persys inspect lasts --format '{.id} {.generation} {.restartCount}'")
                        .line())
                .isEqualTo(container + " 1 0");
        user.awaitPage(port, "page one");
    }

    private JsonNode endpoints() throws IOException {
        return json(Files.readString(dev.resolve("endpoints.json")));
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    @Override
    public void close() {
        secondAgent.ifPresent(agent -> {
            agent.destroyForcibly();
            agent.onExit().join();
        });
        secondEngine.ifPresent(DockerFixture::close);
    }
}
