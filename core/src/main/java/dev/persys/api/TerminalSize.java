package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How many characters a terminal shows.
 *
 * @param rows 1 to {@link #MOST}
 * @param columns 1 to {@link #MOST}
 */
public record TerminalSize(
        @JsonProperty("rows") int rows,
        @JsonProperty("columns") int columns) {
    /** The kernel keeps 16 bits, and no screen is that large. */
    public static final int MOST = 9_999;

    public TerminalSize {
        if (rows < 1 || rows > MOST || columns < 1 || columns > MOST) {
            throw new IllegalArgumentException(
                    "a terminal has 1 to " + MOST + " rows and columns, not " + rows + " and " + columns);
        }
    }
}
