package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenNode;
import dev.persys.cli.output.Amounts;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Syntax;
import java.util.List;
import java.util.Map;

/** {@code persys nodes}: the nodes. */
final class NodesVerb implements Verb {
    private final Syntax syntax = new Syntax("nodes", "Lists nodes.").foreign(ForeignOptions::ofNodes);
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        List<SeenNode> nodes = api.list("/nodes", "nodes", Map.of()).stream()
                .map(SeenNode::new)
                .toList();
        ArrayNode items = JsonText.array();
        nodes.forEach(node -> items.add(node.json()));
        ObjectNode data = JsonText.object();
        data.set("nodes", items);
        if (output.printData(data, context.out())) {
            return ExitCode.OK;
        }
        if (output.format() == OutputFormat.NAME) {
            nodes.forEach(node -> context.out().println(node.id()));
            return ExitCode.OK;
        }
        if (output.format() == OutputFormat.WIDE) {
            wide(nodes).print(context.out(), Terminal.UNLIMITED);
        } else {
            table(nodes).print(context.out(), context.terminal().dataColumns());
        }
        nodes.stream()
                .filter(node -> !node.trouble().isEmpty())
                .forEach(node -> context.err().println(node.id() + " is " + node.status() + ", " + node.trouble()));
        if (nodes.isEmpty()) {
            context.err().println("No nodes yet; persys agent on a machine with Docker makes it one.");
        }
        String trouble = api.get("/cluster/metrics").path("trouble").asText();
        if (!trouble.isEmpty()) {
            context.err().println("No changes are taken: " + trouble);
        }
        return ExitCode.OK;
    }

    private static Table table(List<SeenNode> nodes) {
        long now = System.currentTimeMillis();
        Table table =
                new Table("NODE", "STATUS", "HEARTBEAT", "WORKLOADS", "CPU-RESERVED", "MEMORY-RESERVED", "ADDRESS");
        for (SeenNode node : nodes) {
            table.row(
                    node.id(),
                    node.status(),
                    Times.age(node.text("lastHeartbeat"), now),
                    Integer.toString(node.workloads()),
                    node.cpu("reserved") + " of " + node.cpu("total"),
                    Amounts.mebibytes(node.memory("reserved")) + " of " + Amounts.mebibytes(node.memory("total")),
                    node.text("ipAddress"));
        }
        return table;
    }

    private static Table wide(List<SeenNode> nodes) {
        Table table = new Table(
                "NODE",
                "STATUS",
                "REASON",
                "HEARTBEAT",
                "WORKLOADS",
                "CPU-RESERVED",
                "CPU-TOTAL",
                "MEMORY-RESERVED",
                "MEMORY-TOTAL",
                "ADDRESS",
                "PORT",
                "HOSTNAME",
                "DOCKER",
                "AGENT",
                "OS",
                "KERNEL",
                "ARCH",
                "LABELS");
        for (SeenNode node : nodes) {
            table.row(
                    node.id(),
                    node.status(),
                    node.text("reason"),
                    node.text("lastHeartbeat"),
                    Integer.toString(node.workloads()),
                    node.cpu("reserved"),
                    node.cpu("total"),
                    node.memory("reserved") + "Mi",
                    node.memory("total") + "Mi",
                    node.text("ipAddress"),
                    node.text("agentPort"),
                    node.text("hostname"),
                    node.text("dockerVersion"),
                    node.text("agentVersion"),
                    node.text("os"),
                    node.text("kernel"),
                    node.text("architecture"),
                    String.join(",", node.labels()));
        }
        return table;
    }
}
