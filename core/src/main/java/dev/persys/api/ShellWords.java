package dev.persys.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Splits a command line into words by the quoting rules of the POSIX shell (Shell Command Language, section 2.2), and
 * quotes words by them. Nothing is expanded: {@code $}, {@code *}, {@code |} and {@code ;} stand for themselves, since
 * no shell runs.
 */
public final class ShellWords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(String line) {
        this.line = line;
    }

    /** A line, split. */
    sealed interface Result {
        record Words(List<String> words) implements Result {}

        /**
         * A quote is never closed, or a backslash stands at the end.
         *
         * @param what which of these
         * @param at where it stands, counted in characters from 1
         */
        record Unbalanced(String what, int at) implements Result {}
    }

    static Result split(String line) {
        return new ShellWords(line).run();
    }

    /** The word as a shell has to be given it. */
    public static String quote(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private Result run() {
        while (at < line.length()) {
            int start = at;
            char c = line.charAt(at++);
            boolean closed = switch (c) {
                case ' ', '\t', '\n', '\r' -> endWord();
                case '\'' -> singleQuoted();
                case '"' -> doubleQuoted();
                case '\\' -> escaped();
                default -> append(c);
            };
            if (!closed) {
                return new Result.Unbalanced(describe(c), start + 1);
            }
        }
        endWord();
        return new Result.Words(List.copyOf(words));
    }

    private static String describe(char c) {
        return switch (c) {
            case '\'' -> "a single quote that is never closed";
            case '"' -> "a double quote that is never closed";
            default -> "a backslash with nothing behind it";
        };
    }

    private boolean append(char c) {
        word.append(c);
        inWord = true;
        return true;
    }

    private boolean endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
        return true;
    }

    private boolean singleQuoted() {
        int end = line.indexOf('\'', at);
        if (end < 0) {
            return false;
        }
        word.append(line, at, end);
        inWord = true;
        at = end + 1;
        return true;
    }

    private boolean doubleQuoted() {
        inWord = true;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c == '\\' && at < line.length() && "$`\"\\\n".indexOf(line.charAt(at)) >= 0) {
                char next = line.charAt(at++);
                // A backslash before a line's end joins the lines.
                if (next != '\n') {
                    word.append(next);
                }
            } else {
                word.append(c);
            }
        }
        return false;
    }

    private boolean escaped() {
        if (at >= line.length()) {
            return false;
        }
        char next = line.charAt(at++);
        return next == '\n' || append(next);
    }
}
