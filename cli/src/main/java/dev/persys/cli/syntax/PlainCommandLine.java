package dev.persys.cli.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads command lines that need no thought: options in full, each followed by its value, and parameters. Nearly all
 * are; picocli, whose classes are of a format that no archive of loaded classes takes on current JDKs and whose
 * loading would double the time of a short verb, then stays asleep. Whatever is not plain is left to it, and what
 * both understand they understand alike.
 */
final class PlainCommandLine {
    private final List<Declaration> parameters;
    private final Map<String, Declaration> options = new HashMap<>();
    private final Map<Declaration, List<String>> values = new HashMap<>();
    private int parametersSeen;

    private PlainCommandLine(List<Declaration> options, List<Declaration> parameters) {
        this.parameters = parameters;
        for (Declaration option : options) {
            for (String name : option.names()) {
                this.options.put(name, option);
            }
        }
    }

    /** The texts of everything given, flags with none; empty where the command line is not plain. */
    static Optional<Map<Declaration, List<String>>> read(
            List<Declaration> options, List<Declaration> parameters, List<String> arguments) {
        return new PlainCommandLine(options, parameters).read(arguments);
    }

    private Optional<Map<Declaration, List<String>>> read(List<String> arguments) {
        int at = 0;
        while (at < arguments.size()) {
            int taken = take(arguments, at);
            if (taken == 0) {
                return Optional.empty();
            }
            at += taken;
        }
        boolean complete = parametersSeen >= parameters.size()
                || !parameters.get(parametersSeen).required();
        return complete ? Optional.of(values) : Optional.empty();
    }

    /** How many words, from {@code at} on, were understood. */
    private int take(List<String> arguments, int at) {
        String word = arguments.get(at);
        if (isValue(word)) {
            return takeParameter(word) ? 1 : 0;
        }
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        Declaration option = options.get(equals < 0 ? word : word.substring(0, equals));
        if (option == null || (option.times() != Declaration.Times.REPEATED && values.containsKey(option))) {
            return 0;
        }
        if (option.times() == Declaration.Times.FLAG) {
            values.put(option, List.of());
            return equals < 0 ? 1 : 0;
        }
        if (equals >= 0) {
            add(option, word.substring(equals + 1));
            return 1;
        }
        if (at + 1 == arguments.size() || !isValue(arguments.get(at + 1))) {
            return 0;
        }
        add(option, arguments.get(at + 1));
        return 2;
    }

    private boolean takeParameter(String word) {
        if (parametersSeen == parameters.size()) {
            boolean repeated =
                    !parameters.isEmpty() && parameters.get(parametersSeen - 1).times() == Declaration.Times.REPEATED;
            if (repeated) {
                add(parameters.get(parametersSeen - 1), word);
            }
            return repeated;
        }
        add(parameters.get(parametersSeen), word);
        parametersSeen++;
        return true;
    }

    private void add(Declaration declaration, String text) {
        List<String> texts = values.get(declaration);
        if (texts == null) {
            texts = new ArrayList<>();
            values.put(declaration, texts);
        }
        texts.add(text);
    }

    /** A single dash stands for standard input. */
    private static boolean isValue(String word) {
        return !word.startsWith("-") || word.equals("-");
    }
}
