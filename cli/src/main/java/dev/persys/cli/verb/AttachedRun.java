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

    /** What Docker notes of a start that it refused; above it are the signals that end what has run. */
    private static final int LAST_OF_THOSE = 128;

    private static final Duration REMOVAL = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(5);
    private static final Duration OUTPUT = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 50;

    /**
     * How it is to be.
     *
     * @param typed what leaves, where somebody types at a terminal
     * @param isRemoved whether the workload goes when its container has ended
     * @param isKeyed whether the user gave an idempotency key: it may be an older workload, so that nothing is removed here
     */
    record Manner(boolean stdin, boolean tty, Optional<DetachKeys> typed, boolean isRemoved, boolean isKeyed) {}

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
        Optional<SessionSocket> session;
        try {
            session = LeaveNote.during(() -> session(scheduled), () -> takeBack(scheduled));
        } catch (Refusal e) {
            takeBack(scheduled);
            throw e;
        } catch (Failure e) {
            if (e.code() != ExitCode.TIMED_OUT || manner.isRemoved()) {
                takeBack(scheduled);
                throw e;
            }
            throw e.with("It stays: persys attach " + scheduled.name() + " goes into it once it runs, persys rm "
                    + scheduled.name() + " removes it.");
        }
        return session.isPresent() ? inside(scheduled, session.get()) : missed(scheduled);
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
            if (isOver(seen)) {
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
            seen = read(api, scheduled);
        }
    }

    private static SeenWorkload read(SchedulerApi api, SeenWorkload workload) {
        return new SeenWorkload(api.get("/workloads/" + workload.id()));
    }

    private Exit inside(SeenWorkload scheduled, SessionSocket session) {
        SessionRun run = new SessionRun(session, context, "the session with " + scheduled.name(), manner.tty());
        Exit exit;
        try {
            exit = LeaveNote.during(
                    () -> run.run(manner.stdin(), manner.typed()), comesBack(scheduled), context, progress);
        } catch (Failure e) {
            // It may have been removed together with its container, or never been started.
            Optional<SeenWorkload> ended = end(scheduled);
            if (ended.isEmpty()) {
                seen(scheduled).ifPresent(this::sayThatItGoesOn);
                throw e;
            }
            return ended(ended.get(), ended.get().exitCode().orElseThrow(() -> e));
        }
        if (run.hasEnded()) {
            return exit.status() < FIRST_OF_THOSE
                    ? ended(scheduled, exit.status())
                    : endedBadly(scheduled, exit.status());
        } else if (exit == ExitCode.OK) {
            sayThatItGoesOn(scheduled);
        } else {
            leave(scheduled);
        }
        return exit;
    }

    /** Its container was not started, or has failed; its record tells which, and whether it is tried again. */
    private Exit endedBadly(SeenWorkload scheduled, int code) {
        Optional<SeenWorkload> known = end(scheduled).or(() -> seen(scheduled));
        if (known.isEmpty() || isOver(known.get())) {
            return ended(known.orElse(scheduled), code);
        }
        SeenWorkload again = known.get();
        if (code > LAST_OF_THOSE || again.restarts() > 0) {
            sayThatItGoesOn(again);
            return new Exit.OfContainer(code & 0xff);
        }
        throw new Failure(
                ExitCode.FAILED,
                Outcomes.called(again) + " could not be started at first, and was tried again: it is "
                        + again.statusText()
                        + again.trouble().map(what -> ": " + what).orElse(""),
                Outcomes.goesOn(again));
    }

    /** By somebody who has not seen the end, since nobody reads what is printed or nobody could be inside. */
    private void leave(SeenWorkload scheduled) {
        Optional<SeenWorkload> now = seen(scheduled);
        if (now.filter(AttachedRun::isOver).isPresent()) {
            removeIfWanted(now.get());
        } else if (manner.isRemoved()) {
            remove(scheduled, "?volumes=true", "nobody reads what it prints.");
        } else {
            sayThatItGoesOn(scheduled);
        }
    }

    private void sayThatItGoesOn(SeenWorkload workload) {
        context.err().println(comesBack(workload));
    }

    private static String comesBack(SeenWorkload workload) {
        return Outcomes.called(workload) + " goes on without you: persys attach " + workload.name() + " comes back.";
    }

    /** What was printed is kept, and how it ended known. */
    private Exit missed(SeenWorkload scheduled) {
        SeenWorkload workload = read(api, scheduled);
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
                SeenWorkload seen = read(api, scheduled);
                if (isOver(seen)) {
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

    private static boolean isOver(SeenWorkload workload) {
        return workload.isEnded() || workload.neverStarted();
    }

    /** As its record shows it now; empty where that is not to be had. */
    private Optional<SeenWorkload> seen(SeenWorkload workload) {
        try {
            return Optional.of(read(hurried(Deadline.in(END)), workload));
        } catch (Refusal | Failure e) {
            return Optional.empty(); // What is told without it has to do.
        }
    }

    private SchedulerApi hurried(Deadline deadline) {
        return new SchedulerApi(api.address(), deadline);
    }

    /** Nobody was inside, and nobody is going to be. */
    private void takeBack(SeenWorkload workload) {
        progress.clear();
        remove(workload, "?force=true&volumes=true", "nobody was inside yet.");
    }

    /** Without waiting until it is gone. Where it stays somebody has to know of it. */
    private void remove(SeenWorkload workload, String how, String why) {
        try {
            if (!manner.isKeyed()) {
                var unused = hurried(Deadline.in(END)).delete("/workloads/" + workload.id() + how);
                context.err().println(Outcomes.called(workload) + " is removed: " + why);
                return;
            }
        } catch (Refusal e) {
            if (e.failure().code() == ExitCode.NOT_FOUND) {
                return;
            }
        } catch (Failure e) {
            // Told below.
        }
        context.err().println(Outcomes.goesOn(workload));
    }

    /** Where that does not succeed the scheduler does it, by the specification. */
    private void removeIfWanted(SeenWorkload workload) {
        if (!manner.isRemoved() || manner.isKeyed()) {
            return;
        }
        Deadline deadline = Deadline.in(REMOVAL);
        SchedulerApi hurried = hurried(deadline);
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
