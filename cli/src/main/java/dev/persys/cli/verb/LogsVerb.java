package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code persys logs}: a workload's output. */
final class LogsVerb implements Verb {
    private static final int BUFFER = 16 * 1024;

    /** A span back from now, or a moment; either becomes a moment. */
    private static final Reader<String> SINCE = text -> {
        Optional<Duration> ago = DurationText.parse(text);
        if (ago.isPresent()) {
            return Instant.now().minus(ago.get()).toString();
        }
        if (Times.millis(text).isEmpty()) {
            throw new Reader.NotAValueException(
                    "a span such as 10m or a moment such as 2026-01-02T03:04:05Z is wanted");
        }
        return text;
    };

    /** What an answer brought: when its last output came, and whether the node itself gave it. */
    private record Copied(Instant newest, boolean fromNode) {}

    private final Syntax syntax = new Syntax("logs", "Prints a workload's output.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Flag follow = syntax.flag("-f, --follow", "Stay, and print what comes.");
    private final Single<Integer> tail =
            syntax.option("-n, --tail", "LINES", "Only the last so many lines.", Reader.COUNT);
    private final Single<String> since =
            syntax.option("--since", "TIME", "Only what is newer: a span such as 10m, or a moment.", SINCE);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        if (!follow.isSet()) {
            read(api, since.value(), tail.value(), context);
            return ExitCode.OK;
        }
        Optional<String> from = since.value();
        Optional<Integer> last = tail.value();
        while (true) {
            Copied copied = read(api, from, last, context);
            if (!copied.fromNode() || context.out().checkError() || !goesOn(api)) {
                return ExitCode.OK;
            }
            // A stream on which nothing moved for long was cut: go on from what it brought last.
            from = Optional.of(copied.newest().toString());
            last = Optional.empty();
            WorkloadWatch.pause();
        }
    }

    /** Copies one answer to its end, and tells when its last output came. */
    private Copied read(SchedulerApi api, Optional<String> from, Optional<Integer> last, Context context) {
        StringBuilder path = new StringBuilder("/workloads/")
                .append(SchedulerApi.encode(reference.required()))
                .append("/logs?follow=")
                .append(follow.isSet());
        last.ifPresent(lines -> path.append("&tail=").append(lines));
        from.ifPresent(moment -> path.append("&since=").append(SchedulerApi.encode(moment)));
        Duration silence = follow.isSet() ? Duration.ZERO : Duration.ofMinutes(1);
        Instant newest = Instant.now();
        boolean fromNode = true;
        try (SchedulerApi.Streaming logs = api.stream(path.toString(), List.of("Accept: text/plain"), silence)) {
            if (logs.header("Persys-Log-Source").filter("stored-tail"::equals).isPresent()) {
                fromNode = false;
                context.err().println("The node does not answer or has this no more; it is the tail that was kept.");
            }
            byte[] buffer = new byte[BUFFER];
            for (int n = logs.body().read(buffer); n >= 0; n = logs.body().read(buffer)) {
                newest = Instant.now();
                context.out().write(buffer, 0, n);
                context.out().flush();
                if (context.out().checkError()) {
                    break; // Whoever read our output has gone, such as head.
                }
            }
        } catch (IOException e) {
            if (!follow.isSet()) {
                throw new Failure(ExitCode.UNREACHABLE, "the output broke off: " + e.getMessage(), "Try again.");
            }
        }
        return new Copied(newest, fromNode);
    }

    /** Whether there may be more output: its container has not ended for good. */
    private boolean goesOn(SchedulerApi api) {
        return !new SeenWorkload(api.get("/workloads/" + SchedulerApi.encode(reference.required()))).isEnded();
    }
}
