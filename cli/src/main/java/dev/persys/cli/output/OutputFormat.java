package dev.persys.cli.output;

import dev.persys.cli.syntax.Reader;
import java.util.Locale;

/** How a reading verb prints. */
public enum OutputFormat {
    TABLE,
    /** A table with more columns. */
    WIDE,
    /** The API's own JSON. */
    JSON,
    /** The same data as YAML. */
    YAML,
    /** One reference a line, to be given to other verbs. */
    NAME;

    public static final String LABEL = "table|wide|json|yaml|name";

    /** Reads the word of an option. */
    public static final Reader<OutputFormat> READER = text -> {
        for (OutputFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                return format;
            }
        }
        throw new Reader.NotAValueException("one of table, wide, json, yaml, name is wanted");
    };
}
