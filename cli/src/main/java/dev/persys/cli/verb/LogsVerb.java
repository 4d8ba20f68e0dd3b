package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.api.LogQuery;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.cli.verb.WorkloadWatch.Goal;
import dev.persys.cli.verb.WorkloadWatch.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code persys logs}: a workload's output. */
final class LogsVerb implements Verb {
    private static final int BUFFER = 16 * 1024;

    /** A span back from now, or a moment. What now is, the node says: our clock may be an hour from its. */
    private static final Reader<String> SINCE = text -> {
        if (DurationText.parse(text).isEmpty() && Times.millis(text).isEmpty()) {
            throw new Reader.NotAValueException(
                    "a span such as 10m or a moment such as 2026-01-02T03:04:05Z is wanted");
        }
        return text;
    };

    /** How long a node may be silent while its container's output is followed. */
    private static final Duration OUTAGE_LIMIT = Duration.ofSeconds(60);

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

    private final Syntax syntax = new Syntax("logs", "Prints a workload's output.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Flag follow = syntax.flag("-f, --follow", "Stay, and print what comes.");
    private final Single<Integer> tail =
            syntax.option("-n, --tail", "LINES", "Only the last so many lines.", Reader.COUNT);
    private final Single<String> since =
            syntax.option("--since", "TIME", "Only what is newer: a span such as 10m, or a moment.", SINCE);
    private final Flag previous = syntax.flag(
            "-p, --previous", "What was printed before the present run, by this container or the one before it.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        if (follow.isSet() && previous.isSet()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--previous and --follow do not go together: nothing comes any more of a run that is over",
                    "Leave one of them out.");
        }
        SchedulerApi api = connection.open(context);
        if (follow.isSet()) {
            follow(api, context);
        } else {
            print(api, context);
        }
        return ExitCode.OK;
    }

    private void print(SchedulerApi api, Context context) {
        Copied copied = copy(api, since.value(), tail.value(), Optional.empty(), context);
        boolean something = copied instanceof Copied.Stored stored
                ? printStored(stored, context)
                : ((Copied.FromNode) copied).something();
        boolean askedForSome = tail.value().filter(lines -> lines == 0).isEmpty();
        if (!something && askedForSome) {
            SeenWorkload workload = look(api);
            String when = since.value().isPresent() ? " since then" : "";
            String status = workload.statusText().equals("Running")
                    ? ""
                    : "; it is " + workload.statusText() + ": " + Table.printable(workload.message());
            context.err().println(Outcomes.called(workload) + " has printed nothing" + when + status);
        }
    }

    /** Until the workload has ended for good; over restarts of its container, its node's agent and its connections. */
    private void follow(SchedulerApi api, Context context) {
        Optional<Integer> last = tail.value();
        FollowedOutput output = new FollowedOutput();
        boolean printed = false;
        long heardNanos = System.nanoTime();
        SeenWorkload workload = look(api);
        while (true) {
            workload = begun(api, workload, context);
            Copied copied = copy(api, printed ? output.from() : since.value(), last, Optional.of(output), context);
            if (context.out().checkError()) {
                return; // Whoever read our output has gone, such as head.
            }
            if (copied instanceof Copied.OfAnother) {
                output.startAnew();
                last = Optional.empty();
                continue;
            }
            workload = look(api);
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
                    printStored((Copied.Stored) copied, context);
                }
                return;
            } else if (System.nanoTime() - heardNanos > OUTAGE_LIMIT.toNanos()) {
                throw silent(workload);
            }
            WorkloadWatch.pause();
        }
    }

    private static Failure silent(SeenWorkload workload) {
        return new Failure(
                ExitCode.UNREACHABLE,
                "the node" + workload.node().map(node -> " " + node).orElse("") + " does not say what "
                        + Outcomes.called(workload) + " prints",
                "persys nodes shows how it is; persys logs without -f shows what was kept.");
    }

    private static boolean printStored(Copied.Stored stored, Context context) {
        if (stored.tail().isEmpty()) {
            return false;
        }
        context.err().println("The node does not answer or has this no more; it is the tail that was kept.");
        context.out().print(stored.tail());
        context.out().flush();
        return true;
    }

    /** There is nothing to follow before the container was started. */
    private static SeenWorkload begun(SchedulerApi api, SeenWorkload workload, Context context) {
        if (workload.status().filter(WorkloadWatch::hasBegun).isPresent()) {
            return workload;
        }
        Progress progress = Progress.on(context.err(), context.terminal(), false);
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
            SchedulerApi api,
            Optional<String> from,
            Optional<Integer> last,
            Optional<FollowedOutput> followed,
            Context context) {
        StringBuilder path = new StringBuilder("/workloads/")
                .append(SchedulerApi.encode(reference.required()))
                .append("/logs?follow=")
                .append(follow.isSet());
        last.ifPresent(lines -> path.append("&tail=").append(lines));
        if (previous.isSet()) {
            path.append("&previous=true");
        }
        if (follow.isSet()) {
            path.append("&timestamps=true");
        }
        from.ifPresent(moment -> path.append("&since=").append(SchedulerApi.encode(moment)));
        Duration silence = follow.isSet() ? Duration.ZERO : Duration.ofMinutes(1);
        boolean something = false;
        try (SchedulerApi.Streaming logs = api.stream(path.toString(), List.of("Accept: text/plain"), silence)) {
            if (logs.header("Persys-Log-Source").filter("stored-tail"::equals).isPresent()) {
                return new Copied.Stored(new String(logs.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            Optional<String> container = logs.header(LogQuery.CONTAINER_HEADER);
            Optional<FollowedOutput> stamped = container.isPresent() ? followed : Optional.empty();
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
                    stamped.get().print(buffer, n, context.out());
                } else {
                    context.out().write(buffer, 0, n);
                    followed.ifPresent(FollowedOutput::printedPlain);
                }
                context.out().flush();
                if (context.out().checkError()) {
                    break; // Whoever read our output has gone, such as head.
                }
            }
            return new Copied.FromNode(something, true);
        } catch (IOException e) {
            if (!follow.isSet()) {
                throw new Failure(ExitCode.UNREACHABLE, "the output broke off: " + e.getMessage(), "Try again.");
            }
            // A stream on which nothing moved for long was cut, or who gave it is gone: go on behind what it brought.
            return new Copied.FromNode(something, false);
        }
    }

    private SeenWorkload look(SchedulerApi api) {
        return new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference.required())));
    }
}
