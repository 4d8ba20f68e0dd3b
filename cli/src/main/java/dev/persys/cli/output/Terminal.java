package dev.persys.cli.output;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the standard streams lead to.
 *
 * @param dataIsTerminal whether standard output is a terminal
 * @param progressIsTerminal whether standard error is a terminal
 * @param columns how wide it is; {@link #UNLIMITED} where there is none, so that nothing is cut for a program
 */
public record Terminal(boolean dataIsTerminal, boolean progressIsTerminal, int columns) {
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** No terminal at all: a pipe, a file, a test. */
    public static final Terminal NONE = new Terminal(false, false, UNLIMITED);

    private static final int DEFAULT_COLUMNS = 80;
    private static final int FEWEST_COLUMNS = 20;

    /** What this process's streams lead to. */
    public static Terminal ofProcess(Map<String, String> environment) {
        boolean data = isTerminal(1);
        boolean progress = isTerminal(2);
        if (!data && !progress) {
            return NONE;
        }
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return new Terminal(data, progress && !dumb, columns(environment));
    }

    /** The columns for data: unlimited where standard output is no terminal. */
    public int dataColumns() {
        return dataIsTerminal ? columns : UNLIMITED;
    }

    /** Whether standard input is a terminal. */
    public static boolean inputIsTerminal() {
        return isTerminal(0);
    }

    /** By the name the kernel gives the stream's file: cheaper than loading a native library. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false; // Not Linux, or closed: then nothing moves on the screen, and nothing is cut.
        }
    }

    /** {@code COLUMNS} where it is exported; else what {@code stty} says. */
    private static int columns(Map<String, String> environment) {
        String given = environment.getOrDefault("COLUMNS", "");
        if (given.matches("[1-9][0-9]{0,3}")) {
            return Math.max(FEWEST_COLUMNS, Integer.parseInt(given));
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            if (stty.waitFor(1, TimeUnit.SECONDS) && size.matches("[0-9]{1,4} [1-9][0-9]{0,3}")) {
                return Math.max(FEWEST_COLUMNS, Integer.parseInt(size.substring(size.indexOf(' ') + 1)));
            }
            return DEFAULT_COLUMNS;
        } catch (IOException e) {
            return DEFAULT_COLUMNS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT_COLUMNS;
        }
    }
}
