package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.output.Times;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code persys specs}: the last specifications of a workload, newest first. */
final class SpecsVerb implements Verb {
    private final Syntax syntax = new Syntax("specs", "Lists the last specifications of a workload.")
            .footer("The newest is the present one; persys undo goes back to the one below it.");
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
        JsonNode answer =
                connection.open(context).get("/workloads/" + SchedulerApi.encode(reference.required()) + "/specs");
        if (output.printData(answer, context.out())) {
            return ExitCode.OK;
        }
        List<JsonNode> specs = new ArrayList<>();
        answer.path("specs").forEach(specs::add);
        if (output.format() == OutputFormat.NAME) {
            specs.forEach(one -> context.out().println(one.path("version").asText()));
            return ExitCode.OK;
        }
        boolean isWide = output.format() == OutputFormat.WIDE;
        table(specs, isWide)
                .print(
                        context.out(),
                        isWide ? Terminal.UNLIMITED : context.terminal().dataColumns());
        return ExitCode.OK;
    }

    private static Table table(List<JsonNode> specs, boolean isWide) {
        long now = System.currentTimeMillis();
        Table table = new Table("VERSION", "SINCE", "IMAGE", "CHANGED");
        for (int i = 0; i < specs.size(); i++) {
            JsonNode one = specs.get(i);
            String since = one.path("since").asText();
            String changed = i + 1 < specs.size() ? changed(specs.get(i + 1), one) : "";
            table.row(
                    one.path("version").asText(),
                    isWide ? since : Times.age(since, now),
                    one.path("spec").path("image").asText(),
                    changed);
        }
        return table;
    }

    private static String changed(JsonNode before, JsonNode after) {
        return SpecDifference.between(before.path("spec"), after.path("spec")).stream()
                .map(SpecDifference.Field::toString)
                .collect(Collectors.joining("; "));
    }
}
