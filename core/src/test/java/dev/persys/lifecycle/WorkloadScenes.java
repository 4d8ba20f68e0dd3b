package dev.persys.lifecycle;

import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.HostPort;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.RestartPolicy;
import dev.persys.model.RunId;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Workloads in every state that they can be in, each reached by signals, and signals of every kind. */
final class WorkloadScenes {
    static final WorkloadId ID = WorkloadId.of("6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c");
    static final NodeId HERE = NodeId.of("here");
    static final NodeId THERE = NodeId.of("there");
    static final HostPort PORT = new HostPort(8080, Protocol.TCP);
    static final Instant THEN = Instant.parse("2026-01-02T03:00:00Z");
    static final Instant NOW = THEN.plusSeconds(60);

    static final PlacementSummary FITS = new PlacementSummary(
            THEN, "best-fit", 2, Optional.of(new PlacementSummary.Candidate(HERE, 1)), List.of(), Map.of());
    static final PlacementSummary FITS_NOT =
            new PlacementSummary(THEN, "best-fit", 2, Optional.empty(), List.of(), Map.of("cpu", 2));

    /**
     * What a table calls a status; {@code waiting} is Restarting by the scheduler's hand, after a back-off, and {@code
     * held} is Pending where a node has the container that is to be started again.
     */
    static final List<String> STATES = List.of(
            "pending",
            "held",
            "scheduled",
            "pulling",
            "starting",
            "running",
            "restarting",
            "waiting",
            "missing",
            "unknown",
            "lost",
            "exited",
            "failed",
            "stopped");

    private static final Optional<String> REQUEST = Optional.of("request");

    private WorkloadScenes() {}

    /**
     * Every state by its name that is reachable with {@code desired}. Wanted stopped or deleted, a workload is never
     * pending, held or waiting, and wanted stopped it is never missing: it is stopped or gone at once.
     */
    static Map<String, Workload> reachable(Desired desired) {
        Map<String, Workload> wanted = wantedRunning();
        Map<String, Workload> states = new LinkedHashMap<>();
        for (String name : STATES) {
            Workload running = wanted.get(name);
            Workload state = switch (desired) {
                case RUNNING -> running;
                case STOPPED -> after(running, new WorkloadSignal.StopAsked(REQUEST));
                case DELETED ->
                    name.equals("pending") ? running : after(running, new WorkloadSignal.DeleteAsked(REQUEST, false));
            };
            if (state.desired() == desired && name.equals(nameOf(state))) {
                states.put(name, state);
            }
        }
        return states;
    }

    private static Map<String, Workload> wantedRunning() {
        WorkloadSignal.Placed placed = new WorkloadSignal.Placed(HERE, FITS);
        Workload first = after(accepted(RestartPolicy.of("on-failure:2")), placed);
        Workload pending = after(
                after(first, new WorkloadSignal.RestartAsked(Optional.empty())), new WorkloadSignal.NodeRemoved(HERE));
        Workload scheduled = after(pending, placed);
        Workload running = after(scheduled, seen(scheduled, ContainerPhase.RUNNING, 0));
        Map<String, Workload> states = new LinkedHashMap<>();
        states.put("pending", pending);
        states.put("scheduled", scheduled);
        states.put("pulling", after(scheduled, seen(scheduled, ContainerPhase.PULLING, 0)));
        states.put("starting", after(scheduled, seen(scheduled, ContainerPhase.STARTING, 0)));
        states.put("running", running);
        states.put("restarting", after(running, seen(running, ContainerPhase.RESTARTING, 1)));
        states.put("waiting", after(running, seen(running, ContainerPhase.EXITED, 1)));
        states.put("missing", after(running, new WorkloadSignal.Absent(HERE)));
        states.put("unknown", after(running, new WorkloadSignal.NodeSilent(HERE, "no heartbeat")));
        states.put("lost", after(running, new WorkloadSignal.NodeLost(HERE)));
        states.put("exited", after(running, seen(running, ContainerPhase.EXITED, 0)));
        WorkloadSignal.Seen last = seen(running, ContainerPhase.EXITED, 1);
        long run = running.run().number();
        states.put(
                "failed",
                after(running, new WorkloadSignal.Seen(HERE, last.report().ofRun(run, 2, 2))));
        Workload stopping = after(running, new WorkloadSignal.StopAsked(REQUEST));
        Workload stopped = after(stopping, seen(stopping, ContainerPhase.EXITED, 143));
        states.put("stopped", stopped.withDesired(Desired.RUNNING, REQUEST));
        states.put("held", after(stopped, new WorkloadSignal.StartAsked(REQUEST)));
        return states;
    }

