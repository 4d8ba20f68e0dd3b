package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.KillSwitches;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.AgentSettings;
import dev.persys.api.LogQuery;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Limits;
import dev.persys.model.NodeId;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerRuntimeContract;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import dev.persys.testing.DockerFixture;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerContainerRuntimeIT extends ContainerRuntimeContract {
    private static final long LOG_FILE_BYTES = 64 * 1024;
    private static final DockerFixture DOCKER = DockerFixture.shared();
    private static final ContainerRuntime RUNTIME =
            new DockerContainerRuntime(settings(DOCKER, Path.of("/nonexistent"), Duration.ofSeconds(20)));

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

    @Test
    void limitsUserDirectoryPolicyAndGraceReachTheEngine() {
        ContainerSpec spec = new ContainerSpec(
                UUID.randomUUID().toString(),
                image(),
                labels,
                List.of("sh"),
                List.of("-c", "echo $WORD; id -u; pwd; sleep 1000"),
                Map.of("WORD", "hello"),
                new Resources(125, 32),
                new Limits(Optional.of(250L), Optional.of(64L)),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of("1234"),
                Optional.of("/tmp"),
                RestartPolicy.of("on-failure:3"),
                Duration.ofMillis(2500));
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        await().untilAsserted(() -> assertThat(log(id, LogQuery.ALL)).isEqualTo("hello\n1234\n/tmp\n"));
        assertThat(DOCKER.docker(
                        "inspect",
                        "--format",
                        "{{.HostConfig.CpuShares}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.Config.StopTimeout}}"
                                + " {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}"
                                + " {{.Config.User}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}",
                        id))
                .isEqualTo("128 250000000 67108864 67108864 3 on-failure:3 1234 [\"sh\"]"
                        + " [\"-c\",\"echo $WORD; id -u; pwd; sleep 1000\"]");
        get(RUNTIME.remove(id));
    }

    @Test
    void whatIsOnlyReservedIsAWeightAndNoCap() {
        ContainerSpec plain = spec("sleep 1000");

        assertThat(amounts(reserving(plain, Resources.DEFAULT_REQUEST))).isEqualTo("102 0 0 0");
        assertThat(amounts(reserving(plain, new Resources(1, 6)))).isEqualTo("2 0 0 0");
        assertThat(amounts(reserving(plain, new Resources(1_024_000, 6)))).isEqualTo("262144 0 0 0");
        assertThat(amounts(plain)).isEqualTo("0 0 0 0");
    }

    @Test
    void aCapOfMoreThanTheMachineHasIsTaken() {
        ContainerSpec plain = reserving(spec("sleep 1000"), Resources.DEFAULT_REQUEST);
        ContainerSpec spec = capped(plain, 1_024_000);
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));

        assertThat(DOCKER.docker("inspect", "--format", "{{.HostConfig.CpuPeriod}} {{.HostConfig.CpuQuota}}", id))
                .isEqualTo("100000 102400000");
        get(RUNTIME.remove(id));
    }

    /** Weight, cap of the processor, cap of memory, and that with swap, as the engine has them of a running container. */
    private String amounts(ContainerSpec spec) {
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        String amounts = DOCKER.docker(
                "inspect",
                "--format",
                "{{.HostConfig.CpuShares}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}",
                id);
        get(RUNTIME.remove(id));
        return amounts;
    }

    private static ContainerSpec reserving(ContainerSpec spec, Resources reserved) {
        return with(spec, reserved, Limits.NONE);
    }

    private static ContainerSpec capped(ContainerSpec spec, long cpuMillis) {
        return with(spec, spec.reserved(), new Limits(Optional.of(cpuMillis), Optional.empty()));
    }

    private static ContainerSpec with(ContainerSpec spec, Resources reserved, Limits limits) {
        return new ContainerSpec(
                UUID.randomUUID().toString(),
                spec.image(),
                spec.labels(),
                spec.entrypoint(),
                spec.command(),
                spec.env(),
                reserved,
                limits,
                spec.ports(),
                spec.volumes(),
                spec.network(),
                spec.user(),
                spec.workingDir(),
                spec.restartPolicy(),
                Duration.ZERO);
    }

    @Test
    void outputTakesNoMoreRoomThanAllowed() throws Exception {
        String id = get(RUNTIME.create(spec("i=0; while [ $i -lt 20000 ]; do echo line number $i; i=$((i+1)); done")));
        get(RUNTIME.start(id));
        awaitStatus(id, ContainerStatus.EXITED);

        assertThat(DOCKER.docker("inspect", "--format", "{{json .HostConfig.LogConfig}}", id))
                .isEqualTo("{\"Type\":\"json-file\",\"Config\":{\"max-file\":\"2\",\"max-size\":\"65536\"}}");
        await().untilAsserted(() -> assertThat(log(id, LogQuery.ALL)).endsWith("line number 19999\n"));
        Path file = Path.of(DOCKER.docker("inspect", "--format", "{{.LogPath}}", id));
        try (Stream<Path> files = Files.list(file.getParent())) {
            List<Path> logs = files.filter(path -> path.getFileName().toString().contains("-json.log"))
                    .toList();
            assertThat(logs).hasSize(2);
            long slack = 1024;
            assertThat(logs.stream().mapToLong(path -> path.toFile().length()).sum())
                    .isLessThan(2 * (LOG_FILE_BYTES + slack));
        }
        get(RUNTIME.remove(id));
    }

    @Test
    void outputIsLeftToADriverThatWritesNoFilesOfItsOwn() {
        try (DockerFixture docker = DockerFixture.start("--log-driver=none");
                ContainerRuntime runtime =
                        new DockerContainerRuntime(settings(docker, Path.of("/nonexistent"), Duration.ofSeconds(20)))) {
            String id = get(runtime.create(spec("exit 0")));

            assertThat(docker.docker("inspect", "--format", "{{.HostConfig.LogConfig}}", id))
                    .isEqualTo("{none map[]}");
            RuntimeFailure unreadable = failure(runtime.logs(id, LogQuery.ALL).runWith(Sink.head(), KIT.system()));
            assertThat(unreadable.kind()).isEqualTo(Kind.REFUSED);
            assertThat(unreadable).hasMessageContaining("does not support reading");
        }
    }

    @Test
    void portsArePublishedAndPickedWhereNoneIsAsked() throws Exception {
        ContainerSpec spec = withPorts(
                spec("while true; do echo hi | nc -l -p 80; done"),
                List.of(
                        new PortMapping(Optional.empty(), 80, Optional.empty(), Protocol.TCP),
                        new PortMapping(Optional.empty(), 53, Optional.of(28_053), Protocol.UDP)),
                List.of());
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        List<PublishedPort> ports = get(RUNTIME.inspect(id)).orElseThrow().ports();
        assertThat(ports).hasSize(2).contains(new PublishedPort(53, Protocol.UDP, 28_053));
        int tcp = ports.get(1).host();
        assertThat(ports.get(1).protocol()).isEqualTo(Protocol.TCP);
        await().untilAsserted(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tcp)) {
                assertThat(new String(socket.getInputStream().readNBytes(2), StandardCharsets.US_ASCII))
                        .isEqualTo("hi");
            }
        });
        ContainerSpec second = withPorts(
                spec("sleep 1000"),
                List.of(new PortMapping(Optional.empty(), 53, Optional.of(28_053), Protocol.UDP)),
                List.of());
        String secondId = get(RUNTIME.create(second));
        RuntimeFailure taken = failure(RUNTIME.start(secondId));
        assertThat(taken.kind()).isEqualTo(Kind.NOT_NOW);
        assertThat(taken).hasMessageContaining("28053");
        get(RUNTIME.remove(secondId));
        get(RUNTIME.remove(id));
    }

    @Test
    void bindAndNamedVolumesAreMountedAndNamedOnesStay() throws Exception {
        Files.writeString(directory.resolve("word"), "from-the-node");
        String volume = "v-" + UUID.randomUUID();
        ContainerSpec spec = withPorts(
                spec("cat /bind/word; touch /bind/x 2>/dev/null || echo -read-only; echo y > /named/y; exit 0"),
                List.of(),
                List.of(
                        new VolumeMount(directory.toString(), "/bind", true),
                        new VolumeMount(volume, "/named", false)));
        String id = get(RUNTIME.create(spec));
        get(RUNTIME.start(id));
        assertThat(awaitStatus(id, ContainerStatus.EXITED).exitCode()).contains(0);
        assertThat(log(id, LogQuery.ALL)).isEqualTo("from-the-node-read-only\n");
        get(RUNTIME.remove(id));
        assertThat(DOCKER.docker("volume", "ls", "--quiet")).contains(volume);
        DOCKER.docker("volume", "rm", volume);
    }

    @Test
    void volumesOfTheImageAreTheWorkloadsAndNotTheContainers() {
        String base = "base-" + labels.get("test");
        DOCKER.docker("run", "--name", base, image(), "sh", "-c", "mkdir /data; echo seed > /data/rows");
        DOCKER.docker("commit", "--change", "VOLUME /data", base, "persys-test/database:1");
        DOCKER.docker("rm", base);
        WorkloadId workload = WorkloadId.of(UUID.randomUUID());
        String foreign = workload + "-of-somebody-else";
        DOCKER.docker("volume", "create", foreign);

        String first = get(RUNTIME.create(database(workload, "echo row >> /data/rows; exit 0", List.of())));
        get(RUNTIME.start(first));
        awaitStatus(first, ContainerStatus.EXITED);
        assertThat(failure(RUNTIME.removeVolumes(workload)).kind()).isEqualTo(Kind.CONFLICT);
        get(RUNTIME.remove(first));
        String second = get(RUNTIME.create(database(workload, "cat /data/rows; exit 0", List.of())));
        get(RUNTIME.start(second));
        awaitStatus(second, ContainerStatus.EXITED);
        assertThat(log(second, LogQuery.ALL)).isEqualTo("seed\nrow\n");
        get(RUNTIME.remove(second));
        assertThat(volumesOf(workload)).containsExactlyInAnyOrder(workload + "-data", foreign);

        get(RUNTIME.removeVolumes(workload));
        assertThat(volumesOf(workload)).containsExactly(foreign);
        String named =
                get(RUNTIME.create(database(workload, "exit 0", List.of(new VolumeMount(foreign, "/data/", false)))));
        assertThat(volumesOf(workload)).containsExactly(foreign);
        get(RUNTIME.remove(named));
        DOCKER.docker("volume", "rm", foreign);
    }

    private ContainerSpec database(WorkloadId workload, String script, List<VolumeMount> volumes) {
        ContainerSpec spec = ContainerSpec.of(
                workload.value(),
                "persys-test/database:1",
                new ContainerLabels(
                                workload, "db", NodeId.of("node-1"), Generation.of(1), Epoch.of(1), ClusterId.of("c1"))
                        .over(labels),
                List.of("sh", "-c", script));
        return withPorts(spec, List.of(), volumes);
    }

    private static List<String> volumesOf(WorkloadId workload) {
        return DOCKER.docker("volume", "ls", "--quiet", "--filter", "name=" + workload)
                .lines()
                .toList();
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
        assertThat(get(RUNTIME.inspect(id)).orElseThrow().health()).contains("starting");
        await().untilAsserted(() ->
                assertThat(get(RUNTIME.inspect(id)).orElseThrow().health()).contains("healthy"));
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
                plain.restartPolicy(),
                plain.stopGracePeriod());
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
        ContainerSpec nobody = withUser(spec("exit 0"), "nobody-of-that-name");
        String id = get(RUNTIME.create(nobody));
        assertThat(failure(RUNTIME.start(id)).kind()).isEqualTo(Kind.REFUSED);
        get(RUNTIME.remove(id));

        DOCKER.docker("network", "create", "--driver", "bridge", "--subnet", "10.254.77.0/29", "passing");
        ContainerSpec networked = withNetwork(spec("exit 0"), "passing");
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
    void pullWithoutRegistryFailsWithDockersMessage() {
        RuntimeFailure failure = failure(RUNTIME.pull("127.0.0.1:9/persys/absent:1", Optional.empty(), progress -> {})
                .done());
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("127.0.0.1:9").hasMessageContaining("connection refused");
    }

    @Test
    void credentialsAreShownToNoOtherRegistryThanTheirOwn() throws Exception {
        try (FakeRegistry registry = new FakeRegistry();
                ContainerRuntime runtime =
                        new DockerContainerRuntime(settings(DOCKER, directory, Duration.ofSeconds(20)))) {
            credentials("corp", "https://registry.corp.example");
            credentials("own", "http://" + registry.host());
            String image = registry.host() + "/evil/x:1";

            RuntimeFailure failure = failure(
                    runtime.pull(image, Optional.of("corp"), progress -> {}).done());
            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure).hasMessageContaining("registry.corp.example").hasMessageContaining(registry.host());
            assertThat(failure(runtime.pull(image, Optional.empty(), progress -> {})
                            .done()))
                    .hasMessageContaining("no basic auth credentials")
                    .hasMessageContaining("--registry-credentials");
            assertThat(registry.shown).isEmpty();

            failure(runtime.pull(image, Optional.of("own"), progress -> {}).done());
            assertThat(registry.shown).isNotEmpty().containsOnly("Basic " + base64("own:secret"));
        }
    }

    @Test
    void loginOfTheNodesUserIsShownToItsRegistryAndToNoOther() throws Exception {
        try (FakeRegistry registry = new FakeRegistry();
                FakeRegistry other = new FakeRegistry();
                ContainerRuntime runtime =
                        new DockerContainerRuntime(settings(DOCKER, directory, Duration.ofSeconds(20)))) {
            Files.createDirectories(directory.resolve("client"));
            Files.writeString(
                    directory.resolve("client/config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + base64("me:mine") + "\"}}}");

            failure(runtime.pull(registry.host() + "/x:1", Optional.empty(), progress -> {})
                    .done());
            failure(runtime.pull(other.host() + "/x:1", Optional.empty(), progress -> {})
                    .done());
            assertThat(registry.shown).isNotEmpty().containsOnly("Basic " + base64("me:mine"));
            assertThat(other.shown).isEmpty();
        }
    }

    private void credentials(String name, String server) throws Exception {
        Files.writeString(
                directory.resolve(name + ".json"),
                "{\"username\":\"" + name + "\",\"password\":\"secret\",\"serveraddress\":\"" + server + "\"}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void absentCredentialsAreRefusedByName() {
        RuntimeFailure failure =
                failure(RUNTIME.pull("127.0.0.1:9/persys/absent:1", Optional.of("team-a"), progress -> {})
                        .done());
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure).hasMessageContaining("team-a.json");
    }

    @Test
    void followedLogComesAtOnceAndItsConnectionIsGivenBack() {
        String id = started("i=0; while true; do echo line-$i; i=$((i+1)); sleep 0.2; done");
        // More in a row than there are streams: each must be given back.
        for (int i = 0; i < 12; i++) {
            CompletionStage<akka.util.ByteString> first = RUNTIME.logs(
                            id, new LogQuery(Optional.of(1), Optional.empty(), true))
                    .filter(bytes -> !bytes.isEmpty())
                    .runWith(Sink.head(), KIT.system());
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
                .run(KIT.system());
        silent.first().shutdown();
        get(silent.second());
        get(RUNTIME.remove(id));
        assertThat(failure(RUNTIME.logs(id, LogQuery.ALL).runWith(Sink.ignore(), KIT.system()))
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
                ContainerRuntime runtime =
                        new DockerContainerRuntime(settings(docker, Path.of("/nonexistent"), Duration.ofMillis(700)))) {
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
                ContainerRuntime runtime =
                        new DockerContainerRuntime(settings(docker, Path.of("/nonexistent"), Duration.ofSeconds(5)))) {
            docker.pause();
            List<CompletableFuture<Boolean>> calls = IntStream.range(0, 8 + 32 + 5)
                    .mapToObj(i -> runtime.hasImage(image()).toCompletableFuture())
                    .toList();
            assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally))
                    .hasSize(5);
            docker.resume();
        }
    }

    private static ContainerSpec withUser(ContainerSpec spec, String user) {
        return with(spec, spec.ports(), spec.volumes(), spec.network(), Optional.of(user));
    }

    private static ContainerSpec withNetwork(ContainerSpec spec, String network) {
        return with(spec, spec.ports(), spec.volumes(), Optional.of(network), spec.user());
    }

    private static ContainerSpec withPorts(ContainerSpec spec, List<PortMapping> ports, List<VolumeMount> volumes) {
        return with(spec, ports, volumes, spec.network(), spec.user());
    }

    private static ContainerSpec with(
            ContainerSpec spec,
            List<PortMapping> ports,
            List<VolumeMount> volumes,
            Optional<String> network,
            Optional<String> user) {
        return new ContainerSpec(
                spec.name(),
                spec.image(),
                spec.labels(),
                spec.entrypoint(),
                spec.command(),
                spec.env(),
                spec.reserved(),
                spec.limits(),
                ports,
                volumes,
                network,
                user,
                spec.workingDir(),
                spec.restartPolicy(),
                spec.stopGracePeriod());
    }

    private static DockerSettings settings(DockerFixture docker, Path credentials, Duration timeout) {
        return new DockerSettings(
                URI.create(docker.host()),
                timeout,
                timeout.multipliedBy(2),
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                8,
                32,
                4,
                6,
                "127.0.0.1",
                credentials,
                credentials.resolve("client"),
                Duration.ofSeconds(5),
                LOG_FILE_BYTES,
                2);
    }
}
