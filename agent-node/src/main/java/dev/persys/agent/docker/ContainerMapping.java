package dev.persys.agent.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.api.model.VolumeOptions;
import dev.persys.model.ContainerOptions;
import dev.persys.model.ExtraHost;
import dev.persys.model.Health;
import dev.persys.model.HealthStatus;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.Tmpfs;
import dev.persys.model.VolumeMount;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.ContainerSummary;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Between docker-java's types and the port's. Pure. */
final class ContainerMapping {
    private static final long NANOS_PER_MILLI_CPU = 1_000_000;
    private static final long BYTES_PER_MIB = 1024L * 1024;

    /** What Docker gives a container that says nothing: the weight of one core. */
    private static final long SHARES_PER_CORE = 1024;

    /** Outside of these the kernel refuses (cpu.shares of cgroup v1, from which v2's weights are made too). */
    private static final long FEWEST_SHARES = 2;

    private static final long MOST_SHARES = 262_144;

    /** The kernel's own. */
    private static final long PERIOD_MICROS = 100_000;

    private ContainerMapping() {}

    static HostConfig hostConfig(ContainerSpec spec, String publishAddress) {
        HostConfig host = HostConfig.newHostConfig()
                .withRestartPolicy(RestartPolicy.noRestart())
                .withPortBindings(ports(spec, publishAddress))
                .withBinds(spec.volumes().stream()
                        .map(mount -> new Bind(
                                mount.source(),
                                new Volume(mount.target()),
                                mount.readOnly() ? AccessMode.ro : AccessMode.rw))
                        .toList());
        if (spec.reserved().cpuMillis() > 0) {
            host.withCpuShares(shares(spec.reserved().cpuMillis()));
        }
        spec.limits().cpuMillis().ifPresent(millis -> cap(host, millis));
        spec.limits().memoryMib().map(mebibytes -> mebibytes * BYTES_PER_MIB).ifPresent(bytes -> {
            // The same figure for both: swap is included.
            host.withMemory(bytes).withMemorySwap(bytes);
        });
        spec.network().ifPresent(host::withNetworkMode);
        options(host, spec.options());
        return host;
    }

    /** What is not said is left to Docker, which has defaults of its own for most of this. */
    private static void options(HostConfig host, ContainerOptions options) {
        if (options.init()) {
            host.withInit(true);
        }
        if (options.readOnly()) {
            host.withReadonlyRootfs(true);
        }
        if (!options.tmpfs().isEmpty()) {
            host.withTmpFs(options.tmpfs().stream().collect(Collectors.toMap(Tmpfs::path, Tmpfs::options)));
        }
        if (!options.ulimits().isEmpty()) {
            host.withUlimits(options.ulimits().stream()
                    .map(limit -> new com.github.dockerjava.api.model.Ulimit(limit.name(), limit.soft(), limit.hard()))
                    .toList());
        }
        if (!options.dns().isEmpty()) {
            host.withDns(options.dns());
        }
        host.withCapAdd(capabilities(options.capAdd()))
                .withCapDrop(capabilities(options.capDrop()))
                .withExtraHosts(
                        options.extraHosts().stream().map(ExtraHost::text).toArray(String[]::new));
    }

    private static Capability[] capabilities(List<String> names) {
        return names.stream().map(Capability::valueOf).toArray(Capability[]::new);
    }

    /**
     * Docker refuses more than the machine has where the cap is said in nanoseconds, and takes the same cap as a quota.
     * A workload that may use four cores also runs on a node of two.
     */
    private static void cap(HostConfig host, long cpuMillis) {
        if (cpuMillis <= Runtime.getRuntime().availableProcessors() * 1000L) {
            host.withNanoCPUs(cpuMillis * NANOS_PER_MILLI_CPU);
        } else {
            host.withCpuPeriod(PERIOD_MICROS).withCpuQuota(cpuMillis * PERIOD_MICROS / 1000);
        }
    }

    /** The weight against others where the processor is wanted by all. */
    private static int shares(long cpuMillis) {
        return (int) Math.min(MOST_SHARES, Math.max(FEWEST_SHARES, cpuMillis * SHARES_PER_CORE / 1000));
    }

