package dev.persys.lifecycle;

import dev.persys.model.ClusterId;
import dev.persys.model.ContainerReport;
import dev.persys.model.Foreign;
import dev.persys.model.Health;
import dev.persys.model.HostPort;
import dev.persys.model.Limits;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The sentences for people that more than one transition needs. */
public final class Sentences {
    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;
    private static final int HIGHEST_SIGNAL = 64;
    private static final int ALMOST_A_SECOND = 999;
    private static final String PORT = "port ";

    private Sentences() {}

    /** @param limits what the container was held to */
    static String ended(ContainerReport report, Limits limits) {
        if (report.oomKilled()) {
            return limits.memoryMib()
                    .map(limit -> "killed by the kernel: it needed more than its memory limit of " + limit
                            + " MiB; give it a higher one (limits.memory)")
                    .orElse(
                            "killed by the kernel: it has no memory limit and the node's memory ran out; reserve what it"
                                    + " needs (resources.memory)");
        }
        int code = report.exitCode().orElse(0);
        String signal = code > SIGNAL_BASE && code <= SIGNAL_BASE + HIGHEST_SIGNAL
                ? " (signal " + (code - SIGNAL_BASE) + (code - SIGNAL_BASE == SIGKILL ? ", killed" : "") + ")"
                : "";
        return "exited with code " + code + signal;
    }

    /** @param health of one that runs, where it is checked */
    static String running(Optional<Health> health) {
        if (health.isEmpty()) {
            return "running";
        }
        int failures = health.get().failures();
        return switch (health.get().status()) {
            case NONE -> "running";
            case STARTING -> "running; its health check has not succeeded yet";
            case HEALTHY -> "running, and its health check succeeds";
            case UNHEALTHY ->
                with(
                        "running, and its health check failed"
                                + (failures > 1 ? " " + failures + " times in a row" : ""),
                        health.get().message());
        };
    }

    /**
     * Why {@code observed} is as it is. What is tried again says behind that, and a semicolon, when: of what is not going
     * to be tried after all, only the first is true.
     */
    static String cause(Observation observed) {
        boolean saysWhatFollows = observed.retry().isPresent()
                || observed.status() == WorkloadStatus.RESTARTING
                || observed.status() == WorkloadStatus.MISSING;
        int end = observed.message().lastIndexOf("; ");
        return saysWhatFollows && end > 0 ? observed.message().substring(0, end) : observed.message();
    }

    /** What is so, and where there is more to say, that behind it. */
    static String followed(String what, String more) {
        return more.isEmpty() ? what : what + "; " + more;
    }

    /** What is done, and where that does not go well, what is in its way. */
    static String with(String what, String trouble) {
        return trouble.isEmpty() ? what : what + ": " + trouble;
    }

    /** Up to the first semicolon, which others may follow. */
    static String portInUse(HostPort port, NodeId node) {
        return PORT + port + " is in use on " + node + " by something that Persys did not start";
    }

    /** @param why the agent's own words, which name the setting */
    static String notAllowed(NodeId node, String why) {
        return "not allowed on " + node + ": " + why;
    }

    /** @param said before; where that is of the port that is in use, it still holds */
    static String portStillInUse(String said, PlacementSummary why, Workload workload, Duration until) {
        String what = unplaceable(why, workload);
        if (said.startsWith(PORT)) {
            int end = said.indexOf("; ");
            what = (end < 0 ? said : said.substring(0, end))
                    + (why.nodesConsidered() > 1 ? "; no other node fits" : "");
        }
        long seconds = until.plusMillis(ALMOST_A_SECOND).toSeconds();
        return what + "; tried again in " + Math.max(1, seconds) + " s";
    }

    /** Why nothing was found for {@code workload}, of all nodes that were looked at. */
    public static String unplaceable(PlacementSummary why, Workload workload) {
        if (why.nodesConsidered() == 0) {
            return "the cluster has no node yet; start an agent";
        }
        String vetoes = why.vetoes().entrySet().stream()
                .map(veto -> veto.getValue() + " " + Shortage.of(veto.getKey(), workload))
                .collect(Collectors.joining(", "));
        return "none of " + why.nodesConsidered() + " nodes fits: " + vetoes;
    }

    /** What a node has beside its records. */
    static String held(NodeSignal.OrphansHeld held) {
        String of = " of its " + held.containers() + " containers";
        if (held.orphans() == 0) {
            return held.ahead() + of + " are newer than their records";
        }
        return held.orphans() + of + " have no record"
                + (held.ahead() == 0 ? "" : " and " + held.ahead() + " are newer than theirs");
    }

    /** What is on a node of clusters that are not this one. */
    static String foreign(List<Foreign> found) {
        int count = found.stream().mapToInt(Foreign::containers).sum();
        boolean isOne = found.size() == 1;
        String clusters = found.stream().map(each -> each.cluster().value()).collect(Collectors.joining(", "));
        return counted(count, "container") + (isOne ? " of another cluster (" : " of other clusters (") + clusters
                + ") "
                + (count == 1 ? "stays" : "stay") + " there and may hold ports. "
                + (isOne
                        ? "That cluster may be alive: then leave them to it. If it is this one under"
                        : "They may be alive: then leave theirs to them. If one is this one under")
                + " a former state store, put that store back. Only what is of a cluster that is gone for good, remove on"
                + " the node: docker rm --force $(docker ps --all --quiet --filter label=" + ClusterId.LABEL + "="
                + (isOne ? clusters : "ID") + ")";
    }

    /** In its largest unit of which there are two at least, such as {@code 4 days} or {@code 100 minutes}. */
    static String roughly(Duration span) {
        Duration positive = span.isNegative() ? Duration.ZERO : span;
        if (positive.toDays() >= 2) {
            return counted(positive.toDays(), "day");
        } else if (positive.toHours() >= 2) {
            return counted(positive.toHours(), "hour");
        } else if (positive.toMinutes() >= 2) {
            return counted(positive.toMinutes(), "minute");
        }
        return counted(positive.toSeconds(), "second");
    }

    /** In the largest unit that loses nothing, down to milliseconds. */
    static String exactly(Duration span) {
        if (span.isZero()) {
            return counted(0, "second");
        } else if (span.equals(Duration.ofDays(span.toDays()))) {
            return counted(span.toDays(), "day");
        } else if (span.equals(Duration.ofHours(span.toHours()))) {
            return counted(span.toHours(), "hour");
        } else if (span.equals(Duration.ofMinutes(span.toMinutes()))) {
            return counted(span.toMinutes(), "minute");
        } else if (span.equals(Duration.ofSeconds(span.toSeconds()))) {
            return counted(span.toSeconds(), "second");
        }
        return counted(span.toMillis(), "millisecond");
    }

    private static String counted(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