    static Workload accepted(RestartPolicy policy) {
        WorkloadSpec plain = WorkloadSpec.of("web", "nginx");
        return Workload.accepted(ID, withPolicy(plain, policy), Optional.empty(), Optional.empty(), THEN);
    }

    /** On a port of the node. */
    static Workload publishing(RestartPolicy policy) {
        return Workload.accepted(
                ID,
                withPort(WorkloadSpec.of("web", "nginx"), policy, List.of()),
                Optional.empty(),
                Optional.empty(),
                THEN);
    }

    static WorkloadSpec withPort(WorkloadSpec spec, RestartPolicy policy, List<VolumeMount> volumes) {
        return with(
                spec,
                List.of(new PortMapping(Optional.empty(), 80, Optional.of(PORT.port()), PORT.protocol())),
                volumes,
                policy);
    }

    static WorkloadSpec withPolicy(WorkloadSpec spec, RestartPolicy policy) {
        return with(spec, spec.ports(), spec.volumes(), policy);
    }

    private static WorkloadSpec with(
            WorkloadSpec spec, List<PortMapping> ports, List<VolumeMount> volumes, RestartPolicy policy) {
        return new WorkloadSpec(
                spec.name(),
                spec.type(),
                spec.image(),
                spec.command(),
                spec.args(),
                spec.entrypoint(),
                spec.envVars(),
                spec.resources(),
                spec.limits(),
                ports,
                volumes,
                spec.network(),
                spec.user(),
                spec.workingDir(),
                policy,
                spec.labels(),
                spec.constraints(),
                spec.stopGracePeriod(),
                spec.pullPolicy(),
                spec.registryCredentials(),
                Optional.empty());
    }

    static WorkloadSpec withImage(WorkloadSpec spec, String image) {
        return withPolicy(WorkloadSpec.of(spec.name(), image), spec.restartPolicy());
    }

    /** The state's name in a table. */
    static String nameOf(Workload workload) {
        if (workload.run().heldBy().isPresent()) {
            return "held";
        }
        return WorkloadLifecycle.awaitsRetry(workload)
                        && !workload.status().text().equals("Missing")
                ? "waiting"
                : workload.status().text().toLowerCase(java.util.Locale.ROOT);
    }

    /** The record after a signal that changes it, at {@link #THEN}. */
    static Workload after(Workload workload, WorkloadSignal signal) {
        Outcome outcome = WorkloadLifecycle.on(workload, signal, THEN);
        return outcome instanceof Outcome.Changed changed ? changed.next().orElseThrow() : workload;
    }

    /** A report of the container in the run that is wanted, from the node where it is. */
    static WorkloadSignal.Seen seen(Workload workload, ContainerPhase phase, int exitCode) {
        return new WorkloadSignal.Seen(HERE, report(workload.runId(), phase, exitCode));
    }

    /** As an agent makes it that knows the run; each run has a start of its own. */
    static ContainerReport report(RunId run, ContainerPhase phase, int exitCode) {
        Set<ContainerPhase> containers = EnumSet.of(
                ContainerPhase.RUNNING,
                ContainerPhase.PAUSED,
                ContainerPhase.RESTARTING,
                ContainerPhase.RENAMED,
                ContainerPhase.EXITED);
        boolean ended = phase == ContainerPhase.EXITED || phase == ContainerPhase.RESTARTING;
        boolean exists = containers.contains(phase);
        Instant started = THEN.plusMillis(run.run());
        return new ContainerReport(
                ID,
                run.generation(),
                phase,
                switch (phase) {
                    case PULL_FAILED, START_REFUSED, UNUSABLE -> "no such thing";
                    case RENAMED -> "renamed to other";
                    default -> "";
                },
                exists ? Optional.of("c0ffee") : Optional.empty(),
                ended ? Optional.of(exitCode) : Optional.empty(),
                false,
                phase == ContainerPhase.RESTARTING ? 1 : 0,
                exists ? Optional.of(started) : Optional.empty(),
                ended ? Optional.of(started.plusSeconds(1)) : Optional.empty(),
                exists && !ended ? List.of(new PublishedPort(80, Protocol.TCP, 8080)) : List.of(),
                Optional.empty(),
                Optional.empty(),
                run.run(),
                0,
                Optional.empty(),
                Optional.empty());
    }
}
