package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FileProblem;
import dev.persys.audit.AuditVerification;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code persys audit}: who did what, and whether the log that says so is as it was written. */
final class AuditVerb implements Verb {
    /** A day's work is looked at; all of it can be hundreds of thousands of lines. */
    private static final String USUAL_SINCE = "24h";

    private final Syntax syntax = new Syntax("audit", "Shows who changed what, and who was not let in.")
            .footer(
                    "Each scheduler has a log of its own: the one that is asked shows its own.",
                    "persys audit --verify reads files, and needs no scheduler: those of persys dev or persys scheduler of",
                    "this home, or the directory or the files that are named.");
    private final Flag verify =
            syntax.flag("--verify", "Check that no line was changed, left out or moved; exit code 1 where one was.");
    private final Single<String> since =
            syntax.option("--since", "TIME", "Nothing older: a moment, or how long ago; 24h otherwise.", Reader.TEXT);
    private final Single<String> who =
            syntax.option("--who", "WHO", "Only of this identity or from this address.", Reader.TEXT);
    private final Several<String> files = syntax.parametersIfAny(
            "FILE|DIR", Operand.FILE, "With --verify: the log's directory, or files of it, the oldest first.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        if (verify.isSet()) {
            if (since.value().isPresent() || who.value().isPresent()) {
                throw new Failure(ExitCode.USAGE, "--verify checks all lines, and takes no --since or --who");
            }
            return verify(context);
        } else if (!files.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "files are read with --verify alone",
                    "persys audit shows what the scheduler has; persys audit --verify "
                            + files.values().get(0) + " checks it.");
        }
        return show(context);
    }

    private ExitCode show(Context context) {
        SchedulerApi api = connection.open(context);
        Map<String, String> query = new LinkedHashMap<>();
        query.put("since", since.value().orElse(USUAL_SINCE));
        who.value().ifPresent(name -> query.put("who", name));
        List<JsonNode> entries = api.list("/audit", "entries", query);
        ArrayNode items = JsonText.array();
        entries.forEach(items::add);
        ObjectNode data = JsonText.object();
        data.set("entries", items);
        if (output.printData(data, context.out())) {
            return ExitCode.OK;
        } else if (output.format() == OutputFormat.NAME) {
            entries.forEach(entry -> context.out().println(entry.path("seq").asText()));
            return ExitCode.OK;
        }
        boolean wide = output.format() == OutputFormat.WIDE;
        table(entries, wide)
                .print(
                        context.out(),
                        wide ? Terminal.UNLIMITED : context.terminal().dataColumns());
        if (entries.isEmpty()) {
            context.err().println("No line since " + query.get("since") + " is about that; --since says how far back.");
        }
        return ExitCode.OK;
    }

    private static Table table(List<JsonNode> entries, boolean wide) {
        List<String> headings = new ArrayList<>(List.of("TIME", "WHO", "FROM", "OUTCOME", "WHAT", "ON"));
        if (wide) {
            headings.addAll(List.of("STATUS", "NODE", "REQUEST", "SEQ"));
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (JsonNode entry : entries) {
            String at = entry.path("at").asText();
            List<String> row = new ArrayList<>(List.of(
                    wide ? at : at.replaceFirst("\\.\\d+Z$", "Z"),
                    entry.path("who").path("identity").asText(),
                    entry.path("who").path("address").asText("-"),
                    outcome(entry),
                    what(entry),
                    on(entry, wide)));
            if (wide) {
                row.addAll(List.of(
                        entry.path("status").asText("-"),
                        entry.path("on").path("node").asText("-"),
                        entry.path("requestId").asText("-"),
                        entry.path("seq").asText()));
            }
            table.row(row.toArray(String[]::new));
        }
        return table;
    }

    private static String outcome(JsonNode entry) {
        return switch (entry.path("event").asText()) {
            case "session-began" -> "began";
            case "session-ended" -> "ended";
            case "log" -> "-";
            default -> entry.path("outcome").asText("-");
        };
    }

    private static String what(JsonNode entry) {
        StringBuilder what = new StringBuilder(entry.path("method").asText());
        Stream.of("route", "detail")
                .map(part -> entry.path(part).asText(""))
                .filter(text -> !text.isEmpty())
                .forEach(text -> what.append(what.length() == 0 ? "" : " ").append(text));
        entry.path("parameters")
                .properties()
                .forEach(parameter -> what.append(' ')
                        .append(parameter.getKey())
                        .append('=')
                        .append(parameter.getValue().asText()));
        return what.toString();
    }

    /** The name that is known, else what was asked for; with the id that it meant. */
    private static String on(JsonNode entry, boolean wide) {
        JsonNode on = entry.path("on");
        String id = on.path("workload").asText("");
        if (!id.isEmpty()) {
            return on.path("name").asText() + " (" + (wide ? id : ShortIds.of(id)) + ")";
        }
        return Stream.of("node", "asked")
                .map(part -> on.path(part).asText(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("-");
    }

    private ExitCode verify(Context context) {
        List<Path> named = files.values().stream().map(Path::of).toList();
        List<Path> logs = named.isEmpty() ? logs(context) : named;
        ExitCode code = ExitCode.OK;
        try {
            if (!named.isEmpty() && named.stream().noneMatch(Files::isDirectory)) {
                return tell(AuditVerification.ofFiles(named), filesOf(named), context);
            }
            for (Path log : logs) {
                if (!Files.isDirectory(log)) {
                    throw new Failure(
                            ExitCode.USAGE,
                            log + " is no directory",
                            "Name one directory of a log, or files of one log.");
                }
                ExitCode one = tell(AuditVerification.ofDirectory(log), log.toString(), context);
                code = one == ExitCode.OK ? code : one;
            }
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the log cannot be read: " + FileProblem.named(e),
                    "It is readable by the scheduler's user alone.");
        }
        return code;
    }

    private static String filesOf(List<Path> named) {
        return named.size() == 1 ? named.get(0).toString() : named.size() + " files";
    }

    private static List<Path> logs(Context context) {
        List<Path> there = Stream.of("dev", "scheduler")
                .map(part -> context.home().resolve(part).resolve("audit"))
                .filter(Files::isDirectory)
                .toList();
        if (there.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "there is no audit log in " + context.home(),
                    "Name its directory: persys.http.scheduler.audit.directory of the scheduler.");
        }
        return there;
    }

    private ExitCode tell(AuditVerification.Report report, String what, Context context) {
        Optional<AuditVerification.Fault> fault = report.fault();
        if (output.format() == OutputFormat.JSON || output.format() == OutputFormat.YAML) {
            output.printData(json(report, what), context.out());
        } else if (fault.isEmpty()) {
            context.out().println(what + ": " + sound(report));
        }
        if (report.unfinished() > 0 && fault.isEmpty()) {
            context.err()
                    .println("At the end are " + report.unfinished() + " bytes of a line without its end: it is being"
                            + " written, or the scheduler was killed over it; its next start sets them aside.");
        }
        if (fault.isEmpty() && report.lines() > 0) {
            return ExitCode.OK;
        } else if (fault.isEmpty()) {
            throw new Failure(ExitCode.FAILED, "there is no line of an audit log in " + what);
        }
        throw new Failure(
                ExitCode.FAILED,
                "line " + fault.get().line() + " of " + fault.get().file() + ": "
                        + fault.get().why(),
                report.lines()
                        + " lines before it are as they were written. What stands from there on proves nothing.");
    }

    private static String sound(AuditVerification.Report report) {
        String begin = report.first().filter(first -> first > 1).isPresent()
                ? ", from number " + report.first().get() + " on; older ones are no longer kept"
                : "";
        return report.lines() + (report.lines() == 1 ? " line is" : " lines are") + " as written" + begin
                + ". The last is number " + report.head().seq() + ", "
                + report.head().hash();
    }

    private static ObjectNode json(AuditVerification.Report report, String what) {
        ObjectNode json = JsonText.object()
                .put("log", what)
                .put("lines", report.lines())
                .put("seq", report.head().seq())
                .put("hash", report.head().hash())
                .put("unfinished", report.unfinished());
        report.first().ifPresent(first -> json.put("first", first));
        report.fault()
                .ifPresent(fault -> json.set(
                        "fault",
                        JsonText.object()
                                .put("file", fault.file().toString())
                                .put("line", fault.line())
                                .put("why", fault.why())));
        return json;
    }
}
