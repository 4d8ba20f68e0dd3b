package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.KillSwitches;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.api.LogQuery;
import dev.persys.model.HealthStatus;
import dev.persys.model.Limits;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerRuntimeContract;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import dev.persys.testing.DockerFixture;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerContainerRuntimeIT extends ContainerRuntimeContract {
    private static final DockerFixture DOCKER = DockerFixture.shared();
    private static final ContainerRuntime RUNTIME =
            new DockerContainerRuntime(DockerSamples.settings(DOCKER, Path.of("/nonexistent"), Duration.ofSeconds(20)));

    @TempDir
    private Path directory;

    @AfterAll
    static void close() {
        RUNTIME.close();
    }

    @Override
    protected ContainerRuntime runtime() {
        return RUNTIME;
    }

    @Override
    protected String image() {
        return DockerFixture.BUSYBOX;
    }

    @Override
    protected void end(String id) {
        // Not docker kill: that tells Docker that the container is meant to end.
        long pid = Long.parseLong(DOCKER.docker("inspect", "--format", "{{.State.Pid}}", id));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    @Override
    protected void letEngineRestart(String id, RestartPolicy policy) {
        DOCKER.docker("update", "--restart=" + policy, id);
    }

    @Test
    void imageOwnHealthCheckIsKeptAndReported() {
        DOCKER.docker("create", "--name", "base-" + labels.get("test"), image());
        DOCKER.docker(
                "commit",
                "--change",
                "HEALTHCHECK --interval=1s CMD true",
                "base-" + labels.get("test"),
                "persys-test/healthy:1");
        DOCKER.docker("rm", "base-" + labels.get("test"));
        ContainerSpec spec = ContainerSpec.of(
                UUID.randomUUID().toString(), "persys-test/healthy:1", labels, List.of("sleep", "1000"));
        List<RuntimeSignal> signals = new CopyOnWriteArrayList<>();
        var watch = RUNTIME.watch(labels, Optional.empty(), signals::add);
        await().until(() -> !signals.isEmpty());
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        assertThat(get(RUNTIME.inspect(id)).orElseThrow().health().orElseThrow().status())
                .isEqualTo(HealthStatus.STARTING);
        await().untilAsserted(() -> assertThat(get(RUNTIME.inspect(id))
                        .orElseThrow()
                        .health()
                        .orElseThrow()
                        .status())
                .isEqualTo(HealthStatus.HEALTHY));
        assertThat(happened(signals))
                .extracting(RuntimeSignal.Happened::action)
                .containsExactly("start", "health_status");
        watch.close();
        get(RUNTIME.remove(id));
    }

    @Test
    void stopWaitsTheGracePeriodAndThenKills() {
        String polite = started("trap 'exit 7' TERM; while true; do sleep 0.1; done");
        String stubborn = started("trap '' TERM; while true; do sleep 0.1; done");
        await().untilAsserted(() -> assertThat(DOCKER.docker("exec", stubborn, "grep", "SigIgn", "/proc/1/status"))
                .doesNotEndWith("0000"));
        get(RUNTIME.stop(polite, Duration.ofSeconds(10)));
        assertThat(awaitStatus(polite, ContainerStatus.EXITED).exitCode()).contains(7);
        Instant before = Instant.now();
        get(RUNTIME.stop(stubborn, Duration.ofSeconds(1)));
        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(900));
        assertThat(awaitStatus(stubborn, ContainerStatus.EXITED).exitCode()).contains(137);
        get(RUNTIME.remove(polite));
        get(RUNTIME.remove(stubborn));
    }

    @Test
    void outOfMemoryIsTold() {
        ContainerSpec plain = spec("tail /dev/zero");
        ContainerSpec spec = new ContainerSpec(
                plain.name(),
                plain.image(),
                plain.labels(),
                plain.entrypoint(),
                List.of("tail", "/dev/zero"),
                plain.env(),
                new Resources(100, 16),
                Limits.memory(16),
                plain.ports(),
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.stopGracePeriod(),
                Optional.empty(),
                plain.options());
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        ContainerState state = awaitStatus(id, ContainerStatus.EXITED);
        assertThat(state.exitCode()).contains(137);
        assertThat(state.oomKilled()).isTrue();
        get(RUNTIME.remove(id));
    }

    @Test
    void absentCommandIsRefusedWithDockersMessage() {
        ContainerSpec spec =
                ContainerSpec.of(UUID.randomUUID().toString(), image(), labels, List.of("no-such-command"));
        String id = get(RUNTIME.create(spec));
        RuntimeFailure failure = failure(RUNTIME.start(id));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("no-such-command").hasMessageContaining("executable file not found");
        get(RUNTIME.remove(id));
    }

    @Test
    void refusalsThatPassAreToldFromThoseThatDoNot() {
        ContainerSpec nobody = DockerSamples.withUser(spec("exit 0"), "nobody-of-that-name");
        String id = get(RUNTIME.create(nobody));
        assertThat(failure(RUNTIME.start(id)).kind()).isEqualTo(Kind.REFUSED);
        get(RUNTIME.remove(id));

        DOCKER.docker("network", "create", "--driver", "bridge", "--subnet", "10.254.77.0/29", "passing");
        ContainerSpec networked = DockerSamples.withNetwork(spec("exit 0"), "passing");
        String other = get(RUNTIME.create(networked));
        DOCKER.docker("network", "rm", "passing");
        assertThat(failure(RUNTIME.start(other)).kind()).isEqualTo(Kind.NOT_NOW);
        get(RUNTIME.remove(other));

        String paused = started("sleep 1000");
        DOCKER.docker("pause", paused);
        assertThat(failure(RUNTIME.start(paused)).kind()).isEqualTo(Kind.NOT_NOW);
        DOCKER.docker("unpause", paused);
        get(RUNTIME.remove(paused));
    }

    @Test
    void followedLogComesAtOnceAndItsConnectionIsGivenBack() {
        String id = started("i=0; while true; do echo line-$i; i=$((i+1)); sleep 0.2; done");
        // More in a row than there are streams: each must be given back.
        for (int i = 0; i < 12; i++) {
            CompletionStage<akka.util.ByteString> first = RUNTIME.logs(
                            id, new LogQuery(Optional.of(1), Optional.empty(), true))
                    .filter(bytes -> !bytes.isEmpty())
                    .runWith(Sink.head(), kit.system());
            assertThat(get(first).utf8String()).startsWith("line-");
        }
        long before = log(id, LogQuery.ALL).lines().count();
        LogQuery query = new LogQuery(Optional.empty(), Optional.of(Instant.now()), false);
        await().until(() -> !log(id, query).isEmpty());
        assertThat(log(id, query).lines())
                .allSatisfy(line -> assertThat(Long.parseLong(line.substring("line-".length())))
                        .isGreaterThanOrEqualTo(before));
        var silent = RUNTIME.logs(id, new LogQuery(Optional.of(0), Optional.empty(), true))
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.ignore(), Keep.both())
                .run(kit.system());
        silent.first().shutdown();
        get(silent.second());
        get(RUNTIME.remove(id));
        assertThat(failure(RUNTIME.logs(id, LogQuery.ALL).runWith(Sink.ignore(), kit.system()))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void socketsPathMayHaveBlanks() throws Exception {
        Path socket = Path.of(URI.create(DOCKER.host()).getPath());
        Files.createSymbolicLink(directory.resolve("dir with space"), socket.getParent());
        String host = "unix://" + directory.resolve("dir with space").resolve(socket.getFileName());
        AgentSettings settings =
                AgentSettings.of(ConfigFactory.parseString("persys.agent.docker.host = \"" + host + "\"")
                        .withFallback(ConfigFactory.load()));
        try (ContainerRuntime runtime = new DockerContainerRuntime(settings.docker())) {
            assertThat(get(runtime.hasImage(image()))).isTrue();
        }
    }

    @Test
    void hungDaemonCostsNoMoreThanTheDeadlineAndIsUsedAgainOnceItAnswers() {
        try (DockerFixture docker = DockerFixture.start();
                ContainerRuntime runtime = new DockerContainerRuntime(
                        DockerSamples.settings(docker, Path.of("/nonexistent"), Duration.ofMillis(700)))) {
            String id = get(runtime.create(spec("sleep 1000")));
            List<RuntimeSignal> signals = new CopyOnWriteArrayList<>();
            docker.pause();
            Instant before = Instant.now();
            List<CompletionStage<ContainerState>> calls = IntStream.range(0, 20)
                    .mapToObj(i -> runtime.inspect(id).thenApply(Optional::orElseThrow))
                    .toList();
            assertThat(failure(runtime.ping()).kind()).isEqualTo(Kind.TIMEOUT);
            runtime.watch(labels, Optional.empty(), signals::add);
            calls.forEach(call -> assertThat(failure(call).kind()).isEqualTo(Kind.TIMEOUT));
            // One after the other they would take twenty times as long.
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(14));
            await().until(() -> !signals.isEmpty());
            assertThat(((RuntimeSignal.Closed) signals.get(0)).failure().kind()).isEqualTo(Kind.TIMEOUT);
            docker.resume();
            await().untilAsserted(() -> assertThat(get(runtime.inspect(id))).isPresent());
            docker.kill();
            assertThat(failure(runtime.inspect(id)).kind()).isEqualTo(Kind.UNAVAILABLE);
            docker.restart();
            assertThat(get(runtime.inspect(id))).isPresent();
        }
    }

    @Test
    void moreCallsThanMayWaitAreRefusedAtOnce() {
        try (DockerFixture docker = DockerFixture.start();
                ContainerRuntime runtime = new DockerContainerRuntime(
                        DockerSamples.settings(docker, Path.of("/nonexistent"), Duration.ofSeconds(5)))) {
            docker.pause();
            List<CompletableFuture<Boolean>> calls = IntStream.range(0, 8 + 32 + 5)
                    .mapToObj(i -> runtime.hasImage(image()).toCompletableFuture())
                    .toList();
            assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(5);
            docker.resume();
        }
    }
}
