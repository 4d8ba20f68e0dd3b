package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Desired;
import dev.persys.model.ExtraHost;
import dev.persys.model.Generation;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.Limits;
import dev.persys.model.Newer;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PortMapping;
import dev.persys.model.Present;
import dev.persys.model.PublishedPort;
import dev.persys.model.PullPolicy;
import dev.persys.model.PullProgress;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Retry;
import dev.persys.model.Run;
import dev.persys.model.SpecVersions;
import dev.persys.model.Tmpfs;
import dev.persys.model.Ulimit;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.model.WorkloadType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of a workload, flat: its record as it is stored, and what routes show of it, which is the same with more or
 * less of it left out ({@link Form}). What is left out of a record is what it is for a workload that says nothing of it.
 *
 * @param publishedPorts as Docker published them; {@code ports} are those that were asked for
 * @param limits in a record of version 1 there are none: see {@link #limitsOfVersion1}
 * @param hostname with those up to {@code dns} one of {@link ContainerOptions}, left out where it says nothing
 * @param restartAttempts only in a record, as are {@code awaitsRetry}, {@code previousStart}, {@code heldBy}, {@code
 *     outputDue}, {@code removeVolumes}, {@code containerVersion}, {@code madeFrom}, {@code idempotencyKey}, {@code idempotencyCaller} and {@code version}
 * @param revision only where it is shown
 * @param progress only where it is shown
 * @param others fields that this version does not know
 */
record WorkloadFields(
        WorkloadId id,
        String name,
        Optional<WorkloadType> type,
        String image,
        @JsonInclude(JsonInclude.Include.ALWAYS) Optional<NodeId> nodeId,
        WorkloadStatus status,
        Desired desired,
        Instant statusSince,
        Optional<List<PublishedPort>> publishedPorts,
        Reason reason,
        String message,
        Optional<Integer> exitCode,
        Optional<Boolean> oomKilled,
        Optional<Integer> restartCount,
        Optional<Integer> restartAttempts,
        Optional<String> containerId,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        Optional<Boolean> awaitsRetry,
        Optional<Long> specVersion,
        Optional<Long> containerVersion,
        Optional<ChangeFields> change,
        Optional<String> madeFrom,
        Optional<Map<String, Long>> secretVersions,
        Optional<Health> health,
        Optional<Retry> retry,
        Generation generation,
        Optional<Long> run,
        Optional<Instant> previousStart,
        Optional<NodeId> heldBy,
        Optional<Boolean> outputDue,
        Optional<Boolean> neverStarted,
        Optional<Boolean> removeVolumes,
        Optional<List<String>> command,
        Optional<List<String>> args,
        Optional<List<String>> entrypoint,
        Optional<Map<String, String>> envVars,
        Optional<Resources> resources,
        Optional<Limits> limits,
        Optional<List<PortMapping>> ports,
        Optional<List<VolumeMount>> volumes,
        Optional<String> network,
        Optional<String> user,
        Optional<String> workingDir,
        Optional<RestartPolicy> restartPolicy,
        Optional<Map<String, String>> labels,
        Optional<Map<String, String>> constraints,
        Optional<Duration> stopGracePeriod,
        Optional<PullPolicy> pullPolicy,
        Optional<String> registryCredentials,
        Optional<HealthCheck> healthCheck,
        Optional<String> hostname,
        Optional<Boolean> init,
        Optional<Boolean> readOnly,
        Optional<List<Tmpfs>> tmpfs,
        Optional<List<String>> capAdd,
        Optional<List<String>> capDrop,
        Optional<List<Ulimit>> ulimits,
        Optional<List<ExtraHost>> extraHosts,
        Optional<String> stopSignal,
        Optional<List<String>> dns,
        Optional<Boolean> stdinOpen,
        Optional<Boolean> tty,
        Optional<Boolean> startAttached,
        Optional<Boolean> autoRemove,
        Optional<Map<String, String>> secretEnv,
        Optional<String> logs,
        Optional<PlacementSummary> placement,
        Optional<String> idempotencyKey,
        Optional<String> idempotencyCaller,
        Optional<String> requestId,
        Optional<String> owner,
        Instant createdAt,
        Optional<Integer> version,
        Optional<Long> revision,
        Optional<PullProgress> progress,
        @JsonAnySetter @JsonAnyGetter Map<String, Object> others) {

    /** Of the records that this version writes: 2 since there are limits. */
    static final int VERSION = 2;

    /** Whatever is not said of a workload is as it is of this one. */
    private static final WorkloadSpec PLAIN = WorkloadSpec.of("plain", "plain");

    /** How much is written. */
    enum Form {
        /** A record: all but what is as it is by default. */
        STORED,
        /** One workload, with all of it written out. */
        SHOWN,
        /** One of many: without its environment, the end of its output, and why it is where it is. */
        LISTED;

        /** {@code value}, if it has to be written. */
        <T> Optional<T> unless(T usual, T value) {
            return this == STORED && value.equals(usual) ? Optional.empty() : Optional.of(value);
        }

        /** {@code value}, which is between a scheduler and its record: nobody who reads can use it, or may. */
        <T> Optional<T> inner(Optional<T> value) {
            return this == STORED ? value : Optional.empty();
        }
    }

    WorkloadFields {
        Present.value(id, "id");
        Present.value(name, "name");
        Present.value(image, "image");
        Present.value(status, "status");
        Present.value(desired, "desired");
        Present.value(statusSince, "statusSince");
        Present.value(reason, "reason");
        Present.value(message, "message");
        Present.value(generation, "generation");
        Present.value(createdAt, "createdAt");
        others = others == null ? Map.of() : others;
    }

    static WorkloadFields stored(Workload workload) {
        return of(workload, Form.STORED, Optional.empty(), Optional.empty());
    }

    static WorkloadFields of(WorkloadView view, Form form) {
        return of(view.workload(), form, Optional.of(view.revision()), view.progress());
    }

    private static WorkloadFields of(
            Workload workload, Form form, Optional<Long> revision, Optional<PullProgress> progress) {
        WorkloadSpec spec = workload.spec();
        SpecVersions versions = workload.versions();
        ContainerOptions options = spec.options();
        Observation seen = workload.observed();
        boolean whole = form != Form.LISTED;
        return new WorkloadFields(
                workload.id(),
                spec.name(),
                Optional.of(spec.type()),
                spec.image(),
                workload.nodeId(),
                seen.status(),
                workload.desired(),
                seen.since(),
                form.unless(List.of(), seen.ports()),
                seen.reason(),
                seen.message(),
                seen.exitCode(),
                form.unless(false, seen.oomKilled()),
                form.unless(0, seen.restartCount()),
                form.inner(form.unless(0, seen.restartAttempts())),
                seen.containerId(),
                seen.startedAt(),
                seen.finishedAt(),
                form.inner(form.unless(false, seen.awaitsRetry())),
                form.unless(1L, versions.current()),
                form.inner(form.unless(versions.current(), versions.ofContainer())),
                versions.change().map(change -> ChangeFields.of(change, form)),
                form.inner(versions.madeFrom()),
                said(Map.of(), versions.secrets()),
                seen.health(),
                seen.retry(),
                workload.generation(),
                form.unless(0L, workload.run().number()),
                form.inner(workload.run().previousStart()),
                form.inner(workload.run().heldBy()),
                form.inner(form.unless(false, workload.run().outputDue())),
                form.inner(form.unless(false, workload.run().neverStarted())),
                form.inner(form.unless(false, workload.removeVolumes())),
                form.unless(PLAIN.command(), spec.command()),
                form.unless(PLAIN.args(), spec.args()),
                form.unless(PLAIN.entrypoint(), spec.entrypoint()),
                form.unless(PLAIN.envVars(), spec.envVars()).filter(all -> whole),
                form.unless(PLAIN.resources(), spec.resources()),
                form.unless(PLAIN.limits(), spec.limits()),
                form.unless(PLAIN.ports(), spec.ports()),
                form.unless(PLAIN.volumes(), spec.volumes()),
                spec.network(),
                spec.user(),
                spec.workingDir(),
                form.unless(PLAIN.restartPolicy(), spec.restartPolicy()),
                form.unless(PLAIN.labels(), spec.labels()),
                form.unless(PLAIN.constraints(), spec.constraints()),
                form.unless(PLAIN.stopGracePeriod(), spec.stopGracePeriod()),
                form.unless(PLAIN.pullPolicy(), spec.pullPolicy()),
                spec.registryCredentials(),
                spec.healthCheck(),
                options.hostname(),
                said(false, options.init()),
                said(false, options.readOnly()),
                said(List.of(), options.tmpfs()),
                said(List.of(), options.capAdd()),
                said(List.of(), options.capDrop()),
                said(List.of(), options.ulimits()),
                said(List.of(), options.extraHosts()),
                options.stopSignal(),
                said(List.of(), options.dns()),
                said(false, options.stdinOpen()),
                said(false, options.tty()),
                said(false, options.startAttached()),
                said(false, options.autoRemove()),
                said(Map.of(), options.secretEnv()),
                Optional.of(workload.logs()).filter(all -> whole),
                workload.placement().filter(all -> whole),
                form.inner(workload.idempotencyKey().map(IdempotencyKey::key)),
                form.inner(workload.idempotencyKey().flatMap(IdempotencyKey::caller)),
                workload.requestId(),
                workload.owner(),
                workload.createdAt(),
                form.inner(Optional.of(Math.max(VERSION, workload.newer().version()))),
                revision,
                progress,
                form == Form.STORED ? workload.newer().fields() : Map.of());
    }

    /** In every form: few workloads have one of these, and a list of many would be full of what they do not say. */
    private static <T> Optional<T> said(T usual, T value) {
        return value.equals(usual) ? Optional.empty() : Optional.of(value);
    }

    /** Fails with {@link IllegalArgumentException} where a field holds what none can. */
    Workload workload() {
        return new Workload(
                id,
                spec(),
                new SpecVersions(
                        specVersion.orElse(1L),
                        containerVersion.or(() -> specVersion).orElse(1L),
                        change.map(ChangeFields::change),
                        madeFrom,
                        secretVersions.orElse(Map.of())),
                desired,
                generation,
                new Run(
                        run.orElse(0L),
                        previousStart,
                        heldBy,
                        outputDue.orElse(false),
                        // A version that does not know the word hands it on as it was, whatever it has seen since.
                        neverStarted.orElse(false) && startedAt.isEmpty() && previousStart.isEmpty()),
                nodeId,
                new Observation(
                        status,
                        statusSince,
                        reason,
                        message,
                        exitCode,
                        oomKilled.orElse(false),
                        restartCount.orElse(0),
                        restartAttempts.orElse(0),
                        containerId,
                        startedAt,
                        finishedAt,
                        publishedPorts.orElse(List.of()),
                        awaitsRetry.orElse(false),
                        health,
                        retry),
                removeVolumes.orElse(false),
                logs.orElse(""),
                placement,
                idempotencyKey.map(key -> new IdempotencyKey(idempotencyCaller, key)),
                requestId,
                owner,
                createdAt,
                newer(version, others));
    }

    /** What a record holds beside the fields that are known. */
    static Newer newer(Optional<Integer> version, Map<String, Object> others) {
        int newer = version.filter(written -> written > VERSION).orElse(0);
        return newer == 0 && others.isEmpty() ? Newer.NONE : new Newer(newer, others);
    }

    private WorkloadSpec spec() {
        Resources reserved = resources.orElse(PLAIN.resources());
        return new WorkloadSpec(
                name,
                type.orElse(PLAIN.type()),
                image,
                command.orElse(PLAIN.command()),
                args.orElse(PLAIN.args()),
                entrypoint.orElse(PLAIN.entrypoint()),
                envVars.orElse(PLAIN.envVars()),
                reserved,
                limits.orElseGet(() -> version.orElse(1) > 1 ? PLAIN.limits() : limitsOfVersion1(reserved)),
                ports.orElse(PLAIN.ports()),
                volumes.orElse(PLAIN.volumes()),
                network,
                user,
                workingDir,
                restartPolicy.orElse(PLAIN.restartPolicy()),
                labels.orElse(PLAIN.labels()),
                constraints.orElse(PLAIN.constraints()),
                stopGracePeriod.orElse(PLAIN.stopGracePeriod()),
                pullPolicy.orElse(PLAIN.pullPolicy()),
                registryCredentials,
                healthCheck,
                ContainerOptions.of(
                        hostname,
                        init,
                        readOnly,
                        tmpfs,
                        capAdd,
                        capDrop,
                        ulimits,
                        extraHosts,
                        stopSignal,
                        dns,
                        stdinOpen,
                        tty,
                        startAttached,
                        autoRemove,
                        secretEnv));
    }

    /**
     * Version 1 held every workload to what it reserved. Its memory stays a limit where it was asked for; the default,
     * which is not told from having been asked for, and processing power are limits no more.
     */
    private static Limits limitsOfVersion1(Resources reserved) {
        return reserved.memoryMib() == PLAIN.resources().memoryMib()
                ? Limits.NONE
                : Limits.memory(reserved.memoryMib());
    }
}
