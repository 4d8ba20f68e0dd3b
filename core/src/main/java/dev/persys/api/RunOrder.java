package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Present;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Body of {@code POST /docker/run}: one container, wanted on the node that gets this. Its text form never shows
 * the environment.
 *
 * @param name of the container: the workload's id
 * @param displayName the workload's name
 * @param resources reserved on the node
 * @param limits what Docker holds it to
 * @param async always true: the answer comes before Docker is touched
 */
public record RunOrder(
        WorkloadId workloadId,
        String name,
        String displayName,
        String image,
        List<String> command,
        List<String> args,
        List<String> entrypoint,
        Map<String, String> envVars,
        boolean async,
        Resources resources,
        Limits limits,
        List<PortMapping> ports,
        List<VolumeMount> volumes,
        Optional<String> network,
        Optional<String> user,
        Optional<String> workingDir,
        RestartPolicy restartPolicy,
        Map<String, String> labels,
        Duration stopGracePeriod,
        PullPolicy pullPolicy,
        Optional<String> registryCredentials,
        Generation generation,
        Epoch epoch,
        ClusterId clusterId,
        Optional<String> requestId) {

    public RunOrder {
        Present.value(workloadId, "workloadId");
        Present.value(name, "name");
        Present.value(displayName, "displayName");
        Present.value(image, "image");
        Present.value(resources, "resources");
        Present.value(limits, "limits");
        Present.value(network, "network");
        Present.value(user, "user");
        Present.value(workingDir, "workingDir");
        Present.value(restartPolicy, "restartPolicy");
        Present.value(stopGracePeriod, "stopGracePeriod");
        Present.value(pullPolicy, "pullPolicy");
        Present.value(registryCredentials, "registryCredentials");
        Present.value(generation, "generation");
        Present.value(epoch, "epoch");
        Present.value(clusterId, "clusterId");
        Present.value(requestId, "requestId");
        command = Present.list(command, "command");
        args = Present.list(args, "args");
        entrypoint = Present.list(entrypoint, "entrypoint");
        envVars = Present.map(envVars, "envVars");
        ports = Present.list(ports, "ports");
        volumes = Present.list(volumes, "volumes");
        labels = Present.map(labels, "labels");
    }

    public static RunOrder of(
            WorkloadId id,
            WorkloadSpec spec,
            Generation generation,
            Epoch epoch,
            ClusterId clusterId,
            Optional<String> requestId) {
        return new RunOrder(
                id,
                id.value(),
                spec.name(),
                spec.image(),
                spec.command(),
                spec.args(),
                spec.entrypoint(),
                spec.envVars(),
                true,
                spec.resources(),
                spec.limits(),
                spec.ports(),
                spec.volumes(),
                spec.network(),
                spec.user(),
                spec.workingDir(),
                spec.restartPolicy(),
                spec.labels(),
                spec.stopGracePeriod(),
                spec.pullPolicy(),
                spec.registryCredentials(),
                generation,
                epoch,
                clusterId,
                requestId);
    }

    @Override
    public String toString() {
        return "RunOrder[" + workloadId + " " + displayName + " " + image + " generation " + generation + " epoch "
                + epoch + "]";
    }
}
