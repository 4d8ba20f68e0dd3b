package dev.persys.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node's agent says of one workload's container.
 *
 * @param generation from the container's label, or of the order being carried out
 * @param message Docker's own words where something failed; otherwise empty
 * @param oomKilled whether it ended because the kernel killed it for want of memory
 * @param restartCount how often it was restarted by its policy since somebody asked for a start
 * @param health of the health check, in the words of Docker; absent where nothing is checked, or nothing runs
 * @param progress while {@link ContainerPhase#PULLING}
 * @param run of the order by which it was started, or that is being carried out; zero where the agent knows the container
 *     from its labels alone, and then its counts are not known either
 * @param restartAttempts how many of those restarts were in a row, without a long life between
 * @param probed what is behind {@code health}; absent from an older agent
 * @param next what the agent tries again by itself; absent where it does not, and from an older agent
 * @param portInUse what a start was refused for, where that was a port of the node which something else has; otherwise
 *     absent, and from an older agent
 * @param notAllowed what it asks for that the settings of its node do not allow, where a start was refused for that;
 *     otherwise absent, and from an older agent
 */
public record ContainerReport(
        WorkloadId workloadId,
        Generation generation,
        ContainerPhase phase,
        String message,
        Optional<String> containerId,
        Optional<Integer> exitCode,
        boolean oomKilled,
        int restartCount,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        List<PublishedPort> ports,
        Optional<String> health,
        Optional<PullProgress> progress,
        long run,
        int restartAttempts,
        Optional<Probed> probed,
        Optional<Attempt> next,
        Optional<HostPort> portInUse,
        Optional<String> notAllowed) {
    /** The longest message that is kept, in characters: Docker's refusals are a line or two. */
    private static final int MAX_MESSAGE = 8 * 1024;

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    /** Docker's ids are 64 characters, and the words of a health check one. */
    private static final int MAX_WORD = 256;

    public ContainerReport {
        Present.value(workloadId, "workloadId");
        Present.value(generation, "generation");
        Present.value(phase, "phase");
        Present.value(exitCode, "exitCode");
        Present.value(startedAt, "startedAt");
        Present.value(finishedAt, "finishedAt");
        Present.value(progress, "progress");
        Present.value(probed, "probed");
        Present.value(next, "next");
        Present.value(portInUse, "portInUse");
        Present.value(notAllowed, "notAllowed");
        startedAt.ifPresent(ContainerReport::checkYear);
        finishedAt.ifPresent(ContainerReport::checkYear);
        message = Present.beginning(message, MAX_MESSAGE, "message");
        Present.value(containerId, "containerId").ifPresent(id -> Present.text(id, MAX_WORD, "containerId"));
        Present.value(health, "health").ifPresent(word -> Present.text(word, MAX_WORD, "health"));
        ports = Present.list(ports, "ports");
    }

    /** Of what neither a port nor its node's settings are in the way of. */
    public ContainerReport(
            WorkloadId workloadId,
            Generation generation,
            ContainerPhase phase,
            String message,
            Optional<String> containerId,
            Optional<Integer> exitCode,
            boolean oomKilled,
            int restartCount,
            Optional<Instant> startedAt,
            Optional<Instant> finishedAt,
            List<PublishedPort> ports,
            Optional<String> health,
            Optional<PullProgress> progress,
            long run,
            int restartAttempts,
            Optional<Probed> probed,
            Optional<Attempt> next) {
        this(
                workloadId,
                generation,
                phase,
                message,
                containerId,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                run,
                restartAttempts,
                probed,
                next,
                Optional.empty(),
                Optional.empty());
    }

    /** Times are counted with: one that a clock cannot show would overflow somewhere. */
    private static void checkYear(Instant time) {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
            throw new IllegalArgumentException("a time of a container is between the years 1970 and 9999: " + time);
        }
    }

    /** Which run of which container this is about, as far as the agent knows. */
    public RunId runId() {
        return new RunId(generation, run);
    }

    /** The same of that run, with what is counted of it. */
    public ContainerReport ofRun(long number, int restarts, int attempts) {
        return new ContainerReport(
                workloadId,
                generation,
                phase,
                message,
                containerId,
                exitCode,
                oomKilled,
                restarts,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                number,
                attempts,
                probed,
                next,
                portInUse,
                notAllowed);
    }

    /** The same in other words. */
    public ContainerReport as(ContainerPhase other, String words) {
        return new ContainerReport(
                workloadId,
                generation,
                other,
                words,
                containerId,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                run,
                restartAttempts,
                probed,
                next,
                portInUse,
                notAllowed);
    }

    /** The same, and that the agent tries again by itself. */
    public ContainerReport trying(Attempt attempt) {
        return new ContainerReport(
                workloadId,
                generation,
                phase,
                message,
                containerId,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                run,
                restartAttempts,
                probed,
                Optional.of(attempt),
                portInUse,
                notAllowed);
    }

    /** The same of a start that was refused because something else has that port of the node. */
    public ContainerReport withPortInUse(HostPort port) {
        return new ContainerReport(
                workloadId,
                generation,
                phase,
                message,
                containerId,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                run,
                restartAttempts,
                probed,
                next,
                Optional.of(port),
                notAllowed);
    }

    /** The same of a start that was refused because the node's settings do not allow that. */
    public ContainerReport withNotAllowed(String what) {
        return new ContainerReport(
                workloadId,
                generation,
                phase,
                message,
                containerId,
                exitCode,
                oomKilled,
                restartCount,
                startedAt,
                finishedAt,
                ports,
                health,
                progress,
                run,
                restartAttempts,
                probed,
                next,
                portInUse,
                Optional.of(what));
    }

    /** How its health stands; empty where nothing is checked. */
    public Optional<Health> checked() {
        return health.map(HealthStatus::of)
                .filter(status -> status != HealthStatus.NONE)
                .map(status -> new Health(
                        status,
                        probed.map(Probed::failures).orElse(0),
                        probed.map(Probed::message).orElse("")));
    }

    /** A report with no container behind it. */
    public static ContainerReport of(WorkloadId id, Generation generation, ContainerPhase phase, String message) {
        return new ContainerReport(
                id,
                generation,
                phase,
                message,
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }
}
