package dev.persys.cli.syntax;

import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What one verb takes. Declared through picocli's programmatic model: reading annotations by reflection costs a
 * quarter of the time in which a small verb is done.
 */
public final class Syntax {
    private static final String DASHES = "--";

    private final CommandSpec spec;
    private final String summary;
    private final Flag help;
    private final List<Binding> bindings = new ArrayList<>();
    private final List<String> operands = new ArrayList<>();
    private Optional<Several<String>> behindDashes = Optional.empty();
    private Operand operand = Operand.OTHER;

    private record Binding(ArgSpec spec, Argument<?> argument) {}

    /**
     * The syntax of a verb.
     *
     * @param verb as it is typed, such as {@code node drain}
     * @param summary one line for the list of verbs
     */
    public Syntax(String verb, String summary) {
        this.summary = summary;
        spec = CommandSpec.create().name("persys " + verb);
        spec.usageMessage().description(summary).abbreviateSynopsis(true).sortOptions(false);
        spec.parser()
                .expandAtFiles(false)
                .unmatchedOptionsArePositionalParams(false)
                .unmatchedOptionsAllowedAsOptionParameters(false);
        OptionSpec option = OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .arity("0")
                .type(boolean.class)
                .description("Show this.")
                .build();
        spec.addOption(option);
        help = new Flag(option);
    }

    /** Paragraphs under the list of options: examples, and what deserves more words. */
    public Syntax footer(String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "";
        System.arraycopy(lines, 0, all, 1, lines.length);
        spec.usageMessage().footer(all);
        return this;
    }

    /** An option without a value; {@code names} as in {@code -a, --all}. */
    public Flag flag(String names, String description) {
        OptionSpec option = OptionSpec.builder(split(names))
                .arity("0")
                .type(boolean.class)
                .description(description)
                .build();
        spec.addOption(option);
        return new Flag(option);
    }

    /** An option with a value, given once at most. */
    public <T> Single<T> option(String names, String label, String description, Reader<T> reader) {
        OptionSpec option = OptionSpec.builder(split(names))
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
        spec.addOption(option);
        return bound(option, new Single<>(longest(names), reader));
    }

    /** An option with a value, which may be repeated. */
    public <T> Several<T> options(String names, String label, String description, Reader<T> reader) {
        OptionSpec option = OptionSpec.builder(split(names))
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
        spec.addOption(option);
        return bound(option, new Several<>(longest(names), reader));
    }

    /** A parameter that must be there. */
    public Single<String> parameter(String label, Operand kind, String description) {
        return positional(label, kind, description, "1");
    }

    /** A parameter that may be left out. */
    public Single<String> optionalParameter(String label, Operand kind, String description) {
        return positional(label, kind, description, "0..1");
    }

    /** One parameter or more. */
    public Several<String> parameters(String label, Operand kind, String description) {
        operand = kind;
        operands.add(label + "...");
        PositionalParamSpec positional = PositionalParamSpec.builder()
                .index(spec.positionalParameters().size() + "..*")
                .arity("1..*")
                .required(true)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
        spec.addPositional(positional);
        return bound(positional, new Several<>(label, Reader.TEXT));
    }

    /** Whatever stands behind {@code --}, untouched. */
    public Several<String> behindDashes(String label) {
        Several<String> rest = new Several<>(label, Reader.TEXT);
        behindDashes = Optional.of(rest);
        spec.usageMessage()
                .customSynopsis(
                        spec.qualifiedName() + " [OPTIONS] " + String.join(" ", operands) + " [-- " + label + "...]");
        return rest;
    }

    /**
     * Reads the command line behind the verb.
     *
     * @throws Failure with {@link ExitCode#USAGE}
     */
    public void parse(List<String> arguments) {
        int dashes = arguments.indexOf(DASHES);
        List<String> own = dashes < 0 ? arguments : arguments.subList(0, dashes);
        List<String> rest = dashes < 0 ? List.of() : arguments.subList(dashes + 1, arguments.size());
        if (behindDashes.isEmpty() && !rest.isEmpty()) {
            throw usage(spec.qualifiedName() + " takes nothing behind --", List.of());
        }
        try {
            new CommandLine(spec).parseArgs(own.toArray(String[]::new));
        } catch (UnmatchedArgumentException e) {
            throw unmatched(e);
        } catch (ParameterException e) {
            throw usage(e.getMessage(), List.of());
        }
        if (helpAsked()) {
            return;
        }
        for (Binding binding : bindings) {
            binding.argument().accept(texts(binding.spec()));
        }
        behindDashes.ifPresent(argument -> argument.accept(rest));
    }

    public boolean helpAsked() {
        return help.isSet();
    }

    /** Prints how the verb is used, as wide as {@code columns}. */
    public void printUsage(PrintWriter out, int columns, boolean colour) {
        spec.usageMessage().width(Math.max(55, Math.min(columns, 100)));
        new CommandLine(spec).usage(out, colour ? Ansi.ON : Ansi.OFF);
        out.flush();
    }

    public String summary() {
        return summary;
    }

    /** Every option, long and short, that may be typed. */
    public List<String> optionNames() {
        return spec.options().stream()
                .flatMap(option -> Arrays.stream(option.names()))
                .toList();
    }

    /** The options that are followed by a value. */
    public List<String> optionNamesWithValue() {
        return spec.options().stream()
                .filter(option -> option.arity().max() > 0)
                .flatMap(option -> Arrays.stream(option.names()))
                .toList();
    }

    /** What the parameters name. */
    public Operand operand() {
        return operand;
    }

    private Single<String> positional(String label, Operand kind, String description, String arity) {
        operand = kind;
        operands.add(arity.startsWith("0") ? "[" + label + "]" : label);
        PositionalParamSpec positional = PositionalParamSpec.builder()
                .index(Integer.toString(spec.positionalParameters().size()))
                .arity(arity)
                .required(arity.equals("1"))
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
        spec.addPositional(positional);
        return bound(positional, new Single<>(label, Reader.TEXT));
    }

    private <A extends Argument<?>> A bound(ArgSpec argSpec, A argument) {
        bindings.add(new Binding(argSpec, argument));
        return argument;
    }

    private Failure unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        Optional<String> near = e.isUnknownOption() ? Spelling.nearest(first, optionNames()) : Optional.empty();
        if (near.isPresent()) {
            return usage("unknown option " + first, List.of("Did you mean " + near.get() + "?"));
        }
        if (behindDashes.isPresent()) {
            return usage(
                    (e.isUnknownOption() ? "unknown option " : "unexpected argument ") + first,
                    List.of("The container's command stands behind --: " + spec.qualifiedName() + " "
                            + String.join(" ", operands) + " -- " + String.join(" ", e.getUnmatched())));
        }
        return usage((e.isUnknownOption() ? "unknown option " : "unexpected argument ") + first, List.of());
    }

    private Failure usage(String message, List<String> more) {
        List<String> lines = new ArrayList<>(more);
        lines.add(spec.qualifiedName() + " --help shows what it takes.");
        return new Failure(ExitCode.USAGE, message, lines);
    }

    private static List<String> texts(ArgSpec argSpec) {
        Object value = argSpec.getValue();
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).toList();
        }
        return value == null ? List.of() : List.of(value.toString());
    }

    private static String[] split(String names) {
        return names.split(", ", -1);
    }

    private static String longest(String names) {
        return names.substring(names.lastIndexOf(' ') + 1);
    }
}
