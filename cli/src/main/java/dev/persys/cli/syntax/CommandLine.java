package dev.persys.cli.syntax;

import dev.persys.api.ShellWords;
import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Declaration.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Reads a command line by the conventions of POSIX and GNU: {@code --name VALUE} and {@code --name=VALUE}, {@code -n
 * VALUE} and {@code -nVALUE}, short flags in one word, options and parameters in any order. A value of its own word
 * does not begin with a dash, so that a forgotten value does not swallow the next option. By hand, because it takes
 * less time than loading the classes of any library that does it.
 */
final class CommandLine {
    private final String verb;
    private final List<Declaration> parameters;
    private final Optional<String> behindDashes;
    private final UnaryOperator<String> foreign;
    private final Map<String, Declaration> options = new HashMap<>();
    private final Map<Declaration, List<String>> values = new HashMap<>();
    private int parametersSeen;

    /**
     * A command line of {@code verb}.
     *
     * @param behindDashes the label of what stands behind {@code --}, where something may
     * @param foreign what is to be said of an option that there is not, by its name, and of a word too many; empty where
     *     nothing is
     */
    CommandLine(
            String verb,
            List<Declaration> options,
            List<Declaration> parameters,
            Optional<String> behindDashes,
            UnaryOperator<String> foreign) {
        this.verb = verb;
        this.parameters = parameters;
        this.behindDashes = behindDashes;
        this.foreign = foreign;
        for (Declaration option : options) {
            for (String name : option.names()) {
                this.options.put(name, option);
            }
        }
    }

    /**
     * The texts of everything given, flags with none.
     *
     * @throws Failure with {@link ExitCode#USAGE}
     */
    Map<Declaration, List<String>> read(List<String> words) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at);
            if (isValue(word)) {
                if (!takeParameter(word)) {
                    throw unexpected(words.subList(at, words.size()));
                }
                at++;
            } else {
                Optional<String> next = Optional.of(at + 1)
                        .filter(index -> index < words.size())
                        .map(words::get)
                        .filter(CommandLine::isValue);
                at += word.startsWith("--") ? takeLong(word, next) : takeShort(word, next);
            }
        }
        if (parametersSeen < parameters.size() && parameters.get(parametersSeen).times() != Times.ANY) {
            throw usage(parameters.get(parametersSeen).label() + " is missing");
        }
        return values;
    }

    /** Where what is not of this verb begins: at {@code --}, or behind the last parameter. */
    int end(List<String> words) {
        int seen = 0;
        int at = 0;
        while (at < words.size() && !words.get(at).equals("--")) {
            String word = words.get(at);
            if (!isValue(word)) {
                at += wantsNext(word) ? 2 : 1;
            } else if (seen == parameters.size()) {
                return at;
            } else {
                seen++;
                at++;
            }
        }
        return Math.min(at, words.size());
    }

    private boolean wantsNext(String word) {
        if (word.startsWith("--")) {
            Declaration option = options.get(word);
            return option != null && option.times() != Times.FLAG;
        }
        for (int i = 1; i < word.length(); i++) {
            Declaration option = options.get("-" + word.charAt(i));
            if (option == null || option.times() != Times.FLAG) {
                return option != null && i == word.length() - 1;
            }
        }
        return false;
    }

    Failure usage(String message, String... more) {
        List<String> lines = new ArrayList<>(List.of(more));
        lines.add(verb + " --help shows what it takes.");
        return new Failure(ExitCode.USAGE, message, lines);
    }

    /** A single dash stands for standard input. */
    private static boolean isValue(String word) {
        return !word.startsWith("-") || word.equals("-");
    }

    /** How many words were taken. */
    private int takeLong(String word, Optional<String> next) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Declaration option = known(name);
        if (option.times() == Times.FLAG) {
            if (equals >= 0) {
                throw usage(name + " takes no value");
            }
            set(option, name);
            return 1;
        } else if (equals >= 0) {
            add(option, name, word.substring(equals + 1));
            return 1;
        }
        add(option, name, next.orElseThrow(() -> valueMissing(option, name)));
        return 2;
    }

    /** One short option, or several: flags, of which the last may be an option with its value. */
    private int takeShort(String word, Optional<String> next) {
        for (int i = 1; i < word.length(); i++) {
            String name = "-" + word.charAt(i);
            Declaration option = known(name);
            if (option.times() == Times.FLAG) {
                set(option, name);
                continue;
            }
            String rest = word.substring(i + 1);
            if (!rest.isEmpty()) {
                add(option, name, rest.startsWith("=") ? rest.substring(1) : rest);
                return 1;
            }
            add(option, name, next.orElseThrow(() -> valueMissing(option, name)));
            return 2;
        }
        return 1;
    }

    private boolean takeParameter(String word) {
        if (parametersSeen < parameters.size()) {
            parameter(parameters.get(parametersSeen), word);
            parametersSeen++;
            return true;
        }
        boolean repeated =
                !parameters.isEmpty() && parameters.get(parametersSeen - 1).times() != Times.ONCE;
        if (repeated) {
            parameter(parameters.get(parametersSeen - 1), word);
        }
        return repeated;
    }

    private void parameter(Declaration parameter, String text) {
        if (text.isEmpty()) {
            throw usage(parameter.label() + " is empty");
        }
        values.computeIfAbsent(parameter, key -> new ArrayList<>()).add(text);
    }

    private void set(Declaration flag, String name) {
        if (values.put(flag, List.of()) != null) {
            throw usage(name + " is given twice");
        }
    }

    private void add(Declaration option, String name, String text) {
        List<String> texts = values.computeIfAbsent(option, key -> new ArrayList<>());
        if (!texts.isEmpty() && option.times() == Times.ONCE) {
            throw usage(name + " is given twice");
        }
        texts.add(text);
    }

    private Declaration known(String name) {
        Declaration option = options.get(name);
        if (option == null) {
            String hint = foreign.apply(name);
            if (!hint.isEmpty()) {
                throw usage("unknown option " + name, hint);
            }
            throw near(name)
                    .map(meant -> usage("unknown option " + name, "Did you mean " + meant + "?"))
                    .orElseGet(() -> usage("unknown option " + name));
        }
        return option;
    }

    /** A long name that is spelled nearly so; for a letter, the only long name that begins with it. */
    private Optional<String> near(String name) {
        List<String> longNames = options.keySet().stream()
                .filter(known -> known.startsWith("--"))
                .toList();
        if (name.startsWith("--")) {
            return Spelling.nearest(name, longNames);
        }
        List<String> initial =
                longNames.stream().filter(known -> known.startsWith("-" + name)).toList();
        return initial.size() == 1 ? Optional.of(initial.get(0)) : Optional.empty();
    }

    private Failure valueMissing(Declaration option, String name) {
        return usage(
                name + " wants " + option.label(),
                "One that begins with a dash is written " + option.name() + "=-... with an equals sign.");
    }

    private Failure unexpected(List<String> words) {
        String what = "unexpected argument " + words.get(0);
        if (behindDashes.isEmpty()) {
            String hint = foreign.apply(words.get(0));
            return hint.isEmpty() ? usage(what) : usage(what, hint);
        }
        String operands = parameters.stream().map(Declaration::label).collect(Collectors.joining(" "));
        String command = words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
        return usage(what, "The container's command stands behind --: " + verb + " " + operands + " -- " + command);
    }
}
