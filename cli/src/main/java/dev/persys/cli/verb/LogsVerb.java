package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.IOException;
import java.io.InputStream;
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
        StringBuilder path = new StringBuilder("/workloads/")
                .append(SchedulerApi.encode(reference.required()))
                .append("/logs?follow=")
                .append(follow.isSet());
        tail.value().ifPresent(lines -> path.append("&tail=").append(lines));
        since.value().ifPresent(from -> path.append("&since=").append(SchedulerApi.encode(from)));
        Duration silence = follow.isSet() ? Duration.ZERO : Duration.ofMinutes(1);
        SchedulerApi api = connection.open(context);
        try (SchedulerApi.Streaming logs = api.stream(path.toString(), List.of("Accept: text/plain"), silence)) {
            boolean storedTail = logs.header("Persys-Log-Source")
                    .filter("stored-tail"::equals)
                    .isPresent();
            if (storedTail) {
                context.err().println("The node does not have this output any more; this is the tail that was kept.");
            }
            copy(logs.body(), context);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNREACHABLE,
                    "the output broke off: " + e.getMessage(),
                    "persys ps shows how the workload is; persys logs --since 1m goes on.");
        }
        return ExitCode.OK;
    }

    private static void copy(InputStream logs, Context context) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = logs.read(buffer); n >= 0; n = logs.read(buffer)) {
            context.out().write(buffer, 0, n);
            context.out().flush();
            if (context.out().checkError()) {
                return; // Whoever read our output has gone, such as head.
            }
        }
    }
}
