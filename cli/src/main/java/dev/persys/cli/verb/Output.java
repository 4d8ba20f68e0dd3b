package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Supplier;

/** The option {@code -o} of the reading verbs. */
final class Output {
    private final Single<OutputFormat> format;
    private final Supplier<Optional<OutputFormat>> other;

    Output(Syntax syntax) {
        this(syntax, Optional::empty);
    }

    /** @param other what says it where this option does not */
    Output(Syntax syntax, Supplier<Optional<OutputFormat>> other) {
        this.other = other;
        format = syntax.option(
                "-o, --output",
                OutputFormat.LABEL,
                "How to print; name is one reference a line, for other verbs.",
                OutputFormat.READER);
    }

    boolean isGiven() {
        return format.value().isPresent();
    }

    OutputFormat format() {
        return format.value().or(other).orElse(OutputFormat.TABLE);
    }

    /** Prints the data itself, where that is asked for; false where a form for people is. */
    boolean printData(JsonNode data, PrintStream out) {
        switch (format()) {
            case JSON -> out.println(JsonText.pretty(data));
            case YAML -> out.print(Documents.write(data));
            default -> {
                return false;
            }
        }
        return true;
    }
}
