package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.HealthCheck;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Present;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.RunId;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
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
 * @param options what few containers need to say
 * @param run which start of the generation's container this is; zero from a scheduler that counts none
 * @param previousStart when the container had been started last as this was ordered: one that still says so is to be
 *     started again, and any other start is this one
 * @param restarts how often it was restarted by its policy so far
 * @param restartAttempts how many of those were in a row
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
        Optional<HealthCheck> healthCheck,
        @JsonUnwrapped ContainerOptions options,
        Generation generation,
        Epoch epoch,
        ClusterId clusterId,
        Optional<String> requestId,
        long run,
        Optional<Instant> previousStart,
        int restarts,
        int restartAttempts) {

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
        Present.value(healthCheck, "healthCheck");
        Present.value(options, "options");
        Present.value(generation, "generation");
        Present.value(epoch, "epoch");
        Present.value(clusterId, "clusterId");
        Present.value(requestId, "requestId");
        Present.value(previousStart, "previousStart");
        command = Present.list(command, "command");
        args = Present.list(args, "args");
        entrypoint = Present.list(entrypoint, "entrypoint");
        envVars = Present.map(envVars, "envVars");
        ports = Present.list(ports, "ports");
        volumes = Present.list(volumes, "volumes");
        labels = Present.map(labels, "labels");
    }

    /** The first start of a container. */
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
                spec.healthCheck(),
                spec.options(),
                generation,
                epoch,
                clusterId,
                requestId,
                0,
                Optional.empty(),
                0,
                0);
    }

    /** The order for the start that {@code workload} wants now. */
    public static RunOrder of(Workload workload, Epoch epoch, ClusterId clusterId) {
        return of(workload.id(), workload.spec(), workload.generation(), epoch, clusterId, workload.requestId())
                .ofRun(
                        workload.run().number(),
                        workload.run().previousStart(),
                        workload.observed().restartCount(),
                        workload.observed().restartAttempts());
    }

    /** The same as that run of the container. */
    public RunOrder ofRun(long number, Optional<Instant> lastStart, int restartsBefore, int attemptsBefore) {
        return new RunOrder(
                workloadId,
                name,
                displayName,
                image,
                command,
                args,
                entrypoint,
                envVars,
                async,
                resources,
                limits,
                ports,
                volumes,
                network,
                user,
                workingDir,
                restartPolicy,
                labels,
                stopGracePeriod,
                pullPolicy,
                registryCredentials,
                healthCheck,
                options,
                generation,
                epoch,
                clusterId,
                requestId,
                number,
                lastStart,
                restartsBefore,
                attemptsBefore);
    }

    /** The same, which is given {@code values} beside its other variables: those of the secrets that it names. */
    public RunOrder withSecrets(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(envVars);
        all.putAll(values);
        return new RunOrder(
                workloadId,
                name,
                displayName,
                image,
                command,
                args,
                entrypoint,
                all,
                async,
                resources,
                limits,
                ports,
                volumes,
                network,
                user,
                workingDir,
                restartPolicy,
                labels,
                stopGracePeriod,
                pullPolicy,
                registryCredentials,
                healthCheck,
                options.withSecretEnv(Map.of()),
                generation,
                epoch,
                clusterId,
                requestId,
                run,
                previousStart,
                restarts,
                restartAttempts);
    }

    /** Which start this is about. */
    public RunId runId() {
        return new RunId(generation, run);
    }

    @Override
    public String toString() {
        return "RunOrder[" + workloadId + " " + displayName + " " + image + " " + runId() + " epoch " + epoch + "]";
    }
}
