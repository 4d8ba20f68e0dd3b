package dev.persys.cli.verb;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.Table;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.cli.verb.WorkloadWatch.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says how a wait ended, and what to do about a bad end. */
final class Outcomes {
    private static final int LAST_LINES = 10;
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(5);

    private final SchedulerApi api;
    private final Progress progress;

    Outcomes(SchedulerApi api, Progress progress) {
        this.api = api;
        this.progress = progress;
    }

    /**
     * What the verb exits with.
     *
     * @throws Failure where the goal was not reached
     */
    ExitCode report(SeenWorkload known, Outcome outcome, Goal goal) {
        progress.clear();
        if (outcome instanceof Outcome.Reached) {
            return ExitCode.OK;
        } else if (outcome instanceof Outcome.Missed missed) {
            throw failed(missed.workload());
        } else if (outcome instanceof Outcome.TimedOut late) {
            throw late(late.workload());
        }
        if (goal == Goal.REMOVED) {
            return ExitCode.OK;
        }
        throw new Failure(ExitCode.FAILED, called(known) + " was removed meanwhile");
    }

    /** The line with which somebody who interrupts is left. */
    static String goesOn(SeenWorkload workload) {
        return called(workload) + " goes on without you: persys ps shows it, persys rm " + workload.name()
                + " removes it.";
    }

    /** Name and short id. */
    static String called(SeenWorkload workload) {
        return workload.name() + " (" + ShortIds.of(workload.id()) + ")";
    }

    private Failure late(SeenWorkload workload) {
        String next = workload.statusText().equals("Pending")
                ? "persys explain " + ShortIds.of(workload.id()) + " says what would make it fit."
                : "persys ps shows how it goes on.";
        return new Failure(
                ExitCode.TIMED_OUT,
                called(workload) + " is still " + workload.statusText() + ": " + workload.message(),
                next);
    }

    private Failure failed(SeenWorkload workload) {
        String reference = ShortIds.of(workload.id());
        List<String> more = new ArrayList<>();
        List<String> output = lastOutput(workload);
        if (!output.isEmpty()) {
            more.add("Its last output:");
            output.forEach(line -> more.add("  | " + Table.printable(line)));
        }
        more.add(
                workload.neverStarted()
                        ? "persys start " + reference + " tries again; persys rm " + reference + " removes it."
                        : "persys logs " + reference + " shows all of its output; persys start " + reference
                                + " tries again.");
        String reason = workload.reason().isEmpty() ? "" : " (" + workload.reason() + ")";
        return new Failure(
                ExitCode.FAILED,
                called(workload) + " is " + workload.statusText() + reason + ": " + workload.message(),
                more);
    }

    /** From the node while it has the container, else the tail in the record; nothing where neither is to be had. */
    private List<String> lastOutput(SeenWorkload workload) {
        String text = workload.logs();
        String path = "/workloads/" + workload.id() + "/logs?tail=" + LAST_LINES;
        try (SchedulerApi.Streaming logs = api.stream(path, List.of("Accept: text/plain"), LOG_PATIENCE)) {
            text = new String(logs.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException | Refusal | Failure e) {
            // The failure itself is what has to be told; its output is a courtesy.
        }
        List<String> lines = text.lines().toList();
        return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    }
}
