package dev.persys.cli.output;

import java.io.PrintStream;

/**
 * What goes on while a verb waits, on standard error: one line that is written over on a terminal, a line for every
 * new phase elsewhere, nothing where it is not wanted.
 */
public final class Progress {
    private static final int BAR = 20;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final Mode mode;
    private final int columns;
    private String phase = "";
    private boolean lineOpen;

    private enum Mode {
        SILENT,
        LINES,
        LIVE
    }

    private Progress(PrintStream err, Mode mode, int columns) {
        this.err = err;
        this.mode = mode;
        this.columns = columns;
    }

    public static Progress on(PrintStream err, Terminal terminal, boolean quiet) {
        Mode shown = terminal.progressIsTerminal() ? Mode.LIVE : Mode.LINES;
        return new Progress(err, quiet ? Mode.SILENT : shown, terminal.columns());
    }

    /** A phase was entered; told once. */
    public synchronized void phase(String line) {
        if (line.equals(phase)) {
            return;
        }
        phase = line;
        show(line, "");
    }

    /** How far a download is, within a phase. */
    public synchronized void download(String line, long bytes, long totalBytes, int layersDone, int layers) {
        if (mode == Mode.LIVE) {
            phase = line;
            String amount = Amounts.bytes(bytes) + (totalBytes > 0 ? " of " + Amounts.bytes(totalBytes) : "");
            show(line, " " + bar(bytes, totalBytes) + " " + amount + ", " + layersDone + " of " + layers + " layers");
        } else {
            phase(line);
        }
    }

    /** Takes a live line away, so that something else can be printed. */
    public synchronized void clear() {
        if (lineOpen) {
            err.print(ERASE_LINE);
            err.flush();
            lineOpen = false;
        }
    }

    private void show(String line, String rest) {
        switch (mode) {
            case SILENT -> {}
            case LINES -> err.println(Table.printable(line));
            case LIVE -> {
                String whole = Table.printable(line + rest);
                err.print(ERASE_LINE + TextWidth.cut(whole, columns - 1));
                err.flush();
                lineOpen = true;
            }
        }
    }

    private static String bar(long bytes, long totalBytes) {
        int full = totalBytes <= 0 ? 0 : (int) Math.min(BAR, bytes * BAR / totalBytes);
        return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
    }
}
