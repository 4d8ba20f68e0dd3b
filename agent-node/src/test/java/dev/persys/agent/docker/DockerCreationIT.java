package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.javadsl.Sink;
import dev.persys.api.LogQuery;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Epoch;
import dev.persys.model.ExtraHost;
import dev.persys.model.Generation;
import dev.persys.model.HostPort;
import dev.persys.model.Limits;
import dev.persys.model.NodeId;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.Resources;
import dev.persys.model.Tmpfs;
import dev.persys.model.Ulimit;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.testing.DockerFixture;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real engine makes of what a container is to be: amounts, output, ports and volumes. */
final class DockerCreationIT extends DockerTrial {
    @TempDir
    private Path directory;

    @Test
    void limitsUserDirectoryAndGraceReachTheEngineAndNoRestartPolicy() {
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
                Duration.ofMillis(2500),
                Optional.empty(),
                ContainerOptions.NONE);
        String id = get(runtime().create(spec));
        get(runtime().start(id));
        await().untilAsserted(() -> assertThat(log(id, LogQuery.ALL)).isEqualTo("hello\n1234\n/tmp\n"));
        assertThat(DOCKER.docker(
                        "inspect",
                        "--format",
                        "{{.HostConfig.CpuShares}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.Config.StopTimeout}}"
                                + " {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}"
                                + " {{.Config.User}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}",
                        id))
                .isEqualTo("128 250000000 67108864 67108864 3 :0 1234 [\"sh\"]"
                        + " [\"-c\",\"echo $WORD; id -u; pwd; sleep 1000\"]");
        get(runtime().remove(id));
    }

    @Test
    void whatFewContainersNeedReachesTheEngine() {
        ContainerSpec spec = DockerSamples.withOptions(
                spec("trap 'echo told; exit 3' QUIT; hostname; cat /proc/1/comm; ulimit -n; grep -c db.test /etc/hosts;"
                        + " touch /x 2>/dev/null || echo read-only; touch /scratch/x && echo scratch; echo up;"
                        + " while :; do sleep 0.1; done"),
                new ContainerOptions(
                        Optional.of("here"),
                        true,
                        true,
                        List.of(new Tmpfs("/scratch", "size=1m,mode=1777")),
                        List.of("NET_ADMIN", "SYS_TIME"),
                        List.of("ALL"),
                        List.of(new Ulimit("nofile", 128, 256)),
                        List.of(new ExtraHost("db.test", "10.0.0.5"), new ExtraHost("node", ExtraHost.GATEWAY)),
                        Optional.of("SIGQUIT"),
                        List.of("127.0.0.9"),
                        true,
                        false,
                        true,
                        false));
        String id = get(runtime().create(spec));
        get(runtime().start(id));
        await().untilAsserted(() -> assertThat(log(id, LogQuery.ALL)).endsWith("up\n"));

        assertThat(log(id, LogQuery.ALL)).startsWith("here\n").endsWith("128\n1\nread-only\nscratch\nup\n");
        assertThat(DOCKER.docker(
                        "inspect",
                        "--format",
                        "{{.Config.Hostname}} {{.HostConfig.Init}} {{.HostConfig.ReadonlyRootfs}} {{json .HostConfig.Tmpfs}}"
                                + " {{.HostConfig.CapAdd}} {{.HostConfig.CapDrop}}"
                                + " {{range .HostConfig.Ulimits}}{{.Name}}={{.Soft}}:{{.Hard}}{{end}}"
                                + " {{.HostConfig.ExtraHosts}} {{.Config.StopSignal}} {{.HostConfig.Dns}}"
                                + " {{.Config.OpenStdin}} {{.Config.Tty}} {{.Config.StdinOnce}}",
                        id))
                .isEqualTo("here true true {\"/scratch\":\"size=1m,mode=1777\"} [NET_ADMIN SYS_TIME] [ALL]"
                        + " nofile=128:256 [db.test:10.0.0.5 node:host-gateway] SIGQUIT [127.0.0.9] true false true");
        get(runtime().stop(id, Duration.ofSeconds(20)));
        assertThat(get(runtime().inspect(id)).orElseThrow().exitCode()).contains(3);
        assertThat(log(id, LogQuery.ALL)).endsWith("told\n");
        get(runtime().remove(id));
    }

    @Test
    void whatIsOnlyReservedIsAWeightAndNoCap() {
        ContainerSpec plain = spec("sleep 1000");

        assertThat(amounts(DockerSamples.reserving(plain, Resources.DEFAULT_REQUEST)))
                .isEqualTo("102 0 0 0");
        assertThat(amounts(DockerSamples.reserving(plain, new Resources(1, 6)))).isEqualTo("2 0 0 0");
        assertThat(amounts(DockerSamples.reserving(plain, new Resources(1_024_000, 6))))
                .isEqualTo("262144 0 0 0");
        assertThat(amounts(plain)).isEqualTo("0 0 0 0");
    }

    @Test
    void aCapOfMoreThanTheMachineHasIsTaken() {
        ContainerSpec plain = DockerSamples.reserving(spec("sleep 1000"), Resources.DEFAULT_REQUEST);
        ContainerSpec spec = DockerSamples.capped(plain, 1_024_000);
        String id = get(runtime().create(spec));
        get(runtime().start(id));

        assertThat(DOCKER.docker("inspect", "--format", "{{.HostConfig.CpuPeriod}} {{.HostConfig.CpuQuota}}", id))
                .isEqualTo("100000 102400000");
        get(runtime().remove(id));
    }

    /** Weight, cap of the processor, cap of memory, and that with swap, as the engine has them of a running container. */
    private String amounts(ContainerSpec spec) {
        String id = get(runtime().create(spec));
        get(runtime().start(id));
        String amounts = DOCKER.docker(
                "inspect",
                "--format",
                "{{.HostConfig.CpuShares}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}",
                id);
        get(runtime().remove(id));
        return amounts;
    }

    @Test
    void outputTakesNoMoreRoomThanAllowed() throws Exception {
        String id =
                get(runtime().create(spec("i=0; while [ $i -lt 20000 ]; do echo line number $i; i=$((i+1)); done")));
        get(runtime().start(id));
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
                    .isLessThan(2 * (DockerSamples.LOG_FILE_BYTES + slack));
        }
        get(runtime().remove(id));
    }

    @Test
    void outputIsLeftToADriverThatWritesNoFilesOfItsOwn() {
        try (DockerFixture docker = DockerFixture.start("--log-driver=none");
                ContainerRuntime runtime = new DockerContainerRuntime(
                        DockerSamples.settings(docker, Path.of("/nonexistent"), Duration.ofSeconds(20)))) {
            String id = get(runtime.create(spec("exit 0")));

            assertThat(docker.docker("inspect", "--format", "{{.HostConfig.LogConfig}}", id))
                    .isEqualTo("{none map[]}");
            RuntimeFailure unreadable = failure(runtime.logs(id, LogQuery.ALL).runWith(Sink.head(), kit.system()));
            assertThat(unreadable.kind()).isEqualTo(Kind.REFUSED);
            assertThat(unreadable).hasMessageContaining("does not support reading");
        }
    }

    @Test
    void portsArePublishedAndPickedWhereNoneIsAsked() throws Exception {
        ContainerSpec spec = DockerSamples.withPorts(
                spec("while true; do echo hi | nc -l -p 80; done"),
                List.of(
                        new PortMapping(Optional.empty(), 80, Optional.empty(), Protocol.TCP),
                        new PortMapping(Optional.empty(), 53, Optional.of(28_053), Protocol.UDP)),
                List.of());
        String id = get(runtime().create(spec));
        get(runtime().start(id));
        List<PublishedPort> ports = get(runtime().inspect(id)).orElseThrow().ports();
        assertThat(ports).hasSize(2).contains(new PublishedPort(53, Protocol.UDP, 28_053));
        int tcp = ports.get(1).host();
        assertThat(ports.get(1).protocol()).isEqualTo(Protocol.TCP);
        await().untilAsserted(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tcp)) {
                assertThat(new String(socket.getInputStream().readNBytes(2), StandardCharsets.US_ASCII))
                        .isEqualTo("hi");
            }
        });
        ContainerSpec second = DockerSamples.withPorts(
                spec("sleep 1000"),
                List.of(new PortMapping(Optional.empty(), 53, Optional.of(28_053), Protocol.UDP)),
                List.of());
        String secondId = get(runtime().create(second));
        RuntimeFailure taken = failure(runtime().start(secondId));
        assertThat(taken.kind()).isEqualTo(Kind.PORT_IN_USE);
        assertThat(taken.port().map(HostPort::port)).contains(28_053);
        assertThat(taken).hasMessageContaining("28053");
        get(runtime().remove(secondId));
        get(runtime().remove(id));
    }

    @Test
    void bindAndNamedVolumesAreMountedAndNamedOnesStay() throws Exception {
        Files.writeString(directory.resolve("word"), "from-the-node");
        String volume = "v-" + UUID.randomUUID();
        ContainerSpec spec = DockerSamples.withPorts(
                spec("cat /bind/word; touch /bind/x 2>/dev/null || echo -read-only; echo y > /named/y; exit 0"),
                List.of(),
                List.of(
                        new VolumeMount(directory.toString(), "/bind", true),
                        new VolumeMount(volume, "/named", false)));
        String id = get(runtime().create(spec));
        get(runtime().start(id));
        assertThat(awaitStatus(id, ContainerStatus.EXITED).exitCode()).contains(0);
        assertThat(log(id, LogQuery.ALL)).isEqualTo("from-the-node-read-only\n");
        get(runtime().remove(id));
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

        String first = get(runtime().create(database(workload, "echo row >> /data/rows; exit 0", List.of())));
        get(runtime().start(first));
        awaitStatus(first, ContainerStatus.EXITED);
        assertThat(failure(runtime().removeVolumes(workload)).kind()).isEqualTo(Kind.CONFLICT);
        get(runtime().remove(first));
        String second = get(runtime().create(database(workload, "cat /data/rows; exit 0", List.of())));
        get(runtime().start(second));
        awaitStatus(second, ContainerStatus.EXITED);
        assertThat(log(second, LogQuery.ALL)).isEqualTo("seed\nrow\n");
        get(runtime().remove(second));
        assertThat(volumesOf(workload)).containsExactlyInAnyOrder(workload + "-data", foreign);

        get(runtime().removeVolumes(workload));
        assertThat(volumesOf(workload)).containsExactly(foreign);
        String named =
                get(runtime().create(database(workload, "exit 0", List.of(new VolumeMount(foreign, "/data/", false)))));
        assertThat(volumesOf(workload)).containsExactly(foreign);
        get(runtime().remove(named));
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
        return DockerSamples.withPorts(spec, List.of(), volumes);
    }

    private static List<String> volumesOf(WorkloadId workload) {
        return DOCKER.docker("volume", "ls", "--quiet", "--filter", "name=" + workload)
                .lines()
                .toList();
    }
}
