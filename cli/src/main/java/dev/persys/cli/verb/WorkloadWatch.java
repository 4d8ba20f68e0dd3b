package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.DurationText;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.EventStream;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.model.WorkloadStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Follows one workload until it is where it should be. Driven by the event stream; the record is read after every
 * (re)connection and whenever an event says that the end is reached, so nothing is missed between the two.
 */
final class WorkloadWatch {
    private static final Duration SILENCE = Duration.ofSeconds(20);
    private static final Duration OUTAGE_LIMIT = Duration.ofSeconds(30);

    /** Behind the deadline, for a last look: what is said at the end is how it is then. */
    private static final Duration LAST_LOOK = Duration.ofSeconds(1);

    private static final long RETRY_MILLIS = 200;
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;

    private final SchedulerApi api;
    private final Progress progress;
    private final Deadline deadline;
    private final Duration window;
    private final boolean killed;
    private Optional<String> lastEvent = Optional.empty();
    private Optional<SeenWorkload> latest = Optional.empty();
    private String shown = "";
    private Optional<Stability> stability = Optional.empty();

    /** When to look again though nothing was heard. */
    private Deadline due = Deadline.NONE;

    private Optional<Long> dueNanos = Optional.empty();

    private final Outage outage = new Outage(OUTAGE_LIMIT);

    /** Where a workload is to be. */
    enum Goal {
        /** Where it may have printed something: its container was started, or it ended without one. */
        BEGUN,
        /** Where it runs and stays up, or has ended as it should. */
        UP,
        /** Where it has ended as it should. */
        ENDED,
        DOWN,
        REMOVED
    }

    /** How the waiting ended. */
    sealed interface Outcome {
        /** It is where it should be. */
        record Reached(SeenWorkload workload) implements Outcome {}

        /** It is somewhere from where it will not get there by itself. */
        record Missed(SeenWorkload workload, Stability.Miss why) implements Outcome {}

        record Removed() implements Outcome {}

        record TimedOut(SeenWorkload workload) implements Outcome {}
    }

    /** A watch of what is stopped with its grace period, if it is stopped. */
    WorkloadWatch(SchedulerApi api, Progress progress, Deadline deadline, Duration window) {
        this(api, progress, deadline, window, false);
    }

    /**
     * A watch.
     *
     * @param api ends what it reads at {@code deadline}
     * @param window how long what is to be {@link Goal#UP} has to stay so; zero is not at all
     * @param killed whether what is stopped has no grace period
     */
    WorkloadWatch(SchedulerApi api, Progress progress, Deadline deadline, Duration window, boolean killed) {
        this.api = api;
        this.progress = progress;
        this.deadline = deadline;
        this.window = window;
        this.killed = killed;
        outage.answered(); // What is waited for was asked of it.
    }

    /** Waits; {@code seen} is what is known so far. */
    Outcome await(SeenWorkload seen, Goal goal) {
        Optional<Outcome> outcome = judged(seen, goal);
        while (outcome.isEmpty()) {
            if (deadline.isPassed()) {
                return atTheDeadline(seen, goal);
            }
            Deadline until = nextLook();
            boolean isDue = until.isPassed();
            try {
                outcome = isDue ? looked(seen.id(), goal) : followed(seen.id(), goal, until);
            } catch (IOException e) {
                // Silence, or a stream cut off: look again and go on from the last event.
            } catch (Refusal e) {
                onRefusal(e);
            } catch (Failure e) {
                onOutage(e);
            }
            boolean isDueNow = !isDue && until.isPassed();
            if (outcome.isEmpty() && until == nextLook() && !isDueNow) {
                pause();
            }
        }
        return outcome.get();
    }

    /** Until it is decided, the stream ends, or something was seen that asks for a look before {@code until}. */
    private Optional<Outcome> followed(String id, Goal goal, Deadline until) throws IOException {
        SchedulerApi listening = new SchedulerApi(api.address(), until);
        try (EventStream events = EventStream.open(listening, Optional.of(id), lastEvent, SILENCE)) {
            outage.answered();
            Optional<Outcome> outcome = looked(id, goal);
            while (outcome.isEmpty() && !until.isPassed() && until == nextLook()) {
                Optional<JsonNode> event = events.next();
                if (event.isEmpty()) {
                    break;
                }
                outcome = onEvent(event.get(), goal);
            }
            return outcome;
        }
    }

    private Deadline nextLook() {
        return deadline.or(due);
    }

    private Optional<Outcome> onEvent(JsonNode event, Goal goal) {
        JsonNode pull = event.path("progress");
        String name = event.path("name").asText("");
        if (pull.isObject()) {
            progress.download(
                    name + ": pulling",
                    pull.path("bytes").asLong(),
                    pull.path("totalBytes").asLong(),
                    pull.path("layersDone").asInt(),
                    pull.path("layers").asInt());
            return Optional.empty();
        }
        lastEvent = Optional.ofNullable(event.path("id").textValue());
        return looked(event.path("workloadId").asText(), goal);
    }

    private Optional<Outcome> looked(String id, Goal goal) {
        Optional<SeenWorkload> now = look(api, id);
        now.ifPresent(workload -> latest = Optional.of(workload));
        return now.isEmpty() ? Optional.of(new Outcome.Removed()) : judged(now.get(), goal);
    }

    /** All that wait until this deadline have one second together for their last looks, however many they are. */
    private Outcome atTheDeadline(SeenWorkload seen, Goal goal) {
        Outcome late = new Outcome.TimedOut(latest.orElse(seen));
        try {
            Optional<SeenWorkload> now = look(new SchedulerApi(api.address(), deadline.plus(LAST_LOOK)), seen.id());
            return now.isEmpty()
                    ? new Outcome.Removed()
                    : judge(now.get(), goal).orElseGet(() -> new Outcome.TimedOut(now.get()));
        } catch (Refusal | Failure e) {
            return late; // Who cannot be asked any more is told as it was seen last.
        }
    }

