package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a workload has come up and stays up, judged look by look. It is stable once one and the same start of its
 * container has run for the window, and is healthy where its health is checked. Time is what the looker measured, from the
 * first look that saw that start: no clock of another machine is asked.
 *
 * @param window how long it has to run; zero is content as soon as it runs, unless a change was undone
 * @param restarts how many there may be of those that nobody asked for: those before the first look, and those that follow
 *     the loss of a container
 * @param change the version of a changed specification that is being proved, where the waiting began with that
 * @param start the start that is watched, once one was seen
 */
record Stability(Duration window, int restarts, Optional<Long> change, Optional<Start> start) {
    /** One start of a container; {@code identity} is another one for each. */
    record Start(String identity, long seenNanos) {}

    /** Why it is not, and will not be by itself. */
    enum Miss {
        /** It has ended and stays so. */
        ENDED,
        /** What is in its way kept it from being started at all; it is tried again. */
        NOT_STARTED,
        /** It has ended and its restart policy starts it again. */
        CRASHED,
        /** It runs, but not for the first time: it has ended meanwhile. */
        RESTARTED,
        UNHEALTHY,
        /** The change of its specification was undone. */
        UNDONE
    }

    /** What a look tells. */
    sealed interface Verdict {
        /** It is where it should be, or has ended as it should. */
        record Stable() implements Verdict {}

        record Missed(Miss why) implements Verdict {}

        /** It is not known yet; where a time of the looker is given, it is known then if nothing happens before. */
        record Unknown(Optional<Long> untilNanos) implements Verdict {}
    }

    /** A verdict, and what to judge the next look by. */
    record Judged(Verdict verdict, Stability next) {}

    /** Before the first look; {@code asked} is the workload as the request left it. */
    static Stability from(SeenWorkload asked, Duration window) {
        JsonNode change = asked.json().path("change");
        return new Stability(
                window,
                asked.restarts(),
                change.path("state").asText().equals("proving")
                        ? Optional.of(change.path("to").asLong())
                        : Optional.empty(),
                Optional.empty());
    }

    /** Judges what was seen at {@code nowNanos} of the looker's clock. */
    Judged on(SeenWorkload seen, long nowNanos) {
        Optional<WorkloadStatus> status = seen.status();
        if (status.isEmpty()) {
            return unknown();
        }
        String proof = proof(seen);
        if (proof.equals("undone")) {
            return missed(Miss.UNDONE);
        } else if (proof.equals("proving") && !window.isZero()) {
            return unknown(); // The scheduler is about to say which.
        }
        return switch (status.get()) {
            case RUNNING -> running(seen, nowNanos);
            case EXITED -> !window.isZero() && isRestartedAlways(seen) ? missed(Miss.ENDED) : stable();
            case FAILED, STOPPED -> missed(Miss.ENDED);
            case RESTARTING -> restarting(seen);
            case MISSING -> new Judged(new Verdict.Unknown(Optional.empty()), forgiving(seen));
            // With a next try no other node has taken it either.
            case PENDING -> seen.neverStarted() && seen.retried().isPresent() ? missed(Miss.NOT_STARTED) : unknown();
            case SCHEDULED, PULLING, STARTING, LOST, UNKNOWN -> unknown();
        };
    }

    /** Whether it is up already and has been since it was asked for: there is nothing to wait for. */
    static boolean isSettled(SeenWorkload workload) {
        String health = health(workload);
        return workload.status().filter(WorkloadStatus.RUNNING::equals).isPresent()
                && workload.restarts() == 0
                && !workload.isGoing()
                && !workload.json().path("change").path("state").asText().equals("proving")
                && (health.isEmpty() || health.equals("healthy"));
    }

    /** Whether its policy starts it again even where it ends with code 0. */
    static boolean isRestartedAlways(SeenWorkload workload) {
        String policy = workload.json().path("restartPolicy").asText();
        return policy.equals("always") || policy.equals("unless-stopped");
    }

    private Judged running(SeenWorkload seen, long nowNanos) {
        if (window.isZero()) {
            return stable();
        } else if (seen.isGoing()) {
            return unknown();
        } else if (health(seen).equals("unhealthy")) {
            return missed(Miss.UNHEALTHY);
        }
        String identity = identity(seen);
        Optional<Start> known = start.filter(before -> before.identity().equals(identity));
        if (known.isEmpty() && seen.restarts() > restarts) {
            return missed(Miss.RESTARTED);
        }
        Start watched = known.orElseGet(() -> new Start(identity, nowNanos));
        // Fewer than before: somebody asked for another start, which begins to count anew.
        Stability next = new Stability(window, seen.restarts(), change, Optional.of(watched));
        long until = watched.seenNanos() + window.toNanos();
        if (health(seen).equals("starting")) {
            return new Judged(new Verdict.Unknown(Optional.empty()), next);
        }
        return nowNanos - until >= 0 || proof(seen).equals("stable")
                ? new Judged(new Verdict.Stable(), next)
                : new Judged(new Verdict.Unknown(Optional.of(until)), next);
    }

    /** What has come of the change; empty where there was none, or another one followed. An undoing is a change itself. */
    private String proof(SeenWorkload seen) {
        JsonNode last = seen.json().path("change");
        String state = last.path("state").asText("");
        long version = last.path(state.equals("undone") ? "from" : "to").asLong();
        return change.filter(to -> to == version).isPresent() ? state : "";
    }

    private Judged restarting(SeenWorkload seen) {
        if (seen.neverStarted()) {
            return missed(Miss.NOT_STARTED);
        } else if (window.isZero()) {
            return unknown();
        }
        // Its container is of no use, and it gets another one: that is no doing of the program.
        return seen.reason().equals("ContainerUnusable")
                ? new Judged(new Verdict.Unknown(Optional.empty()), forgiving(seen))
                : missed(Miss.CRASHED);
    }

    /** The restart that follows is not held against it. */
    private Stability forgiving(SeenWorkload seen) {
        return new Stability(window, Math.max(restarts, seen.restarts() + 1), change, Optional.empty());
    }

    private Judged stable() {
        return new Judged(new Verdict.Stable(), this);
    }

    private Judged missed(Miss why) {
        return new Judged(new Verdict.Missed(why), this);
    }

    private Judged unknown() {
        return new Judged(new Verdict.Unknown(Optional.empty()), this);
    }

    /** Empty where nothing is checked. */
    private static String health(SeenWorkload seen) {
        String word = seen.json().path("health").path("status").asText("");
        return word.equals("none") ? "" : word;
    }

    private static String identity(SeenWorkload seen) {
        JsonNode json = seen.json();
        return json.path("generation").asText() + " " + json.path("run").asText() + " " + seen.restarts() + " "
                + json.path("startedAt").asText();
    }
}
