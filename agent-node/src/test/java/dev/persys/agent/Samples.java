package dev.persys.agent;

import com.typesafe.config.ConfigFactory;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.HealthCheck;
import dev.persys.model.Limits;
import dev.persys.model.NodeId;
import dev.persys.model.PortMapping;
import dev.persys.model.PullPolicy;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Orders and settings as tests need them. */
final class Samples {
    static final NodeId NODE = NodeId.of("node-1");
    static final ClusterId CLUSTER = ClusterId.of("cluster-1");
    static final String IMAGE = "image:1";

    private Samples() {}

    static WorkloadId workload() {
        return WorkloadId.of(UUID.randomUUID());
    }

    static AgentSettings settings(String... overrides) {
        return AgentSettings.of(ConfigFactory.parseString(String.join("\n", overrides))
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    }

    static RunOrder run(WorkloadId id, long generation) {
        return run(id, generation, 1, IMAGE, List.of("sleep 1000"), RestartPolicy.NEVER, PullPolicy.MISSING);
    }

    /** Of a container that wants these of its node. */
    static RunOrder touching(
            WorkloadId id,
            long generation,
            List<VolumeMount> volumes,
            Optional<String> network,
            ContainerOptions options) {
        return RunOrder.of(
                id,
                touching(volumes, network, options),
                Generation.of(generation),
                Epoch.of(1),
                CLUSTER,
                Optional.empty());
    }

    static WorkloadSpec touching(List<VolumeMount> volumes, Optional<String> network, ContainerOptions options) {
        WorkloadSpec plain = WorkloadSpec.of("web", IMAGE);
        return new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                List.of("sleep 1000"),
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                plain.resources(),
                plain.limits(),
                plain.ports(),
                volumes,
                network,
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.constraints(),
                Duration.ofSeconds(1),
                plain.pullPolicy(),
                plain.registryCredentials(),
                plain.healthCheck(),
                options);
    }

    static RunOrder run(
            WorkloadId id,
            long generation,
            long epoch,
            String image,
            List<String> command,
            RestartPolicy policy,
            PullPolicy pull) {
        return run(id, generation, epoch, image, command, policy, pull, Optional.empty());
    }

    /** Of a container on that port of the node. */
    static RunOrder publishing(WorkloadId id, long generation, PortMapping port) {
        return run(
                id,
                generation,
                1,
                IMAGE,
                List.of("sleep 1000"),
                RestartPolicy.NEVER,
                PullPolicy.MISSING,
                Optional.empty(),
                List.of(port));
    }

    static RunOrder run(
            WorkloadId id,
            long generation,
            long epoch,
            String image,
            List<String> command,
            RestartPolicy policy,
            PullPolicy pull,
            Optional<HealthCheck> check) {
        return run(id, generation, epoch, image, command, policy, pull, check, List.of());
    }

    private static RunOrder run(
            WorkloadId id,
            long generation,
            long epoch,
            String image,
            List<String> command,
            RestartPolicy policy,
            PullPolicy pull,
            Optional<HealthCheck> check,
            List<PortMapping> ports) {
        WorkloadSpec plain = WorkloadSpec.of("web", image);
        WorkloadSpec spec = new WorkloadSpec(
                plain.name(),
                plain.type(),
                image,
                command,
                plain.args(),
                plain.entrypoint(),
                plain.envVars(),
                plain.resources(),
                // So that what eats memory in a test is ended by its limit, and not by the machine's end.
                new Limits(Optional.empty(), Optional.of(plain.resources().memoryMib())),
                ports,
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                policy,
                Map.of("team", "a", ContainerLabels.NODE, "stolen"),
                plain.constraints(),
                Duration.ofSeconds(1),
                pull,
                plain.registryCredentials(),
                check);
        return RunOrder.of(id, spec, Generation.of(generation), Epoch.of(epoch), CLUSTER, Optional.empty());
    }

    static ContainerOrder end(WorkloadId id, long generation) {
        return end(id, generation, 0, false);
    }

    static ContainerOrder end(WorkloadId id, long generation, long run) {
        return end(id, generation, run, false);
    }

    static ContainerOrder endWithVolumes(WorkloadId id, long generation) {
        return end(id, generation, 0, true);
    }

    private static ContainerOrder end(WorkloadId id, long generation, long run, boolean volumes) {
        return new ContainerOrder(
                id,
                Generation.of(generation),
                Epoch.of(1),
                CLUSTER,
                Duration.ofSeconds(1),
                Optional.empty(),
                run,
                volumes);
    }

    static Map<String, String> labels(WorkloadId id, long generation) {
        return new ContainerLabels(id, "web", NODE, Generation.of(generation), Epoch.of(1), CLUSTER).over(Map.of());
    }

    static ContainerSpec container(WorkloadId id, long generation) {
        return ContainerSpec.of(id.value(), IMAGE, labels(id, generation), List.of("sleep 1000"));
    }
}
