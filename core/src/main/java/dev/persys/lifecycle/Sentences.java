package dev.persys.lifecycle;

import dev.persys.model.ContainerReport;
import dev.persys.model.PlacementSummary;
import java.util.stream.Collectors;

/** The sentences for people that more than one transition needs. */
final class Sentences {
    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;
    private static final int HIGHEST_SIGNAL = 64;

    private Sentences() {}

    static String ended(ContainerReport report) {
        if (report.oomKilled()) {
            return "killed by the kernel: it used more memory than it asked for; ask for more";
        }
        int code = report.exitCode().orElse(0);
        String signal = code > SIGNAL_BASE && code <= SIGNAL_BASE + HIGHEST_SIGNAL
                ? " (signal " + (code - SIGNAL_BASE) + (code - SIGNAL_BASE == SIGKILL ? ", killed" : "") + ")"
                : "";
        return "exited with code " + code + signal;
    }

    static String unplaceable(PlacementSummary why) {
        if (why.nodesConsidered() == 0) {
            return "the cluster has no node yet; start an agent";
        }
        String vetoes = why.vetoes().entrySet().stream()
                .map(veto -> veto.getValue() + " × " + veto.getKey())
                .collect(Collectors.joining(", "));
        return "none of " + why.nodesConsidered() + " nodes fits: " + vetoes;
    }
}
