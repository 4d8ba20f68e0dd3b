package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.DurationText;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Progress;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** {@code persys gc}: workloads that are kept no longer go now. */
final class GcVerb implements Verb {
    private final Syntax syntax = new Syntax("gc", "Removes workloads that ended and are kept no longer.")
            .footer(
                    "The scheduler does so by itself every minute; the settings persys.scheduler.retention say what is"
                            + " kept.",
                    "persys gc --finished-after 0s removes all that are Exited or Failed.");
    private final Flag dryRun = syntax.flag("--dry-run", "Only show what would go.");
    private final Single<Duration> finishedAfter = syntax.option(
            "--finished-after",
            "SPAN",
            "How long Exited and Failed workloads are kept, in place of the setting, such as 1h; for this time.",
            Readers.DURATION);
    private final Output output = new Output(syntax);
    private final Waiting waiting = new Waiting(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Deadline deadline = waiting.deadline();
        SchedulerApi api = connection.open(context, deadline);
        JsonNode garbage = api.post(path(dryRun.isSet(), ""));
        print(context, garbage);
        if (dryRun.isSet() || !waiting.isWanted()) {
            context.err().println(dryRun.isSet() ? wouldGo(garbage) : going(garbage));
            return ExitCode.OK;
        }
        Progress progress = waiting.progress(context);
        LeaveNote.during(
                () -> {
                    await(api, progress, deadline, left(garbage));
                    return ExitCode.OK;
                },
                "The removals go on without you: persys gc --dry-run shows how far they are.",
                context,
                progress);
        progress.clear();
        context.err().println(gone(garbage));
        return ExitCode.OK;
    }

    private String path(boolean dry, String more) {
        String span = finishedAfter
                .value()
                .map(after -> "&finishedAfter=" + SchedulerApi.encode(DurationText.format(after)))
                .orElse("");
        return "/cluster/gc?dryRun=" + dry + span + more;
    }

    /** Until nothing more goes; what waits for a node that does not answer is not waited for. */
    private void await(SchedulerApi api, Progress progress, Deadline deadline, long asked) {
        long going = asked;
        while (going > 0 && !deadline.isPassed()) {
            progress.phase(workloads(going) + " to remove");
            WorkloadWatch.pause();
            try {
                going = left(api.post(path(true, "&limit=1")));
            } catch (Failure e) {
                if (e.code() != ExitCode.TIMED_OUT) {
                    throw e;
                }
            }
        }
        if (going > 0) {
            progress.clear();
            throw new Failure(
                    ExitCode.TIMED_OUT,
                    workloads(going) + " still to be removed",
                    "persys gc --dry-run shows how it goes on.");
        }
    }

    private static long left(JsonNode garbage) {
        return atOnce(garbage) + garbage.path("removing").asLong();
    }

    private void print(Context context, JsonNode garbage) {
        if (output.printData(garbage, context.out())) {
            return;
        }
        JsonNode workloads = garbage.path("workloads");
        switch (output.format()) {
            case NAME ->
                workloads.forEach(one -> context.out().println(one.path("id").asText()));
            case WIDE -> table(workloads, true).print(context.out(), Terminal.UNLIMITED);
            default ->
                table(workloads, false).print(context.out(), context.terminal().dataColumns());
        }
        long unnamed = garbage.path("expired").asLong() - workloads.size();
        if (unnamed > 0 && output.format() != OutputFormat.NAME) {
            context.out().println("and " + unnamed + " more");
        }
    }

    private static Table table(JsonNode workloads, boolean wide) {
        long now = System.currentTimeMillis();
        List<String> all = StreamSupport.stream(workloads.spliterator(), false)
                .map(one -> one.path("id").asText())
                .toList();
        ShortIds ids = ShortIds.of(all);
        Table table = new Table("ID", "NAME", "STATUS", wide ? "SINCE" : "ENDED", "NODE", "WHY");
        for (JsonNode one : workloads) {
            String id = one.path("id").asText();
            String since = one.path("statusSince").asText();
            table.row(
                    wide ? id : ids.cut(id),
                    one.path("name").asText(),
                    one.path("status").asText(),
                    wide ? since : Times.age(since, now),
                    one.path("nodeId").asText("-"),
                    one.path("message").asText());
        }
        return table;
    }

    private static String wouldGo(JsonNode garbage) {
        return "Nothing was changed. " + workloads(atOnce(garbage)) + " would go" + later(garbage) + "; "
                + kept(garbage) + ".";
    }

    private static String going(JsonNode garbage) {
        return workloads(atOnce(garbage)) + " to remove" + later(garbage) + "; " + kept(garbage) + ".";
    }

    private static String gone(JsonNode garbage) {
        return workloads(atOnce(garbage)) + " removed" + later(garbage) + "; " + kept(garbage) + ".";
    }

    private static long atOnce(JsonNode garbage) {
        return garbage.path("expired").asLong() - garbage.path("waiting").asLong();
    }

    private static String later(JsonNode garbage) {
        long waiting = garbage.path("waiting").asLong();
        return waiting == 0 ? "" : ", " + waiting + " more once their nodes answer";
    }

    private static String kept(JsonNode garbage) {
        long kept = garbage.path("kept").asLong();
        return kept + (kept == 1 ? " that ended stays" : " that ended stay");
    }

    private static String workloads(long count) {
        return count == 1 ? "1 workload" : count + " workloads";
    }
}