    /** Shows where it is, unless that is an end that will be told at length. */
    private Optional<Outcome> judged(SeenWorkload workload, Goal goal) {
        Optional<Outcome> outcome = judge(workload, goal);
        if (outcome.filter(Outcome.Missed.class::isInstance).isEmpty()) {
            String more = outcome.isEmpty() && due != Deadline.NONE
                    ? "; stable once it has run for " + DurationText.format(window)
                    : "";
            String line = workload.name() + ": " + describe(workload, goal) + more;
            // What is in the way is told once, and not anew each time that it is tried again; that it is stable is the
            // end.
            if (!shown.startsWith(line + ": ") && !shown.startsWith(line + "; ")) {
                shown = line;
                progress.phase(line);
            }
        }
        return outcome;
    }

    private String describe(SeenWorkload workload, Goal goal) {
        String node = workload.node().map(id -> " on " + id).orElse("");
        Optional<WorkloadStatus> status = workload.status();
        if (status.isEmpty()) {
            return workload.statusText();
        }
        if (status.get() == WorkloadStatus.RUNNING && workload.isGoing()) {
            String grace = workload.json().path("stopGracePeriod").asText("");
            String end = killed ? "; killed at once" : "; killed if it has not ended after " + grace;
            return "stopping" + node + (grace.isEmpty() && !killed ? "" : end);
        }
        if (goal == Goal.REMOVED) {
            boolean isAway = status.get() == WorkloadStatus.UNKNOWN || status.get() == WorkloadStatus.LOST;
            return "removing" + node + (isAway ? ": " + workload.message() : "");
        }
        String trouble = workload.trouble().map(what -> ": " + what).orElse("");
        return switch (status.get()) {
            case PENDING ->
                workload.statusText() + ": " + workload.message()
                        + (workload.reason().equals("NoNodeFits") ? "; it is started as soon as one fits" : "");
            case SCHEDULED, STARTING, RUNNING -> workload.statusText() + node + trouble;
            case PULLING -> "Pulling " + workload.image() + node + trouble;
            default -> workload.statusText() + ": " + workload.message();
        };
    }

    private Optional<Outcome> judge(SeenWorkload workload, Goal goal) {
        Optional<WorkloadStatus> status = workload.status();
        if (status.isEmpty() || goal == Goal.REMOVED) {
            return Optional.empty();
        } else if (goal == Goal.BEGUN) {
            return hasBegun(status.get()) ? Optional.of(new Outcome.Reached(workload)) : Optional.empty();
        }
        return goal == Goal.UP ? risen(workload) : ended(workload, status.get(), goal);
    }

    private Optional<Outcome> risen(SeenWorkload workload) {
        Stability.Judged judged =
                stability.orElseGet(() -> Stability.from(workload, window)).on(workload, System.nanoTime());
        stability = Optional.of(judged.next());
        if (judged.verdict() instanceof Stability.Verdict.Missed missed) {
            return Optional.of(new Outcome.Missed(workload, missed.why()));
        } else if (judged.verdict() instanceof Stability.Verdict.Unknown unknown) {
            // The same object for the same moment: what is listened to until then need not be opened anew.
            if (!unknown.untilNanos().equals(dueNanos)) {
                dueNanos = unknown.untilNanos();
                due = dueNanos.map(Deadline::at).orElse(Deadline.NONE);
            }
            return Optional.empty();
        }
        return Optional.of(new Outcome.Reached(workload));
    }

    private static Optional<Outcome> ended(SeenWorkload workload, WorkloadStatus status, Goal goal) {
        return switch (status) {
            case EXITED -> Optional.of(new Outcome.Reached(workload));
            case FAILED, STOPPED ->
                Optional.of(
                        goal == Goal.ENDED
                                ? new Outcome.Missed(workload, Stability.Miss.ENDED)
                                : new Outcome.Reached(workload));
            // It is tried again for as long as it takes, and whoever waits for it had better know why.
            case PENDING, RESTARTING ->
                goal == Goal.ENDED
                                && workload.neverStarted()
                                && (status == WorkloadStatus.RESTARTING
                                        || workload.retried().isPresent())
                        ? Optional.of(new Outcome.Missed(workload, Stability.Miss.NOT_STARTED))
                        : Optional.<Outcome>empty();
            default -> Optional.empty();
        };
    }

    static boolean hasBegun(WorkloadStatus status) {
        return switch (status) {
            case PENDING, SCHEDULED, PULLING -> false;
            default -> true;
        };
    }

    private static Optional<SeenWorkload> look(SchedulerApi api, String id) {
        try {
            return Optional.of(new SeenWorkload(api.get("/workloads/" + id)));
        } catch (Refusal e) {
            if (e.problem().status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void onRefusal(Refusal refusal) {
        if (refusal.problem().status() == GONE) {
            lastEvent = Optional.empty();
        } else if (refusal.failure().code() == ExitCode.UNREACHABLE) {
            onOutage(refusal.failure());
        } else {
            throw refusal;
        }
    }

    /** A scheduler that is being restarted comes back; its workloads go on meanwhile. */
    private void onOutage(Failure failure) {
        if (failure.code() == ExitCode.TIMED_OUT) {
            return; // Told with where the workload is.
        }
        outage.bear(failure);
        progress.phase("waiting for the scheduler: " + failure.getMessage());
    }

    /** Between two attempts to hear more of something. */
    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted while waiting");
        }
    }
}
