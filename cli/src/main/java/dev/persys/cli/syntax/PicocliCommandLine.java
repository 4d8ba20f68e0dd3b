package dev.persys.cli.syntax;

import dev.persys.api.Spelling;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A verb's syntax in picocli's terms: reads every command line, and prints usages. */
final class PicocliCommandLine {
    private static final String HELP = "--help";

    private final String verb;
    private final CommandSpec spec;
    private final Map<Declaration, ArgSpec> specs = new LinkedHashMap<>();
    private final Optional<String> behindDashes;
    private final String operands;

    /**
     * The syntax.
     *
     * @param behindDashes the label of what stands behind {@code --}, where something may
     */
    PicocliCommandLine(
            String verb,
            String summary,
            List<Declaration> options,
            List<Declaration> parameters,
            Optional<String> behindDashes,
            List<String> footer) {
        this.verb = verb;
        this.behindDashes = behindDashes;
        spec = CommandSpec.create().name(verb);
        spec.usageMessage().description(summary).abbreviateSynopsis(true).sortOptions(false);
        spec.usageMessage().footer(footer.toArray(String[]::new));
        spec.parser()
                .expandAtFiles(false)
                .unmatchedOptionsArePositionalParams(false)
                .unmatchedOptionsAllowedAsOptionParameters(false);
        options.forEach(this::addOption);
        parameters.forEach(this::addParameter);
        operands = String.join(
                " ", parameters.stream().map(PicocliCommandLine::word).toList());
        behindDashes.ifPresent(label ->
                spec.usageMessage().customSynopsis(verb + " [OPTIONS] " + operands + " [-- " + label + "...]"));
    }

    /**
     * The texts of everything given, flags with none.
     *
     * @throws Failure with {@link ExitCode#USAGE}
     */
    Map<Declaration, List<String>> read(List<String> arguments) {
        try {
            new CommandLine(spec).parseArgs(arguments.toArray(String[]::new));
        } catch (UnmatchedArgumentException e) {
            throw unmatched(e);
        } catch (ParameterException e) {
            throw usage(e.getMessage(), List.of());
        }
        Map<Declaration, List<String>> values = new HashMap<>();
        specs.forEach((declaration, argument) -> {
            List<String> texts = texts(argument);
            if (!texts.isEmpty() || Boolean.TRUE.equals(argument.<Object>getValue())) {
                values.put(declaration, texts);
            }
        });
        return values;
    }

    void printUsage(PrintWriter out, int columns, boolean colour) {
        spec.usageMessage().width(Math.max(55, Math.min(columns, 100)));
        new CommandLine(spec).usage(out, colour ? Ansi.ON : Ansi.OFF);
        out.flush();
    }

    Failure usage(String message, List<String> more) {
        List<String> lines = new ArrayList<>(more);
        lines.add(verb + " " + HELP + " shows what it takes.");
        return new Failure(ExitCode.USAGE, message, lines);
    }

    private void addOption(Declaration option) {
        OptionSpec.Builder builder = OptionSpec.builder(option.names().toArray(String[]::new))
                .description(option.description())
                .usageHelp(option.name().equals(HELP));
        switch (option.times()) {
            case FLAG -> builder.arity("0").type(boolean.class);
            case ONCE -> builder.arity("1").type(String.class).paramLabel(option.label());
            case REPEATED ->
                builder.arity("1").type(List.class).auxiliaryTypes(String.class).paramLabel(option.label());
        }
        OptionSpec built = builder.build();
        spec.addOption(built);
        specs.put(option, built);
    }

    private void addParameter(Declaration parameter) {
        String index = Integer.toString(spec.positionalParameters().size());
        PositionalParamSpec.Builder builder = PositionalParamSpec.builder()
                .description(parameter.description())
                .paramLabel(parameter.label())
                .required(parameter.required());
        if (parameter.times() == Declaration.Times.REPEATED) {
            builder.index(index + "..*").arity("1..*").type(List.class).auxiliaryTypes(String.class);
        } else {
            builder.index(index).arity(parameter.required() ? "1" : "0..1").type(String.class);
        }
        PositionalParamSpec built = builder.build();
        spec.addPositional(built);
        specs.put(parameter, built);
    }

    private Failure unmatched(UnmatchedArgumentException e) {
        String first = e.getUnmatched().get(0);
        List<String> names = spec.options().stream()
                .flatMap(option -> java.util.Arrays.stream(option.names()))
                .toList();
        Optional<String> near = e.isUnknownOption() ? Spelling.nearest(first, names) : Optional.empty();
        String what = (e.isUnknownOption() ? "unknown option " : "unexpected argument ") + first;
        if (near.isPresent()) {
            return usage(what, List.of("Did you mean " + near.get() + "?"));
        }
        if (behindDashes.isPresent()) {
            String command = String.join(" ", e.getUnmatched());
            return usage(
                    what,
                    List.of("The container's command stands behind --: " + verb + " " + operands + " -- " + command));
        }
        return usage(what, List.of());
    }

    private static List<String> texts(ArgSpec argument) {
        Object value = argument.getValue();
        if (value instanceof List<?> list) {
            return list.stream().map(Object::toString).toList();
        }
        return value instanceof String text ? List.of(text) : List.of();
    }

    private static String word(Declaration parameter) {
        String word = parameter.times() == Declaration.Times.REPEATED ? parameter.label() + "..." : parameter.label();
        return parameter.required() ? word : "[" + word + "]";
    }
}
