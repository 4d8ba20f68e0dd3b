package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code persys explain}: why a workload is where it is, and why not elsewhere. */
final class ExplainVerb implements Verb {
    private final Syntax syntax = new Syntax("explain", "Says why a workload is where it is, or nowhere.");
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String path = "/workloads/" + SchedulerApi.encode(reference.required()) + "/explain";
        JsonNode json = connection.open(context).get(path);
        if (output.printData(json, context.out())) {
            return ExitCode.OK;
        }
        SeenWorkload workload = new SeenWorkload(json.path("workload"));
        if (output.format() == OutputFormat.NAME) {
            workload.node().ifPresent(context.out()::println);
            return ExitCode.OK;
        }
        PrintStream out = context.out();
        String where = workload.node().map(node -> " on " + node).orElse(", on no node");
        out.println(Outcomes.called(workload) + " is " + workload.statusText() + where + ": " + workload.message());
        amounts(workload.json()).ifPresent(out::println);
        decision(json).ifPresent(out::println);
        out.println();
        nodes(json, workload).print(out, context.terminal().dataColumns());
        List<String> remedies = workload.node().isEmpty() ? remedies(json.path("nodes")) : List.of();
        if (!remedies.isEmpty()) {
            out.println();
            out.println("It would fit if");
            remedies.forEach(remedy -> out.println("  " + remedy));
        }
        return ExitCode.OK;
    }

    private static Optional<String> amounts(JsonNode workload) {
        return workload.path("resources").isObject()
                ? Optional.of("It reserves " + InspectVerb.reserved(workload.path("resources")) + "; its limits are "
                        + InspectVerb.limits(workload.path("limits")) + ".")
                : Optional.empty();
    }

    private static Optional<String> decision(JsonNode json) {
        JsonNode decision = json.path("decision");
        JsonNode chosen = decision.path("chosen");
        if (!chosen.isObject()) {
            return Optional.empty();
        }
        String age = Times.age(decision.path("at").asText(), System.currentTimeMillis());
        int considered = decision.path("nodesConsidered").asInt();
        List<String> others = new ArrayList<>();
        for (JsonNode other : decision.path("runnersUp")) {
            others.add(other.path("node").asText() + " "
                    + score(other.path("score").asLong()));
        }
        String behind = others.isEmpty() ? "" : "; behind it " + String.join(", ", others);
        return Optional.of("Placed " + age + " ago on " + chosen.path("node").asText() + " by "
                + decision.path("policy").asText() + ": score "
                + score(chosen.path("score").asLong()) + ", the best of "
                + (considered == 1 ? "1 node" : considered + " nodes") + behind + ".");
    }

    private static Table nodes(JsonNode json, SeenWorkload workload) {
        Table table = new Table("NODE", "NOW", "WHY");
        for (JsonNode node : json.path("nodes")) {
            String id = node.path("node").asText();
            List<String> vetoes = new ArrayList<>();
            for (JsonNode veto : node.path("vetoes")) {
                vetoes.add(veto.path("filter").asText() + ": "
                        + veto.path("detail").asText());
            }
            boolean here = workload.node().filter(id::equals).isPresent();
            boolean fits = node.path("score").isNumber();
            String why = fits ? "score " + score(node.path("score").asLong()) : String.join("; ", vetoes);
            table.row(id, (fits ? "fits" : "does not fit") + (here ? ", is here" : ""), why);
        }
        return table;
    }

    /** Nodes with the fewest things in the way come first: they are the nearest way out. */
    private static List<String> remedies(JsonNode nodes) {
        List<JsonNode> vetoed = new ArrayList<>();
        nodes.forEach(node -> {
            if (!node.path("vetoes").isEmpty()) {
                vetoed.add(node);
            }
        });
        vetoed.sort(Comparator.comparingInt(node -> node.path("vetoes").size()));
        List<String> lines = new ArrayList<>();
        for (JsonNode node : vetoed.subList(0, Math.min(3, vetoed.size()))) {
            List<String> parts = new ArrayList<>();
            for (JsonNode veto : node.path("vetoes")) {
                parts.add(remedy(veto, node.path("node").asText()));
            }
            lines.add(String.join(", and ", parts));
        }
        if (nodes.isEmpty()) {
            lines.add("there were a node: persys agent on a machine with Docker makes it one");
        }
        return lines;
    }

    private static String remedy(JsonNode veto, String node) {
        String detail = " (" + veto.path("detail").asText() + ")";
        return switch (veto.path("filter").asText()) {
            case "status" -> "node " + node + " were Active" + detail + ": persys node inspect " + node;
            case "labels" -> "node " + node + " had the labels wanted" + detail;
            case "cpu" -> "it reserved less CPU, or " + node + " had more free" + detail;
            case "memory" -> "it reserved less memory, or " + node + " had more free" + detail;
            case "port-in-use" -> "it asked for another host port, or " + node + " had that one free" + detail;
            case "host-port" -> "it asked for another host port, or that of " + node + " were free" + detail;
            default -> "not for " + veto.path("filter").asText() + " on " + node + detail;
        };
    }

    /** Of 1,000,000 at most; shown as a share of one, with three decimals. */
    private static String score(long score) {
        String thousandths = Long.toString(1000 + score / 1000);
        return (score >= 1_000_000 ? "1" : "0") + "." + thousandths.substring(thousandths.length() - 3);
    }
}
