package dev.persys.cli.verb;

import dev.persys.api.LogQuery;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.Table;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.cli.verb.WorkloadWatch.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The output of one workload, printed to a context's standard output. */
final class WorkloadLog {
    private static final int BUFFER = 16 * 1024;

    /** What an answer brought. */
    private sealed interface Copied {
        /**
         * Of the node itself.
         *
         * @param something whether anything came
         * @param whole whether it came to its end
         */
        record FromNode(boolean something, boolean whole) implements Copied {}

        /** Of another container than what was printed so far: nothing was printed of it. */
        enum OfAnother implements Copied {
            INSTANCE
        }

        /** The node did not answer or has the container no more: what the record keeps, which was not printed. */
        record Stored(String tail) implements Copied {}
    }

    /**
     * Which part is wanted.
     *
     * @param since a span or a moment, as the API takes it
     * @param until nothing newer, by the node's clock
     * @param timestamps whether each line begins with its time
     */
    record Part(
            boolean follow,
            boolean previous,
            Optional<Integer> tail,
            Optional<String> since,
            Optional<Instant> until,
            boolean timestamps) {
        private boolean isTimed() {
            return timestamps || until.isPresent();
        }
    }

    private final SchedulerApi api;
    private final String reference;
    private final Part part;
    private final Context context;
    private final boolean quiet;

    /**
     * The output of {@code reference}.
     *
     * @param quiet whether to show no progress
     */
    WorkloadLog(SchedulerApi api, String reference, Part part, Context context, boolean quiet) {
        this.api = api;
        this.reference = reference;
        this.part = part;
        this.context = context;
        this.quiet = quiet;
    }

    /** Prints what there is. */
    void print() {
        Optional<FollowedOutput> timed =
                part.isTimed() ? Optional.of(new FollowedOutput(part.timestamps(), part.until())) : Optional.empty();
        Copied copied = part.until().isEmpty() || part.tail().isEmpty()
                ? copy(part.since(), part.tail(), timed, context.out())
                : copyLast(part.tail().get(), timed);
        boolean something =
                copied instanceof Copied.Stored stored ? printStored(stored) : ((Copied.FromNode) copied).something();
        boolean askedForSome = part.tail().filter(lines -> lines == 0).isEmpty();
        if (!something && askedForSome) {
            SeenWorkload workload = look();
            String when = part.since().isPresent() || part.until().isPresent() ? " in that time" : "";
            String status = workload.statusText().equals("Running")
                    ? ""
                    : "; it is " + workload.statusText() + ": " + Table.printable(workload.message());
            context.err().println(Outcomes.called(workload) + " has printed nothing" + when + status);
        }
    }

    /** Until the workload has ended for good; over restarts of its container, its node's agent, the scheduler and its connections. */
    void follow() {
        Optional<Integer> last = part.tail();
        FollowedOutput output = new FollowedOutput(part.timestamps(), Optional.empty());
        boolean printed = false;
        long heardNanos = System.nanoTime();
        SeenWorkload workload = look();
        Outage outage = new Outage(Outage.LIMIT);
        outage.answered();
        while (true) {
            workload = begun(workload);
            Optional<String> from = printed ? output.from() : part.since();
            Optional<Integer> lines = last;
            Copied copied = outage.outlast(() -> copy(from, lines, Optional.of(output), context.out()));
            if (context.out().checkError()) {
                return; // Whoever read our output has gone, such as head.
            }
            if (copied instanceof Copied.OfAnother) {
                output.startAnew();
                last = Optional.empty();
                continue;
            }
            workload = outage.outlast(this::look);
            if (copied instanceof Copied.FromNode live) {
                heardNanos = System.nanoTime();
                if (live.something()) {
                    printed = true;
                    last = Optional.empty();
                }
                if (live.whole() && workload.isEnded()) {
                    return;
                }
            } else if (workload.isEnded()) {
                if (!printed) {
                    printStored((Copied.Stored) copied);
                }
                return;
            } else if (System.nanoTime() - heardNanos > Outage.LIMIT.toNanos()) {
                throw silent(workload);
            }
            WorkloadWatch.pause();
        }
    }

