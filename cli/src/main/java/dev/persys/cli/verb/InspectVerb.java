package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.ShellWords;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.Amounts;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Sheet;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code persys inspect}: everything about one workload. */
final class InspectVerb implements Verb {
    private final Syntax syntax = new Syntax("inspect", "Shows everything about a workload.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Format format = new Format(syntax);
    private final Output output = new Output(syntax, format::word);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        format.requireAlone(output);
        JsonNode json = connection.open(context).get("/workloads/" + SchedulerApi.encode(reference.required()));
        if (format.isWanted()) {
            format.print(List.of(json), context);
            return ExitCode.OK;
        }
        if (output.printData(json, context.out())) {
            return ExitCode.OK;
        }
        if (output.format() == OutputFormat.NAME) {
            context.out().println(json.path("id").asText());
        } else {
            print(new SeenWorkload(json), context);
        }
        return ExitCode.OK;
    }

    private static void print(SeenWorkload workload, Context context) {
        JsonNode json = workload.json();
        long now = System.currentTimeMillis();
        Sheet sheet = new Sheet(now);
        sheet.line("Name", workload.name());
        sheet.line("Id", workload.id());
        sheet.line("Status", workload.statusWithReason());
        // Where it says more than the status does.
        sheet.line("", List.of("running", "completed").contains(workload.message()) ? "" : workload.message());
        sheet.moment("Since", json.path("statusSince").asText(""));
        sheet.line("Health", health(json));
        sheet.line("Next try", retry(workload));
        sheet.line("Wanted", json.path("desired").asText(""));
        sheet.line("Node", workload.node().orElse(""));
        sheet.line("Image", workload.image());
        sheet.line("Entrypoint", words(json.path("entrypoint")));
        sheet.line("Command", words(json.path("command")));
        sheet.line("Arguments", words(json.path("args")));
        sheet.line("User", json.path("user").asText(""));
        sheet.line("Working dir", json.path("workingDir").asText(""));
        sheet.lines("Environment", environmentNames(json));
        sheet.lines("Secrets", secrets(json));
        sheet.lines("Ports", workload.ports());
        sheet.lines("Volumes", volumes(json));
        sheet.line("Network", json.path("network").asText(""));
        sheet.line("Reserved", reserved(json.path("resources")));
        sheet.line("Limits", limits(json.path("limits")));
        sheet.line("Restart", json.path("restartPolicy").asText(""));
        sheet.line("Restarts", workload.restarts() == 0 ? "" : Integer.toString(workload.restarts()));
        sheet.lines("Health check", checkedBy(json.path("healthCheck")));
        sheet.line("Exit code", workload.exitCode().map(String::valueOf).orElse(""));
        sheet.line("Stop grace", json.path("stopGracePeriod").asText(""));
        sheet.line("Pull policy", json.path("pullPolicy").asText(""));
        sheet.line("Credentials", json.path("registryCredentials").asText(""));
        sheet.lines("Labels", pairs(json.path("labels")));
        sheet.lines("Constraints", pairs(json.path("constraints")));
        sheet.line("Generation", json.path("generation").asText(""));
        sheet.line("Container", json.path("containerId").asText(""));
        sheet.moment("Created", workload.createdAt());
        sheet.moment("Started", json.path("startedAt").asText(""));
        sheet.moment("Finished", json.path("finishedAt").asText(""));
        sheet.lines("Last output", lastLines(workload.logs()));
        sheet.print(context.out());
    }

    /** Such as {@code unhealthy after 3 failures in a row: HTTP 500}. */
    private static String health(JsonNode json) {
        JsonNode health = json.path("health");
        if (!health.path("status").isTextual()) {
            return "";
        }
        int failures = health.path("failures").asInt();
        String times = failures == 1 ? "1 failure" : failures + " failures in a row";
        String message = health.path("message").asText("");
        return health.path("status").asText()
                + (failures == 0 ? "" : " after " + times)
                + (failures == 0 || message.isEmpty() ? "" : ": " + message);
    }

