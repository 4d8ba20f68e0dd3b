package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Template;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.List;

/** The option {@code --format} of verbs that show workloads. */
final class Format {
    private final Single<Template> template;

    Format(Syntax syntax) {
        template = syntax.option(
                "--format",
                "TEMPLATE",
                "A line for each, with its fields as the API names them, such as '{.name} {.status}'.",
                Template.READER);
    }

    boolean isWanted() {
        return template.value().isPresent();
    }

    /** Two ways to print at once are refused. */
    void requireAlone(Output output, Flag... others) {
        boolean other = false;
        for (Flag flag : others) {
            other |= flag.isSet();
        }
        int ways = (isWanted() ? 1 : 0) + (output.isGiven() ? 1 : 0) + (other ? 1 : 0);
        if (ways > 1) {
            throw new Failure(ExitCode.USAGE, "--format, --output and --quiet do not go together", "Take one of them.");
        }
    }

    /** Prints a line for each; what is empty in all of them may be misspelled, and that is said. */
    void print(List<JsonNode> all, Context context) {
        Template wanted = template.required();
        for (JsonNode one : all) {
            String line = wanted.line(one);
            context.out().println(context.terminal().dataIsTerminal() ? shown(line) : line);
        }
        List<String> empty = all.isEmpty() ? List.of() : wanted.emptyIn(all);
        if (!empty.isEmpty()) {
            Failure.warn(
                    "nothing here has " + String.join(", ", empty)
                            + "; persys inspect WORKLOAD -o json shows all fields",
                    context.err());
        }
    }

    /** What others wrote does not move the cursor. */
    private static String shown(String line) {
        return String.join("\n", line.lines().map(Table::printable).toList());
    }
}