    /** Volumes for what the image declares and the order does not name, under the workload's name and labels. */
    static List<Mount> imageVolumes(ContainerSpec spec, Collection<String> declared) {
        Optional<String> workload = Optional.ofNullable(spec.labels().get(ContainerLabels.WORKLOAD_ID));
        if (workload.isEmpty()) {
            return List.of();
        }
        Map<String, String> labels = Stream.of(
                        ContainerLabels.WORKLOAD_ID, ContainerLabels.NODE, ContainerLabels.CLUSTER)
                .filter(spec.labels()::containsKey)
                .collect(Collectors.toMap(Function.identity(), spec.labels()::get));
        List<String> mounted = Stream.concat(
                        spec.volumes().stream().map(VolumeMount::target),
                        spec.options().tmpfs().stream().map(Tmpfs::path))
                .toList();
        return ImageVolumes.uncovered(declared, mounted).stream()
                .map(path -> new Mount()
                        .withType(MountType.VOLUME)
                        .withSource(ImageVolumes.name(workload.get(), path))
                        .withTarget(path)
                        .withVolumeOptions(new VolumeOptions().withLabels(labels)))
                .toList();
    }

    /** How much output is kept, by the driver that {@code driver} names; empty where that keeps none in files. */
    static Optional<LogConfig> logConfig(String driver, DockerSettings settings) {
        boolean isFiles = driver.equals(LogConfig.LoggingType.JSON_FILE.getType())
                || driver.equals(LogConfig.LoggingType.LOCAL.getType());
        if (!isFiles || settings.logMaxSize() == 0) {
            return Optional.empty();
        }
        return Optional.of(new LogConfig(
                LogConfig.LoggingType.fromValue(driver),
                Map.of(
                        "max-size", Long.toString(settings.logMaxSize()),
                        "max-file", Integer.toString(settings.logMaxFiles()))));
    }

    static List<ExposedPort> exposedPorts(ContainerSpec spec) {
        return spec.ports().stream().map(ContainerMapping::exposed).distinct().toList();
    }

