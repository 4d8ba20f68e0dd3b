package dev.persys.cli.syntax;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Reader.NotAValueException;
import java.util.ArrayList;
import java.util.List;

/** What a verb takes beside flags: typed values, there once the command line was parsed. */
abstract sealed class Argument<T> permits Single, Several {
    private final String label;
    private final Reader<T> reader;
    private final List<T> values = new ArrayList<>();

    Argument(String label, Reader<T> reader) {
        this.label = label;
        this.reader = reader;
    }

    /** In the order typed; empty where none was. */
    public List<T> values() {
        return List.copyOf(values);
    }

    String label() {
        return label;
    }

    void accept(List<String> texts) {
        for (String text : texts) {
            try {
                values.add(reader.read(text));
            } catch (NotAValueException e) {
                throw new Failure(ExitCode.USAGE, "'" + text + "' is no value for " + label + ": " + e.getMessage());
            }
        }
    }
}
