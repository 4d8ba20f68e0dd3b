package dev.persys.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell, cut where the terminal is narrower. */
public final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST_COLUMN = 6;
    private static final int FEWEST_COLUMNS = 2;
    private static final String CUT = "~";

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** Adds a row with one cell a heading; control characters, which could move the cursor, become blanks. */
    public Table row(String... cells) {
        rows.add(Arrays.stream(cells).map(Table::printable).toList());
        return this;
    }

    /** Prints headings and rows, no line wider than {@code columns}: what does not fit is cut, and then left out. */
    public void print(PrintStream out, int columns) {
        int[] widths = fitted(columns);
        printLine(out, headings, widths);
        for (List<String> row : rows) {
            printLine(out, row, widths);
        }
    }

    private int[] fitted(int columns) {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = TextWidth.of(headings.get(i));
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
            }
        }
        int excess = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - columns;
        while (excess > 0) {
            int widest = widest(widths);
            if (widths[widest] <= NARROWEST_COLUMN) {
                break;
            }
            widths[widest]--;
            excess--;
        }
        return kept(widths, columns);
    }

    /** Where all are as narrow as they may be and still too wide together, the last ones are left out. */
    private static int[] kept(int[] widths, int columns) {
        int count = 0;
        int used = 0;
        while (count < widths.length && (count < FEWEST_COLUMNS || used + widths[count] <= columns)) {
            used += widths[count] + GAP.length();
            count++;
        }
        return Arrays.copyOf(widths, count);
    }

    private static int widest(int[] widths) {
        int widest = 0;
        for (int i = 1; i < widths.length; i++) {
            if (widths[i] > widths[widest]) {
                widest = i;
            }
        }
        return widest;
    }

    private static void printLine(PrintStream out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            String shown = TextWidth.of(cell) <= widths[i] ? cell : TextWidth.cut(cell, widths[i] - 1) + CUT;
            line.append(shown);
            if (i < widths.length - 1) {
                line.append(" ".repeat(widths[i] - TextWidth.of(shown))).append(GAP);
            }
        }
        out.println(line.toString().stripTrailing());
    }

    /** One line in which control characters, which could move the cursor or worse, became blanks. */
    public static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return line.toString();
    }
}
