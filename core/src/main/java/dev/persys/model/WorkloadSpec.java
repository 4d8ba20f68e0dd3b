package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was asked for. Never changed once accepted.
 *
 * @param name a DNS label; need not be unique
 * @param image an image reference, as written
 * @param command the container's command line; empty takes the image's own
 * @param args follow {@code command}
 * @param entrypoint replaces the image's entry point; empty keeps it
 * @param resources reserved on the node; the processing power of it is a weight where the node is busy
 * @param limits what Docker holds it to; never below {@code resources}
 * @param ports published on the node
 * @param network a Docker network of the node; absent is Docker's default bridge
 * @param user as Docker takes it: {@code user}, {@code uid} or {@code uid:gid}
 * @param workingDir an absolute path in the container
 * @param labels put on the container beside Persys' own
 * @param constraints labels that a node must have, with these values
 * @param stopGracePeriod from the stop signal to the kill
 * @param registryCredentials the name of a credential that the node's configuration holds; never the secret
 * @param healthCheck absent, and the image's own counts, if it has one
 * @param options what few containers need to say
 */
public record WorkloadSpec(
        String name,
        WorkloadType type,
        String image,
        List<String> command,
        List<String> args,
        List<String> entrypoint,
        Map<String, String> envVars,
        Resources resources,
        Limits limits,
        List<PortMapping> ports,
        List<VolumeMount> volumes,
        Optional<String> network,
        Optional<String> user,
        Optional<String> workingDir,
        RestartPolicy restartPolicy,
        Map<String, String> labels,
        Map<String, String> constraints,
        Duration stopGracePeriod,
        PullPolicy pullPolicy,
        Optional<String> registryCredentials,
        Optional<HealthCheck> healthCheck,
        @JsonUnwrapped ContainerOptions options) {

    /** The network of the node itself, by Docker's name. */
    private static final String HOST_NETWORK = "host";

    /** Docker's own. */
    public static final Duration DEFAULT_STOP_GRACE_PERIOD = Duration.ofSeconds(10);

    public WorkloadSpec {
        Present.value(type, "type");
        Present.value(resources, "resources");
        Present.value(limits, "limits");
        Present.value(network, "network");
        Present.value(user, "user");
        Present.value(workingDir, "workingDir");
        Present.value(restartPolicy, "restartPolicy");
        Present.value(stopGracePeriod, "stopGracePeriod");
        Present.value(pullPolicy, "pullPolicy");
        Present.value(registryCredentials, "registryCredentials");
        Present.value(healthCheck, "healthCheck");
        Present.value(options, "options");
        if (name == null || !Names.isDnsLabel(name)) {
            throw new IllegalArgumentException("not a workload name (a DNS label is wanted): " + name);
        }
        if (image == null || ImageReference.parse(image).isEmpty()) {
            throw new IllegalArgumentException("not an image reference: " + image);
        }
        if (stopGracePeriod.isNegative()) {
            throw new IllegalArgumentException("a grace period is not negative: " + stopGracePeriod);
        }
        if (!limits.allow(resources)) {
            throw new IllegalArgumentException("a limit is not below what is reserved: " + limits + ", " + resources);
        }
        command = Present.list(command, "command");
        args = Present.list(args, "args");
        entrypoint = Present.list(entrypoint, "entrypoint");
        envVars = Present.map(envVars, "envVars");
        ports = Present.list(ports, "ports");
        volumes = Present.list(volumes, "volumes");
        labels = Present.map(labels, "labels");
        constraints = Present.map(constraints, "constraints");
    }

    /** Without any of the {@code options}. */
    public WorkloadSpec(
            String name,
            WorkloadType type,
            String image,
            List<String> command,
            List<String> args,
            List<String> entrypoint,
            Map<String, String> envVars,
            Resources resources,
            Limits limits,
            List<PortMapping> ports,
            List<VolumeMount> volumes,
            Optional<String> network,
            Optional<String> user,
            Optional<String> workingDir,
            RestartPolicy restartPolicy,
            Map<String, String> labels,
            Map<String, String> constraints,
            Duration stopGracePeriod,
            PullPolicy pullPolicy,
            Optional<String> registryCredentials,
            Optional<HealthCheck> healthCheck) {
        this(
                name,
                type,
                image,
                command,
                args,
                entrypoint,
                envVars,
                resources,
                limits,
                ports,
                volumes,
                network,
                user,
                workingDir,
                restartPolicy,
                labels,
                constraints,
                stopGracePeriod,
                pullPolicy,
                registryCredentials,
                healthCheck,
                ContainerOptions.NONE);
    }

    /** A container of {@code image} with every optional field at its default. */
    public static WorkloadSpec of(String name, String image) {
        return new WorkloadSpec(
                name,
                WorkloadType.DOCKER_CONTAINER,
                image,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Resources.DEFAULT_REQUEST,
                Limits.NONE,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RestartPolicy.NEVER,
                Map.of(),
                Map.of(),
                DEFAULT_STOP_GRACE_PERIOD,
                PullPolicy.MISSING,
                Optional.empty(),
                Optional.empty());
    }

    /** Whether its node's agent restarts its container where that turns unhealthy. */
    public boolean restartsUnhealthy() {
        return healthCheck
                .filter(check -> check.onUnhealthy() == OnUnhealthy.RESTART)
                .isPresent();
    }

    /**
     * The node's ports that this workload must have for itself. With the node's own network a port of the container is one
     * of the node, and Docker publishes nothing.
     */
    public List<HostPort> hostPorts() {
        return network.filter(HOST_NETWORK::equals).isPresent()
                ? ports.stream()
                        .map(port -> new HostPort(port.container(), port.protocol()))
                        .distinct()
                        .toList()
                : ports.stream().flatMap(port -> port.hostPort().stream()).toList();
    }

    /** Without the environment, whose values are nobody's business in a log. */
    @Override
    public String toString() {
        return "WorkloadSpec[" + name + " " + image + " " + resources + " " + ports + " " + restartPolicy + "]";
    }
}