    private static String retry(SeenWorkload workload) {
        return workload.retried()
                .map(next -> next + ", at "
                        + workload.json().path("retry").path("nextRetryAt").asText())
                .orElse("");
    }

    /** What is checked, and how. */
    private static List<String> checkedBy(JsonNode check) {
        if (!check.isObject()) {
            return List.of();
        } else if (check.path("none").asBoolean()) {
            return List.of("none, whatever the image declares");
        }
        List<String> rules = new ArrayList<>();
        rule(rules, "every ", check.path("interval"));
        rule(rules, "timeout ", check.path("timeout"));
        rule(rules, "retries ", check.path("retries"));
        rule(rules, "start period ", check.path("startPeriod"));
        rules.add(check.path("onUnhealthy").asText("").equals("restart") ? "restarted when unhealthy" : "reported");
        return List.of(what(check), String.join(", ", rules));
    }

    private static void rule(List<String> rules, String what, JsonNode value) {
        if (!value.isMissingNode()) {
            rules.add(what + value.asText());
        }
    }

    private static String what(JsonNode check) {
        JsonNode http = check.path("http");
        if (http.isObject()) {
            return "GET " + http.path("scheme").asText("http") + "://:"
                    + http.path("port").asText() + http.path("path").asText("/") + ", expects "
                    + http.path("expect").asText("");
        } else if (check.path("tcp").isObject()) {
            return "connects to port " + check.path("tcp").path("port").asText();
        }
        return check.path("exec").isArray() ? "runs " + words(check.path("exec")) : "the image's own";
    }

    /** Such as {@code 0.5 cores, 256 MiB}. */
    static String reserved(JsonNode resources) {
        return resources.path("cpu").asText() + " cores, "
                + Amounts.mebibytes(resources.path("memory").asLong());
    }

    /** Such as {@code any idle core, 256 MiB}. */
    static String limits(JsonNode limits) {
        String cpu = limits.path("cpu").isNumber() ? limits.path("cpu").asText() + " cores" : "any idle core";
        JsonNode memory = limits.path("memory");
        return cpu + ", " + (memory.isNumber() ? Amounts.mebibytes(memory.asLong()) : "no limit of memory");
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(ShellWords.quote(word.asText())));
        return String.join(" ", words);
    }

    /** Names only: a value may be a secret, and whoever needs it asks for JSON. */
    private static List<String> environmentNames(JsonNode json) {
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, JsonNode> variable : json.path("envVars").properties()) {
            names.add(variable.getKey());
        }
        return names.isEmpty() ? names : List.of(String.join(", ", names) + " (values: -o json)");
    }

    /** Such as {@code PGPASSWORD from db-password, runs version 3, 4 is current}. */
    private static List<String> secrets(JsonNode json) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, JsonNode> variable : json.path("secretEnv").properties()) {
            String name = variable.getValue().asText();
            JsonNode version = json.path("secretVersions").path(name);
            String given = version.isMissingNode() ? "" : ", runs version " + version.asText();
            JsonNode current = json.path("outdatedSecrets").path(name);
            lines.add(variable.getKey() + " from " + name + given
                    + (current.isMissingNode() ? "" : ", " + current.asText() + " is current"));
        }
        return lines;
    }

    private static List<String> volumes(JsonNode json) {
        List<String> volumes = new ArrayList<>();
        for (JsonNode volume : json.path("volumes")) {
            String mode = volume.path("readOnly").asBoolean() ? " (read-only)" : "";
            volumes.add(volume.path("source").asText() + " on "
                    + volume.path("target").asText() + mode);
        }
        return volumes;
    }

    private static List<String> pairs(JsonNode map) {
        List<String> pairs = new ArrayList<>();
        for (Map.Entry<String, JsonNode> pair : map.properties()) {
            pairs.add(pair.getKey() + "=" + pair.getValue().asText());
        }
        return pairs;
    }

    private static List<String> lastLines(String logs) {
        List<String> lines = logs.lines().toList();
        return lines.subList(Math.max(0, lines.size() - 10), lines.size());
    }
}