    static List<String> environment(ContainerSpec spec) {
        return spec.env().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    static ContainerSummary summary(Container container) {
        String[] names = container.getNames() == null ? new String[0] : container.getNames();
        return new ContainerSummary(
                container.getId(),
                // A link's name has more slashes; the container's own has one.
                Stream.of(names)
                        .filter(name -> name.lastIndexOf('/') <= 0)
                        .findFirst()
                        .map(ContainerMapping::withoutSlash)
                        .orElse(""),
                Optional.ofNullable(container.getImageId()).orElse(""),
                container.getLabels() == null ? Map.of() : container.getLabels(),
                ContainerStatus.parse(container.getState()));
    }

    static ContainerState state(InspectContainerResponse container) {
        InspectContainerResponse.ContainerState state = container.getState();
        ContainerStatus status = status(state);
        boolean hasEnded = status == ContainerStatus.EXITED
                || status == ContainerStatus.DEAD
                || status == ContainerStatus.RESTARTING;
        Map<String, String> labels = container.getConfig().getLabels();
        return new ContainerState(
                container.getId(),
                withoutSlash(container.getName()),
                Optional.ofNullable(container.getConfig().getImage()).orElse(""),
                Optional.ofNullable(container.getImageId()).orElse(""),
                labels == null ? Map.of() : labels,
                status,
                hasEnded ? Optional.ofNullable(state.getExitCodeLong()).map(Long::intValue) : Optional.empty(),
                Boolean.TRUE.equals(state.getOOMKilled()),
                container.getRestartCount() == null ? 0 : container.getRestartCount(),
                instant(state.getStartedAt()),
                instant(state.getFinishedAt()),
                container.getNetworkSettings() == null
                        ? List.of()
                        : published(container.getNetworkSettings().getPorts()),
                health(state),
                state.getError() == null ? "" : state.getError(),
                address(container, status),
                Optional.ofNullable(container.getHostConfig()).map(ContainerMapping::limits));
    }

    /** Whichever of its two ways Docker was told of the processor; zero stands for no limit. */
    private static Limits limits(HostConfig host) {
        long period = positive(host.getCpuPeriod()).orElse(PERIOD_MICROS);
        Optional<Long> cpuMillis = positive(host.getNanoCPUs())
                .map(nanos -> nanos / NANOS_PER_MILLI_CPU)
                .or(() -> positive(host.getCpuQuota()).map(quota -> quota * 1000 / period));
        return new Limits(
                cpuMillis.map(ContainerMapping::atLeastOne),
                positive(host.getMemory()).map(bytes -> atLeastOne(bytes / BYTES_PER_MIB)));
    }

    private static Optional<Long> positive(Long figure) {
        return Optional.ofNullable(figure).filter(it -> it > 0);
    }

    private static long atLeastOne(long figure) {
        return Math.max(1, figure);
    }

    /** What Docker is to run; empty, and it runs what the image declares. */
    static Optional<HealthCheck> healthCheck(ContainerSpec spec) {
        return spec.healthCheck().map(check -> {
            HealthCheck docker = new HealthCheck();
            if (check.none() || check.isOfAgent()) {
                return docker.withTest(List.of("NONE"));
            }
            check.exec()
                    .ifPresent(words -> docker.withTest(
                            Stream.concat(Stream.of("CMD"), words.stream()).toList()));
            check.interval().ifPresent(span -> docker.withInterval(span.toNanos()));
            check.timeout().ifPresent(span -> docker.withTimeout(span.toNanos()));
            check.retries().ifPresent(docker::withRetries);
            // Zero is Docker's own default, and what an older one takes for a field that it does not know.
            check.startPeriod()
                    .filter(span -> !span.isZero())
                    .ifPresent(span -> docker.withStartPeriod(span.toNanos()));
            return docker;
        });
    }

    /** With the words of the last check, where that failed. */
    private static Optional<Health> health(InspectContainerResponse.ContainerState state) {
        return Optional.ofNullable(state.getHealth())
                .filter(health -> health.getStatus() != null)
                .map(ContainerMapping::health)
                .filter(health -> health.status() != HealthStatus.NONE);
    }

    private static Health health(HealthState state) {
        int failures = state.getFailingStreak() == null ? 0 : Math.max(0, state.getFailingStreak());
        List<HealthStateLog> log = Optional.ofNullable(state.getLog()).orElse(List.of());
        boolean isSaid = failures > 0 && !log.isEmpty();
        return new Health(
                HealthStatus.of(state.getStatus()),
                failures,
                isSaid ? String.valueOf(log.get(log.size() - 1).getOutput()) : "");
    }

    /**
     * Where this node reaches the container: with the node's own network at the node, else at its address in one of its
     * networks, the first by name, so that it is the same one every time.
     */
    private static Optional<String> address(InspectContainerResponse container, ContainerStatus status) {
        if (!status.isLive() || container.getNetworkSettings() == null) {
            return Optional.empty();
        }
        String mode = container.getHostConfig() == null
                ? ""
                : String.valueOf(container.getHostConfig().getNetworkMode());
        if (mode.equals("host")) {
            return Optional.of("127.0.0.1");
        }
        return Optional.ofNullable(container.getNetworkSettings().getNetworks()).orElse(Map.of()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(network -> network.getValue().getIpAddress())
                .filter(address -> address != null && !address.isEmpty())
                .findFirst();
    }

    /** By Docker's word; where that is none that is known here, by what else it says. */
    private static ContainerStatus status(InspectContainerResponse.ContainerState state) {
        ContainerStatus status = ContainerStatus.parse(state.getStatus());
        if (status != ContainerStatus.UNKNOWN) {
            return status;
        }
        if (Boolean.TRUE.equals(state.getPaused())) {
            return ContainerStatus.PAUSED;
        }
        if (Boolean.TRUE.equals(state.getRestarting())) {
            return ContainerStatus.RESTARTING;
        }
        if (Boolean.TRUE.equals(state.getRunning())) {
            return ContainerStatus.RUNNING;
        }
        return instant(state.getStartedAt()).isPresent() ? ContainerStatus.EXITED : ContainerStatus.CREATED;
    }

    private static String withoutSlash(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** Docker's zero time, the year 1, means never. */
    private static Optional<Instant> instant(String text) {
        return Optional.ofNullable(text)
                .filter(time -> !time.isEmpty() && !time.startsWith("0001-"))
                .map(time -> OffsetDateTime.parse(time).toInstant());
    }

    private static Ports ports(ContainerSpec spec, String publishAddress) {
        Ports ports = new Ports();
        for (PortMapping port : spec.ports()) {
            // No port number: Docker picks a free one.
            ports.bind(
                    exposed(port),
                    new Ports.Binding(
                            port.address().orElse(publishAddress),
                            port.host().map(String::valueOf).orElse("")));
        }
        return ports;
    }

    private static List<PublishedPort> published(Ports ports) {
        List<PublishedPort> published = new ArrayList<>();
        if (ports == null || ports.getBindings() == null) {
            return published;
        }
        ports.getBindings().forEach((exposed, bindings) -> {
            for (Ports.Binding binding : bindings == null ? new Ports.Binding[0] : bindings) {
                // With IPv6, Docker lists one port twice.
                PublishedPort port = new PublishedPort(
                        exposed.getPort(),
                        Protocol.valueOf(exposed.getProtocol().name()),
                        Integer.parseInt(binding.getHostPortSpec()));
                if (!published.contains(port)) {
                    published.add(port);
                }
            }
        });
        published.sort(Comparator.comparingInt(PublishedPort::container)
                .thenComparing(PublishedPort::protocol)
                .thenComparingInt(PublishedPort::host));
        return published;
    }

    private static ExposedPort exposed(PortMapping port) {
        return new ExposedPort(
                port.container(), InternetProtocol.valueOf(port.protocol().name()));
    }
}
