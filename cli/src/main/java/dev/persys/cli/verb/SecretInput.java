package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passwords: asked for at a terminal without showing them, or the first line of standard input. */
final class SecretInput {
    private static final int LONGEST_LINE = 4_096;

    private SecretInput() {}

    /** One that is known already. */
    static String password(Context context, String prompt) {
        return Terminal.inputIsTerminal() ? asked(prompt) : firstLine(context);
    }

    /** One that is new: asked for twice at a terminal. */
    static String newPassword(Context context) {
        if (!Terminal.inputIsTerminal()) {
            return firstLine(context);
        }
        String first = asked("New password: ");
        if (!first.equals(asked("Once more: "))) {
            throw new Failure(ExitCode.USAGE, "the two are not the same, and nothing was changed");
        }
        return first;
    }

    @SuppressWarnings(
            "SystemConsoleNull") // It does on older ones; on newer ones the caller has looked at the terminal.
    private static String asked(String prompt) {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("%s", prompt);
        if (typed == null) {
            throw new Failure(ExitCode.USAGE, "no password was given");
        }
        String password = new String(typed);
        Arrays.fill(typed, ' ');
        return password;
    }

    private static String firstLine(Context context) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int c = context.in().read();
                    c >= 0 && c != '\n';
                    c = context.in().read()) {
                line.write(c);
                if (line.size() > LONGEST_LINE) {
                    throw new Failure(ExitCode.USAGE, "the first line of standard input is too long for a password");
                }
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, "standard input cannot be read: " + e.getMessage());
        }
        String text = line.toString(StandardCharsets.UTF_8);
        String password = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        if (password.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE, "no password was given", "It is the first line of standard input, or asked for.");
        }
        return password;
    }
}
