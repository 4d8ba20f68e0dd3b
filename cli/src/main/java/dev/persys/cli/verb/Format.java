package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Table;
import dev.persys.cli.output.Template;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The option {@code --format} of verbs that show workloads: a template, or a word of {@code -o}, as docker takes both. */
final class Format {
    private static final String TABLE = "table ";

    /** What docker calls otherwise than we do. */
    private static final Map<String, String> OF_DOCKER = Map.of(
            "Names", "{{.Name}}",
            "State", "{{.Status}}",
            "Ports", "{{.PublishedPorts}}",
            "RunningFor", "{{.CreatedAt}}",
            "Networks", "{{.Network}}",
            "Mounts", "{{.Volumes}}");

    /**
     * What was typed.
     *
     * @param template of each cell, where the lines are those of a table; of the whole line where not
     */
    private record Wanted(Optional<OutputFormat> word, List<Template> template, boolean isTable) {}

    private static final Reader<Wanted> READER = Format::read;

    private final Single<Wanted> wanted;

    Format(Syntax syntax) {
        wanted = syntax.option(
                "--format",
                "TEMPLATE",
                "A line for each, with its fields as the API names them, such as '{.name} {.status}'.",
                READER);
    }

    private static Wanted read(String text) throws Reader.NotAValueException {
        for (OutputFormat format : OutputFormat.values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text.strip())) {
                return new Wanted(Optional.of(format), List.of(), false);
            }
        }
        if (!text.startsWith(TABLE)) {
            return new Wanted(Optional.empty(), List.of(Template.READER.read(text)), false);
        }
        List<Template> cells = new ArrayList<>();
        for (String cell : text.substring(TABLE.length()).strip().split("\\\\t|\t", -1)) {
            cells.add(Template.READER.read(cell));
        }
        return new Wanted(Optional.empty(), cells, true);
    }

    boolean isWanted() {
        return wanted.value().filter(given -> given.word().isEmpty()).isPresent();
    }

    /** The word of {@code -o} that was given here in its place. */
    Optional<OutputFormat> word() {
        return wanted.value().flatMap(Wanted::word);
    }

    /** Two ways to print at once are refused. */
    void requireAlone(Output output, Flag... others) {
        boolean other = false;
        for (Flag flag : others) {
            other |= flag.isSet();
        }
        int ways = (wanted.value().isPresent() ? 1 : 0) + (output.isGiven() ? 1 : 0) + (other ? 1 : 0);
        if (ways > 1) {
            throw new Failure(ExitCode.USAGE, "--format, --output and --quiet do not go together", "Take one of them.");
        }
    }

    /** Prints a line for each; what is empty in all of them may be misspelled, and that is said. */
    void print(List<JsonNode> all, Context context) {
        Wanted given = wanted.required();
        if (given.isTable()) {
            printTable(given.template(), all, context);
        } else {
            for (JsonNode one : all) {
                String line = given.template().get(0).line(one);
                context.out().println(context.terminal().dataIsTerminal() ? shown(line) : line);
            }
        }
        List<String> empty = all.isEmpty()
                ? List.of()
                : given.template().stream()
                        .flatMap(template -> template.emptyIn(all).stream())
                        .toList();
        if (!empty.isEmpty()) {
            Failure.warn(
                    "nothing here has " + String.join(", ", empty) + ofDocker(empty)
                            + "; persys inspect WORKLOAD -o json shows all fields",
                    context.err());
        }
    }

    private static void printTable(List<Template> cells, List<JsonNode> all, Context context) {
        Table table = new Table(cells.stream().map(Template::heading).toArray(String[]::new));
        for (JsonNode one : all) {
            table.row(cells.stream().map(cell -> cell.line(one)).toArray(String[]::new));
        }
        table.print(context.out(), context.terminal().dataColumns());
    }

    private static String ofDocker(List<String> places) {
        return OF_DOCKER.entrySet().stream()
                .filter(field -> places.stream().anyMatch(place -> place.matches("\\W*" + field.getKey() + "\\W*")))
                .map(field -> "; for " + field.getKey() + " of docker, write " + field.getValue())
                .sorted()
                .collect(Collectors.joining());
    }

    /** What others wrote does not move the cursor. */
    private static String shown(String line) {
        return String.join("\n", line.lines().map(Table::printable).toList());
    }
}
