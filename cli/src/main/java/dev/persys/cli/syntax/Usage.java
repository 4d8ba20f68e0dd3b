package dev.persys.cli.syntax;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a verb is used, in lines: a synopsis, what it does, its parameters and options, and what deserves more words. */
final class Usage {
    private static final int NARROWEST = 55;
    private static final int WIDEST = 100;

    /** What takes more room than this has its description on the next line. */
    private static final int WIDEST_NAME = 26;

    /** Under a short option, so that long names stand below each other. */
    private static final String NO_SHORT_NAME = "    ";

    private static final String INDENT = "  ";

    private final List<String> lines = new ArrayList<>();
    private final int columns;

    Usage(
            String verb,
            String summary,
            List<Declaration> options,
            List<Declaration> parameters,
            Optional<String> behindDashes,
            List<String> footer,
            int columns) {
        this.columns = Math.max(NARROWEST, Math.min(columns, WIDEST));
        String operands =
                parameters.stream().map(parameter -> " " + words(parameter)).collect(Collectors.joining());
        lines.add("Usage: " + verb + " [OPTIONS]" + operands
                + behindDashes.map(label -> " [-- " + label + "...]").orElse(""));
        wrap("", summary);
        parameters.forEach(parameter -> entry(NO_SHORT_NAME + words(parameter), parameter.description()));
        options.forEach(option -> entry(names(option), option.description()));
        lines.addAll(footer);
    }

    void print(PrintStream out) {
        lines.forEach(out::println);
    }

    private void entry(String name, String description) {
        String indented = INDENT + name;
        if (indented.length() > WIDEST_NAME) {
            lines.add(indented);
            indented = "";
        }
        wrap(indented + " ".repeat(WIDEST_NAME + INDENT.length() - indented.length()), description);
    }

    /** Adds {@code text} behind {@code first}, further lines below its beginning. */
    private void wrap(String first, String text) {
        StringBuilder line = new StringBuilder(first);
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(first.length()));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        lines.add(line.toString());
    }

    private static String names(Declaration option) {
        List<String> names = option.names();
        String value = option.label().isEmpty() ? "" : "=" + option.label();
        String all = String.join(", ", names) + value;
        return names.get(0).startsWith("--") ? NO_SHORT_NAME + all : all;
    }

    private static String words(Declaration parameter) {
        return switch (parameter.times()) {
            case REPEATED -> parameter.label() + "...";
            case ANY -> "[" + parameter.label() + "...]";
            case ONCE, FLAG -> parameter.label();
        };
    }
}
