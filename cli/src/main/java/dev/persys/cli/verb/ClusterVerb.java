package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.Amounts;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Sheet;
import dev.persys.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code persys cluster}: totals. */
final class ClusterVerb implements Verb {
    private final Syntax syntax = new Syntax("cluster", "Shows the cluster's totals.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        JsonNode json = api.get("/cluster/metrics");
        if (output.printData(json, context.out())) {
            return ExitCode.OK;
        }
        if (output.format() == OutputFormat.NAME) {
            context.out().println(json.path("clusterId").asText());
            return ExitCode.OK;
        }
        Sheet sheet = new Sheet(System.currentTimeMillis());
        sheet.line("Cluster", json.path("clusterId").asText());
        sheet.line("Address", api.address().toString());
        sheet.line("Epoch", json.path("epoch").asText());
        sheet.line("Nodes", counts(json.path("nodes")));
        sheet.line("Workloads", counts(json.path("workloads")));
        sheet.line("Health", checked(json.path("health")));
        sheet.line("CPU", amount(json, "cpu", cores -> cores.asText() + " cores"));
        sheet.line("Memory", amount(json, "memory", size -> Amounts.mebibytes(size.asLong())));
        sheet.line("Trouble", json.path("trouble").asText());
        sheet.print(context.out());
        return ExitCode.OK;
    }

    /** Nothing where no workload has a health check, or an older scheduler does not say. */
    private static String checked(JsonNode byStatus) {
        String counts = counts(byStatus);
        return counts.equals("none") ? "" : counts;
    }

    private static String counts(JsonNode byStatus) {
        long total = 0;
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : byStatus.properties()) {
            if (entry.getValue().asLong() > 0) {
                total += entry.getValue().asLong();
                parts.add(entry.getValue().asLong() + " " + entry.getKey());
            }
        }
        return parts.isEmpty() ? "none" : total + " (" + String.join(", ", parts) + ")";
    }

    private static String amount(JsonNode json, String what, Function<JsonNode, String> text) {
        return text.apply(json.path("capacity").path(what)) + ", of which "
                + text.apply(json.path("reserved").path(what)) + " reserved and "
                + text.apply(json.path("free").path(what)) + " free";
    }
}
