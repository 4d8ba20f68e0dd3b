package dev.persys.agent.docker;

import dev.persys.model.ContainerOptions;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Resources;
import dev.persys.model.VolumeMount;
import dev.persys.runtime.ContainerSpec;
import dev.persys.testing.DockerFixture;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Containers with one thing or another, and settings of an engine, for tests on a real one. */
final class DockerSamples {
    static final long LOG_FILE_BYTES = 64 * 1024;

    private DockerSamples() {}

    static ContainerSpec withUser(ContainerSpec spec, String user) {
        return with(spec, spec.ports(), spec.volumes(), spec.network(), Optional.of(user));
    }

    static ContainerSpec withNetwork(ContainerSpec spec, String network) {
        return with(spec, spec.ports(), spec.volumes(), Optional.of(network), spec.user());
    }

    static ContainerSpec withPorts(ContainerSpec spec, List<PortMapping> ports, List<VolumeMount> volumes) {
        return with(spec, ports, volumes, spec.network(), spec.user());
    }

    static ContainerSpec reserving(ContainerSpec spec, Resources reserved) {
        return with(spec, reserved, Limits.NONE);
    }

    static ContainerSpec capped(ContainerSpec spec, long cpuMillis) {
        return with(spec, spec.reserved(), new Limits(Optional.of(cpuMillis), Optional.empty()));
    }

    static ContainerSpec withOptions(ContainerSpec spec, ContainerOptions options) {
        return new ContainerSpec(
                spec.name(),
                spec.image(),
                spec.labels(),
                spec.entrypoint(),
                spec.command(),
                spec.env(),
                spec.reserved(),
                spec.limits(),
                spec.ports(),
                spec.volumes(),
                spec.network(),
                spec.user(),
                spec.workingDir(),
                spec.stopGracePeriod(),
                spec.healthCheck(),
                options);
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
                Duration.ZERO,
                Optional.empty(),
                spec.options());
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
                spec.stopGracePeriod(),
                Optional.empty(),
                spec.options());
    }

    static DockerSettings settings(DockerFixture docker, Path credentials, Duration timeout) {
        return new DockerSettings(
                URI.create(docker.host()),
                true,
                timeout,
                timeout.multipliedBy(2),
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                8,
                32,
                4,
                6,
                6,
                "127.0.0.1",
                credentials,
                credentials.resolve("client"),
                Duration.ofSeconds(5),
                LOG_FILE_BYTES,
                2);
    }
}
