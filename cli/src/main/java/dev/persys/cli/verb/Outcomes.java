package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.Table;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.cli.verb.WorkloadWatch.Outcome;
import dev.persys.model.WorkloadStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says how a wait ended, and what to do about a bad end. */
final class Outcomes {
    private static final int LAST_LINES = 10;

    /** How the scheduler begins to say why: that it is undone has been said here. */
    private static final Pattern UNDONE = Pattern.compile("^version [0-9]+ is undone: ");

    private static final String BEFORE_THE_TIMEOUT = "before --timeout passed";
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
        if (goal == Goal.REMOVED && outcome instanceof Outcome.Removed) {
            progress.clear();
        } else {
            SeenWorkload unused = reached(known, outcome, goal, BEFORE_THE_TIMEOUT);
        }
        return ExitCode.OK;
    }

    /**
     * The workload where it should be.
     *
     * @throws Failure where the goal was not reached
     */
    SeenWorkload reached(SeenWorkload known, Outcome outcome) {
        return reached(known, outcome, Goal.UP, BEFORE_THE_TIMEOUT);
    }

    /**
     * The workload where it has ended.
     *
     * @param limit how long it was waited for at most, where there was a limit
     * @throws Failure where it has not
     */
    SeenWorkload ended(SeenWorkload known, Outcome outcome, Optional<Duration> limit) {
        String when = limit.map(span -> "within " + DurationText.format(span)).orElse(BEFORE_THE_TIMEOUT);
        return reached(known, outcome, Goal.ENDED, when);
    }

    private SeenWorkload reached(SeenWorkload known, Outcome outcome, Goal goal, String when) {
        progress.clear();
        if (outcome instanceof Outcome.Reached reached) {
            return reached.workload();
        } else if (outcome instanceof Outcome.Missed missed) {
            throw failed(missed.workload(), missed.why());
        } else if (outcome instanceof Outcome.TimedOut late) {
            throw late(late.workload(), goal, when);
        }
        throw new Failure(ExitCode.FAILED, called(known) + " was removed meanwhile");
    }

    /** For one that has ended without having run. */
    Failure neverRan(SeenWorkload workload) {
        return failed(workload, Stability.Miss.ENDED);
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

    /** @param when it was to be there */
    private static Failure late(SeenWorkload workload, Goal goal, String when) {
        String next = workload.statusText().equals("Pending")
                ? "persys explain " + ShortIds.of(workload.id()) + " says what would make it fit."
                : "persys ps shows how it goes on.";
        return new Failure(ExitCode.TIMED_OUT, called(workload) + seenLate(workload, goal, when), next);
    }

    private static String seenLate(SeenWorkload workload, Goal goal, String when) {
        Optional<String> trouble = workload.trouble();
        if (goal == Goal.ENDED) {
            String status = " has not ended " + when + ": it is " + workload.statusWithReason();
            return status + trouble.map(why -> ": " + why).orElse("");
        }
        boolean isUp =
                goal == Goal.UP && trouble.isEmpty() && workload.statusText().equals(WorkloadStatus.RUNNING.text());
        return isUp
                ? " is Running, but was not seen to stay so " + when
                : " is still " + workload.statusText() + ": " + workload.message();
    }

    private Failure failed(SeenWorkload workload, Stability.Miss why) {
        List<String> more = new ArrayList<>();
        if (workload.restarts() > 0) {
            more.add("It was restarted " + (workload.restarts() == 1 ? "once." : workload.restarts() + " times."));
        }
        // Where the change was undone, what is there again has printed its own.
        List<String> output = why == Stability.Miss.UNDONE ? List.of() : lastOutput(workload);
        if (!output.isEmpty()) {
            more.add("Its last output:");
            output.forEach(line -> more.add("  | " + Table.printable(line)));
        }
        more.add(next(workload, why));
        return new Failure(ExitCode.FAILED, called(workload) + seen(workload, why), more);
    }

    private static String seen(SeenWorkload workload, Stability.Miss why) {
        String reason = workload.reason().isEmpty() ? "" : " (" + workload.reason() + ")";
        return switch (why) {
            case ENDED, NOT_STARTED, CRASHED -> " is " + workload.statusText() + reason + ": " + workload.message();
            case RESTARTED -> " does not stay up: it has ended since it was started, and runs again";
            case UNHEALTHY -> {
                String message = workload.json().path("health").path("message").asText("");
                yield " runs, but is unhealthy" + (message.isEmpty() ? "" : ": " + message);
            }
            case UNDONE -> {
                String message = UNDONE.matcher(
                                workload.json().path("change").path("message").asText(""))
                        .replaceFirst("");
                yield ": the change was undone" + (message.isEmpty() ? "" : ": " + message);
            }
        };
    }

    private static String next(SeenWorkload workload, Stability.Miss why) {
        String reference = ShortIds.of(workload.id());
        String logs = "persys logs " + reference + " shows all of its output; ";
        return switch (why) {
            case NOT_STARTED ->
                "It is tried again by itself until persys stop " + reference + "; persys explain " + reference
                        + " says what is in the way.";
            case CRASHED, RESTARTED ->
                logs + "it is started again by its restart policy until persys stop " + reference + ".";
            case UNHEALTHY -> logs + "persys inspect " + reference + " how its health is.";
            case UNDONE -> logs + "persys events --workload " + reference + " what happened.";
            case ENDED ->
                workload.neverStarted()
                        ? "persys start " + reference + " tries again; persys rm " + reference + " removes it."
                        : logs + "persys start " + reference + " tries again.";
        };
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
