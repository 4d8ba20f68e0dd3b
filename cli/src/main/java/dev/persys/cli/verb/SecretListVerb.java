package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code persys secret ls}: which secrets there are and who is given them. Their values are shown by nothing. */
final class SecretListVerb implements Verb {
    private final Syntax syntax =
            new Syntax("secret ls", "Lists secrets, their versions and who uses them; never a value.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        List<JsonNode> secrets = api.list("/secrets", "secrets", Map.of());
        ArrayNode items = JsonText.array();
        secrets.forEach(items::add);
        ObjectNode data = JsonText.object();
        data.set("secrets", items);
        if (output.printData(data, context.out())) {
            return ExitCode.OK;
        } else if (output.format() == OutputFormat.NAME) {
            secrets.forEach(secret -> context.out().println(secret.path("name").asText()));
            return ExitCode.OK;
        }
        table(secrets)
                .print(
                        context.out(),
                        output.format() == OutputFormat.WIDE
                                ? Terminal.UNLIMITED
                                : context.terminal().dataColumns());
        secrets.stream()
                .filter(secret -> !secret.path("usable").asBoolean())
                .forEach(secret -> context.err()
                        .println("The scheduler cannot open secret "
                                + secret.path("name").asText()
                                + ": the key that sealed it is not in its file of keys."));
        if (secrets.isEmpty()) {
            context.err().println("No secrets yet; persys secret set makes one.");
        }
        return ExitCode.OK;
    }

    private static Table table(List<JsonNode> secrets) {
        long now = System.currentTimeMillis();
        Table table = new Table("SECRET", "VERSION", "CHANGED", "WORKLOADS", "STILL ON AN OLDER VERSION");
        for (JsonNode secret : secrets) {
            List<String> old = new ArrayList<>();
            secret.path("workloads").forEach(workload -> {
                if (workload.path("outdated").asBoolean()) {
                    old.add(workload.path("name").asText() + " ("
                            + workload.path("version").asText() + ")");
                }
            });
            table.row(
                    secret.path("name").asText(),
                    secret.path("version").asText(),
                    Times.age(secret.path("updatedAt").asText(), now),
                    Integer.toString(secret.path("workloads").size()),
                    String.join(", ", old));
        }
        return table;
    }
}
