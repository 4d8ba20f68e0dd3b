package dev.persys.cli.output;

import dev.persys.api.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The terminal that this process was started from, which hands on each key as it is; by {@code stty}. */
public final class RawTerminal implements AutoCloseable {
    private static final File TTY = new File("/dev/tty");
    private static final int SECONDS = 5;

    private final String before;
    private boolean restored;

    private RawTerminal(String before) {
        this.before = before;
    }

    /** From now on keys are nobody's but the reader's, until it is closed; empty where there is no terminal. */
    public static Optional<RawTerminal> open() {
        Optional<String> before = stty(List.of("-g"));
        if (before.isEmpty() || stty(List.of("raw", "-echo")).isEmpty()) {
            return Optional.empty();
        }
        return before.map(RawTerminal::new);
    }

    /** As it is now. */
    public static Optional<TerminalSize> size() {
        return stty(List.of("size"))
                .filter(text -> text.matches("[1-9]\\d{0,3} [1-9]\\d{0,3}"))
                .map(text -> text.split(" ", 2))
                .map(text -> new TerminalSize(Integer.parseInt(text[0]), Integer.parseInt(text[1])));
    }

    /** As it was before. */
    @Override
    public synchronized void close() {
        if (!restored) {
            restored = true;
            stty(List.of(before));
        }
    }

    private static Optional<String> stty(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(arguments);
        try {
            Process stty = new ProcessBuilder(command)
                    .redirectInput(TTY)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return stty.waitFor(SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0
                    ? Optional.of(said)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
