package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenNode;
import dev.persys.cli.output.Amounts;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Sheet;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code persys node inspect}: everything about one node. */
final class NodeInspectVerb implements Verb {
    private final Syntax syntax = new Syntax("node inspect", "Shows everything about a node.");
    private final Single<String> id = syntax.parameter("NODE", Operand.NODE, "The node's id.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        String path = "/nodes/" + SchedulerApi.encode(id.required());
        JsonNode json = api.get(path);
        if (output.printData(json, context.out())) {
            return ExitCode.OK;
        }
        SeenNode node = new SeenNode(json);
        if (output.format() == OutputFormat.NAME) {
            context.out().println(node.id());
        } else {
            Sheet sheet = sheet(node);
            key(api, path).ifPresent(key -> addKey(sheet, key));
            sheet.print(context.out());
        }
        return ExitCode.OK;
    }

    /** What is known of its key; nothing where the scheduler lets nobody join, or is of before. */
    private static Optional<JsonNode> key(SchedulerApi api, String path) {
        try {
            return Optional.of(api.get(path + "/key"));
        } catch (Refusal | Failure e) {
            return Optional.empty();
        }
    }

    private static void addKey(Sheet sheet, JsonNode key) {
        sheet.line("Key", key.path("key").asText("") + (key.path("revoked").asBoolean() ? " (revoked)" : ""));
        String until = key.path("certificateUntil").asText("");
        if (!until.isEmpty()) {
            boolean over = Instant.parse(until).isBefore(Instant.now());
            sheet.line("Certificate", "until " + until + (over ? ", which is over" : ""));
        }
        JsonNode pending = key.path("pending");
        if (pending.isObject()) {
            sheet.line(
                    "Key waits",
                    pending.path("key").asText() + " from "
                            + pending.path("from").asText() + ", for "
                            + pending.path("why").asText());
        }
    }

    private static Sheet sheet(SeenNode node) {
        Sheet sheet = new Sheet(System.currentTimeMillis());
        sheet.line("Node", node.id());
        sheet.line("Status", node.status());
        if (!node.text("reason").isEmpty()) {
            sheet.line("Reason", node.text("reason") + ": " + node.text("message"));
        }
        sheet.moment("Since", node.text("statusSince"));
        sheet.moment("Heard", node.text("lastHeartbeat"));
        sheet.moment("Registered", node.text("registeredAt"));
        sheet.line("Workloads", Integer.toString(node.workloads()));
        sheet.line("Ports taken", ports(node.json().path("ports")));
        sheet.line("Ports in use", ports(node.json().path("portsInUse")));
        sheet.line("CPU", amounts(node.cpu("total") + " cores", node.cpu("reserved"), node.cpu("free")));
        sheet.line(
                "Memory",
                amounts(
                        Amounts.mebibytes(node.memory("total")),
                        Amounts.mebibytes(node.memory("reserved")),
                        Amounts.mebibytes(node.memory("free"))));
        sheet.line(
                "Unused now",
                node.text("availableCpu") + " cores, "
                        + Amounts.mebibytes(node.json().path("availableMemory").asLong()) + " by the node's own word");
        sheet.line("Address", node.text("ipAddress") + ":" + node.text("agentPort"));
        sheet.line("Hostname", node.text("hostname"));
        sheet.lines("Labels", node.labels());
        sheet.line("System", node.text("os") + ", " + node.text("kernel") + ", " + node.text("architecture"));
        sheet.line("Docker", node.text("dockerVersion"));
        sheet.line("Agent", node.text("agentVersion"));
        return sheet;
    }

    private static String ports(JsonNode ports) {
        List<String> texts = new ArrayList<>();
        ports.forEach(port -> texts.add(port.asText()));
        return String.join(", ", texts);
    }

    private static String amounts(String total, String reserved, String free) {
        return total + ", of which " + reserved + " reserved and " + free + " free";
    }
}