    /** The last lines of those up to a time; which those are only shows at the end. */
    private Copied copyLast(int count, Optional<FollowedOutput> timed) {
        try (PrintStream last = new PrintStream(new LastLines(context.out(), count), false, StandardCharsets.UTF_8)) {
            return copy(part.since(), Optional.empty(), timed, last);
        }
    }

    private static Failure silent(SeenWorkload workload) {
        return new Failure(
                ExitCode.UNREACHABLE,
                "the node" + workload.node().map(node -> " " + node).orElse("") + " does not say what "
                        + Outcomes.called(workload) + " prints",
                "persys nodes shows how it is; persys logs without -f shows what was kept.");
    }

    private boolean printStored(Copied.Stored stored) {
        if (stored.tail().isEmpty()) {
            return false;
        }
        context.err().println("The node does not answer or has this no more; it is the tail that was kept.");
        context.out().print(stored.tail());
        context.out().flush();
        return true;
    }

    /** There is nothing to follow before the container was started. */
    private SeenWorkload begun(SeenWorkload workload) {
        if (workload.status().filter(WorkloadWatch::hasBegun).isPresent()) {
            return workload;
        }
        Progress progress = Progress.on(context.err(), context.terminal(), quiet);
        Outcome outcome = new WorkloadWatch(api, progress, Deadline.NONE, Duration.ZERO).await(workload, Goal.BEGUN);
        progress.clear();
        if (outcome instanceof Outcome.Reached reached) {
            return reached.workload();
        }
        throw new Failure(ExitCode.NOT_FOUND, Outcomes.called(workload) + " was removed before it printed anything");
    }

    /**
     * Copies one answer to its end.
     *
     * @param followed what of a followed output was printed
     */
    private Copied copy(
            Optional<String> from, Optional<Integer> last, Optional<FollowedOutput> followed, PrintStream out) {
        StringBuilder path = new StringBuilder("/workloads/")
                .append(SchedulerApi.encode(reference))
                .append("/logs?follow=")
                .append(part.follow());
        last.ifPresent(lines -> path.append("&tail=").append(lines));
        if (part.previous()) {
            path.append("&previous=true");
        }
        if (followed.isPresent()) {
            path.append("&timestamps=true");
        }
        from.ifPresent(moment -> path.append("&since=").append(SchedulerApi.encode(moment)));
        Duration silence = part.follow() ? Duration.ZERO : Duration.ofMinutes(1);
        boolean something = false;
        try (SchedulerApi.Streaming logs = api.stream(path.toString(), List.of("Accept: text/plain"), silence)) {
            if (logs.header("Persys-Log-Source").filter("stored-tail"::equals).isPresent()) {
                return new Copied.Stored(new String(logs.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            Optional<String> container = logs.header(LogQuery.CONTAINER_HEADER);
            Optional<FollowedOutput> stamped = container.isPresent() ? followed : Optional.empty();
            if (part.isTimed() && stamped.isEmpty()) {
                throw new Failure(
                        ExitCode.REFUSED,
                        "the node's agent is of a version that tells no times of what is printed",
                        "persys logs without --timestamps and --until.");
            }
            if (stamped.isPresent()) {
                if (!stamped.get().goesOnWith(container.get())) {
                    return Copied.OfAnother.INSTANCE;
                }
                stamped.get().begin(container.get());
            }
            byte[] buffer = new byte[BUFFER];
            for (int n = logs.body().read(buffer); n >= 0; n = logs.body().read(buffer)) {
                something = true;
                if (stamped.isPresent()) {
                    stamped.get().print(buffer, n, out);
                } else {
                    out.write(buffer, 0, n);
                    followed.ifPresent(FollowedOutput::printedPlain);
                }
                out.flush();
                if (out.checkError()) {
                    break; // Whoever read our output has gone, such as head.
                }
            }
            return new Copied.FromNode(something, true);
        } catch (IOException e) {
            if (!part.follow()) {
                throw new Failure(ExitCode.UNREACHABLE, "the output broke off: " + e.getMessage(), "Try again.");
            }
            // A stream on which nothing moved for long was cut, or who gave it is gone: go on behind what it brought.
            return new Copied.FromNode(something, false);
        }
    }

    private SeenWorkload look() {
        return new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference)));
    }
}
