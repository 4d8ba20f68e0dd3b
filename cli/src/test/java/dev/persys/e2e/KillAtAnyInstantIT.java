package dev.persys.e2e;

import dev.persys.testing.DockerFixture;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scheduler, agent and {@code persys dev} killed with SIGKILL at random moments, on a real Docker engine.
 *
 * <p>{@code -Dstorm.kills=300} kills so often, {@code -Dstorm.seed=42} begins as another run did; see docs of the
 * {@linkplain KillStorm storm} for what a seed can do.
 */
// Each wait in it has an end of its own, and there are as many kills as somebody asks for.
@Timeout(value = 90, unit = TimeUnit.MINUTES)
final class KillAtAnyInstantIT {
    private static final int KILLS = Integer.getInteger("storm.kills", 3);
    private static final long SEED = Long.getLong("storm.seed", new Random().nextLong(1_000_000));

    /** Passes of the monitors come soon, so that the test ends soon. */
    private static final String SOON = """
            persys.scheduler { workload-monitor-interval = 5s, start-grace = 5s }
            """;

    @TempDir
    private Path directory;

    @AfterEach
    void removeContainers() {
        DockerFixture.shared().removeContainers();
    }

    @Test
    void devProcessKilledAtAnyInstantLosesAndDoublesNothing() throws Exception {
        int api = Processes.freePort();
        String ports = "%d,%d,%d,%d".formatted(api, Processes.freePort(), Processes.freePort(), Processes.freePort());
        Path more = Files.writeString(directory.resolve("more.conf"), SOON);
        Launcher persys = launcher();
        KillStorm.Target dev = () -> persys.serve(
                directory.resolve("dev.log"),
                "dev",
                "start",
                "--foreground",
                "--ports",
                ports,
                "--config",
                more.toString());
        Process first = dev.start();
        Path home = directory.resolve("home");
        Processes.await(java.time.Duration.ofSeconds(60), () -> Files.exists(home.resolve("dev/endpoints.json")));
        StormApi client = new StormApi("https://127.0.0.1:" + api, Optional.empty(), DevClient.of(home));
        first.destroyForcibly().waitFor();

        report(storm(client, List.of(dev)).rage(KILLS));
    }

    @Test
    void schedulerAndAgentKilledAtAnyInstantLoseAndDoubleNothing() throws Exception {
        int api = Processes.freePort();
        int node = Processes.freePort();
        int orders = Processes.freePort();
        Path token = Files.writeString(directory.resolve("token"), "storm\n");
        Path scheduler = Files.writeString(
                directory.resolve("scheduler.conf"),
                SOON + """
                persys.store { kind = embedded, embedded.directory = "%s" }
                persys.http.scheduler { api { port = %d, token-file = "%s" }, node.port = %d }
                """.formatted(directory.resolve("state"), api, token, node));
        Path agent = Files.writeString(
                directory.resolve("agent.conf"), """
                persys.agent { node-id = node-1, ip-address = "127.0.0.1", port = %d, scheduler-url = "http://127.0.0.1:%d" }
                persys.agent.allow.host-paths = ["%s"]
                persys.http.agent { api.port = %d, metrics.port = %d }
                """.formatted(orders, node, directory, orders, Processes.freePort()));
        Launcher persys = launcher();
        StormApi client = new StormApi("http://127.0.0.1:" + api, Optional.of("storm"));

        report(storm(
                        client,
                        List.of(
                                () -> persys.serve(
                                        directory.resolve("scheduler.log"),
                                        "scheduler",
                                        "--config",
                                        scheduler.toString()),
                                () -> persys.serve(
                                        directory.resolve("agent.log"), "agent", "--config", agent.toString())))
                .rage(KILLS));
    }

    private KillStorm storm(StormApi client, List<KillStorm.Target> targets) throws IOException {
        System.out.println("storm.seed=" + SEED);
        Path runs = Files.createDirectory(directory.resolve("runs"));
        return new KillStorm(SEED, client, DockerFixture.shared(), runs, targets);
    }

    private Launcher launcher() {
        return new Launcher(directory)
                .with("AGENT_SECRET", "storm")
                .with("DOCKER_HOST", DockerFixture.shared().host());
    }

    private static void report(KillStorm.Result result) {
        System.out.println(result);
    }
}
