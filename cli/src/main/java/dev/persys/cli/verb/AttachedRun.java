package dev.persys.cli.verb;

import dev.persys.api.Problem;
import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.client.SessionSocket;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.RawTerminal;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.cli.verb.WorkloadWatch.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * {@code persys run} by somebody who is in the container from the first byte that it prints: its node starts it when the
 * session is there ({@code startAttached}), and its exit code is this process's.
 */
final class AttachedRun {
    /** What shells say of a command that cannot be run, and of one that is not there; docker says 125 of its own failures. */
    private static final int CANNOT_RUN = 126;

    private static final int NOT_THERE = 127;
    private static final int FIRST_OF_THOSE = 125;

    private static final Duration REMOVAL = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(5);
    private static final Duration OUTPUT = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 50;

    /**
     * How it is to be.
     *
     * @param typed what leaves, where somebody types at a terminal
     * @param isRemoved whether the workload goes when its container has ended
     */
    record Manner(boolean stdin, boolean tty, Optional<DetachKeys> typed, boolean isRemoved) {}

    private final SchedulerApi api;
    private final Context context;
    private final Progress progress;
    private final WorkloadWatch watch;
    private final Manner manner;

    /**
     * A run.
     *
     * @param api without a deadline: a session lasts as long as it does
     * @param watch until the session begins
     */
    AttachedRun(SchedulerApi api, Context context, Progress progress, WorkloadWatch watch, Manner manner) {
        this.api = api;
        this.context = context;
        this.progress = progress;
        this.watch = watch;
        this.manner = manner;
    }

    /** Until the container has ended or the user has left; {@code scheduled} is about to be started. */
    Exit run(SeenWorkload scheduled) {
        try {
            Optional<SessionSocket> session = LeaveNote.during(() -> session(scheduled), () -> takeBack(scheduled));
            return session.isPresent() ? inside(scheduled, session.get()) : missed(scheduled);
        } catch (Failure e) {
            if (e.code() == ExitCode.FAILED) {
                removeIfWanted(scheduled);
            }
            throw e;
        }
    }

    /** Empty where it has ended before anybody was there, as with an agent that does not wait. */
    private Optional<SessionSocket> session(SeenWorkload scheduled) {
        Outcomes outcomes = new Outcomes(api, progress);
        Optional<TerminalSize> size = manner.tty() ? RawTerminal.size() : Optional.empty();
        String path = "/workloads/" + scheduled.id() + "/attach?"
                + SessionQuery.attach(manner.stdin(), size).text();
        SeenWorkload seen = scheduled;
        while (true) {
            seen = outcomes.reached(seen, watch.await(seen, Goal.BEGUN));
            if (seen.isEnded() || seen.neverStarted()) {
                return Optional.empty();
            }
            try {
                SessionSocket session = api.session(path);
                progress.clear();
                return Optional.of(session);
            } catch (Refusal e) {
                if (!e.problem().type().equals(Problem.Type.NOT_RUNNING.word())) {
                    throw e;
                }
            }
            pause(); // Its image is being fetched, or its container made.
            seen = new SeenWorkload(api.get("/workloads/" + scheduled.id()));
        }
    }

    private Exit inside(SeenWorkload scheduled, SessionSocket session) {
        SessionRun run = new SessionRun(session, context, "the session with " + scheduled.name());
        Exit exit;
        try {
            exit = run.run(manner.stdin(), manner.typed());
        } catch (Failure e) {
            // It may have been removed together with its container, or never been started.
            SeenWorkload ended = end(scheduled).orElseThrow(() -> e);
            return ended(ended, ended.exitCode().orElseThrow(() -> e));
        }
        if (run.hasEnded()) {
            int code = exit.status();
            return ended(code < FIRST_OF_THOSE ? scheduled : end(scheduled).orElse(scheduled), code);
        } else if (exit == ExitCode.OK) {
            context.err()
                    .println(Outcomes.called(scheduled) + " goes on without you: persys attach " + scheduled.name()
                            + " comes back.");
        }
        return exit;
    }

    /** What was printed is kept, and how it ended known. */
    private Exit missed(SeenWorkload scheduled) {
        SeenWorkload workload = new SeenWorkload(api.get("/workloads/" + scheduled.id()));
        if (!workload.neverStarted()) {
            try (SchedulerApi.Streaming logs =
                    api.stream("/workloads/" + workload.id() + "/logs", List.of("Accept: text/plain"), OUTPUT)) {
                InputStream output = logs.body();
                output.transferTo(context.out());
                context.out().flush();
            } catch (IOException e) {
                throw new Failure(ExitCode.UNREACHABLE, "what it printed broke off: " + e.getMessage());
            }
        }
        return ended(workload, workload.exitCode().orElse(FIRST_OF_THOSE));
    }

    private Exit ended(SeenWorkload workload, int code) {
        removeIfWanted(workload);
        if (!workload.neverStarted()) {
            return new Exit.OfContainer(code & 0xff);
        }
        String why = workload.message().toLowerCase(Locale.ROOT);
        boolean isAbsent = why.contains("executable file not found") || why.contains("no such file");
        if (!isAbsent && !why.contains("permission denied") && !why.contains("exec format")) {
            throw new Outcomes(api, progress).neverRan(workload);
        }
        context.err().println("persys: " + Table.printable(Outcomes.called(workload) + ": " + workload.message()));
        return new Exit.OfContainer(isAbsent ? NOT_THERE : CANNOT_RUN);
    }

    /** As its record shows it once that has heard of the end; empty where it does not within some seconds. */
    private Optional<SeenWorkload> end(SeenWorkload scheduled) {
        Deadline deadline = Deadline.in(END);
        try {
            while (true) {
                SeenWorkload seen = new SeenWorkload(api.get("/workloads/" + scheduled.id()));
                if (seen.isEnded() || seen.neverStarted()) {
                    return Optional.of(seen);
                } else if (deadline.isPassed()) {
                    return Optional.empty();
                }
                pause();
            }
        } catch (Refusal | Failure e) {
            return Optional.empty(); // What the session said is what there is to tell.
        }
    }

    /** Nobody was inside, and nobody is going to be. */
    private void takeBack(SeenWorkload workload) {
        progress.clear();
        try {
            var unused = api.delete("/workloads/" + workload.id() + "?force=true&volumes=true");
            context.err().println(Outcomes.called(workload) + " is removed: nobody was inside yet.");
        } catch (Refusal | Failure e) {
            context.err().println(Outcomes.goesOn(workload));
        }
    }

    /** Where that does not succeed the scheduler does it, by the specification. */
    private void removeIfWanted(SeenWorkload workload) {
        if (!manner.isRemoved()) {
            return;
        }
        Deadline deadline = Deadline.in(REMOVAL);
        SchedulerApi hurried = new SchedulerApi(api.address(), deadline);
        try {
            var unused = hurried.delete("/workloads/" + workload.id() + "?volumes=true");
            Outcome outcome = new WorkloadWatch(
                            hurried, Progress.on(context.err(), Terminal.NONE, true), deadline, Duration.ZERO)
                    .await(workload, Goal.REMOVED);
            if (outcome instanceof Outcome.Removed) {
                return;
            }
        } catch (Refusal e) {
            if (e.failure().code() == ExitCode.NOT_FOUND) {
                return;
            }
        } catch (Failure e) {
            // Told below.
        }
        Failure.warn(Outcomes.called(workload) + " is not removed yet; the scheduler does it", context.err());
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted while waiting");
        }
    }
}
