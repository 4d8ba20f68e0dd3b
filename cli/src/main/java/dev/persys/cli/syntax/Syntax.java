package dev.persys.cli.syntax;

import dev.persys.cli.Failure;
import dev.persys.cli.syntax.Declaration.Times;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What one verb takes: declared once, then read from the command line, printed as a usage, or completed by a shell. */
public final class Syntax {
    private static final String DASHES = "--";

    private final String verb;
    private final String summary;
    private final Flag help;
    private final List<Declaration> options = new ArrayList<>();
    private final List<Declaration> parameters = new ArrayList<>();
    private final Map<Declaration, Flag> flags = new HashMap<>();
    private final Map<Declaration, Argument<?>> arguments = new HashMap<>();
    private Optional<Several<String>> behindDashes = Optional.empty();
    private boolean restFollows;
    private List<String> footer = List.of();
    private Operand operand = Operand.OTHER;
    private UnaryOperator<String> foreign = name -> "";

    /**
     * The syntax of a verb.
     *
     * @param verb as it is typed, such as {@code node drain}
     * @param summary one line for the list of verbs
     */
    public Syntax(String verb, String summary) {
        this.verb = "persys " + verb;
        this.summary = summary;
        help = flag("-h, --help", "Show this.");
    }

    /** Lines under the list of options: examples, and what deserves more words. */
    public Syntax footer(String... lines) {
        footer = new ArrayList<>(List.of(lines));
        footer.add(0, "");
        return this;
    }

    /**
     * What is to be said of options that there are not, by their names, and of words too many: those of other programs.
     * Empty text where there is nothing to say but that.
     */
    public Syntax foreign(UnaryOperator<String> hints) {
        foreign = hints;
        return this;
    }

    /** An option without a value; {@code names} as in {@code -a, --all}. */
    public Flag flag(String names, String description) {
        Declaration option = Declaration.option(names, "", description, Times.FLAG);
        Flag flag = new Flag();
        options.add(option);
        flags.put(option, flag);
        return flag;
    }

    /** An option with a value, given once at most. */
    public <T> Single<T> option(String names, String label, String description, Reader<T> reader) {
        Declaration option = Declaration.option(names, label, description, Times.ONCE);
        options.add(option);
        return bound(option, new Single<>(option.name(), reader));
    }

    /** An option with a value, which may be repeated. */
    public <T> Several<T> options(String names, String label, String description, Reader<T> reader) {
        Declaration option = Declaration.option(names, label, description, Times.REPEATED);
        options.add(option);
        return bound(option, new Several<>(option.name(), reader));
    }

    /** A parameter that must be there. */
    public Single<String> parameter(String label, Operand kind, String description) {
        Declaration parameter = Declaration.parameter(label, description, Times.ONCE);
        parameters.add(parameter);
        operand = kind;
        return bound(parameter, new Single<>(label, Reader.TEXT));
    }

    /** One parameter or more. */
    public Several<String> parameters(String label, Operand kind, String description) {
        Declaration parameter = Declaration.parameter(label, description, Times.REPEATED);
        parameters.add(parameter);
        operand = kind;
        return bound(parameter, new Several<>(label, Reader.TEXT));
    }

    /** Any number of parameters, or none. */
    public Several<String> parametersIfAny(String label, Operand kind, String description) {
        Declaration parameter = Declaration.parameter(label, description, Times.ANY);
        parameters.add(parameter);
        operand = kind;
        return bound(parameter, new Several<>(label, Reader.TEXT));
    }

    /** Whatever stands behind {@code --}, untouched. */
    public Several<String> behindDashes(String label) {
        Several<String> rest = new Several<>(label, Reader.TEXT);
        behindDashes = Optional.of(rest);
        return rest;
    }

    /** Whatever stands behind the last parameter, untouched, with or without {@code --} before it. */
    public Several<String> behindParameters(String label) {
        restFollows = true;
        return behindDashes(label);
    }

    /**
     * Reads the command line behind the verb.
     *
     * @throws Failure with {@link dev.persys.cli.ExitCode#USAGE}
     */
    public void parse(List<String> words) {
        CommandLine line = new CommandLine(verb, options, parameters, behindDashes.map(Argument::label), foreign);
        int dashes = words.indexOf(DASHES);
        int end = restFollows ? line.end(words) : dashes < 0 ? words.size() : dashes;
        List<String> own = words.subList(0, end);
        List<String> rest = words.subList(end == dashes ? end + 1 : end, words.size());
        if (own.contains("--help") || own.contains("-h")) { // Whatever else there is: it may be what is asked about.
            help.set();
            return;
        }
        if (behindDashes.isEmpty() && !rest.isEmpty()) {
            throw line.usage(verb + " takes nothing behind --");
        }
        Map<Declaration, List<String>> values = line.read(own);
        for (Declaration option : options) {
            if (flags.containsKey(option) && values.containsKey(option)) {
                flags.get(option).set();
            }
        }
        accept(options, values);
        accept(parameters, values);
        if (behindDashes.isPresent()) {
            behindDashes.get().accept(rest);
        }
    }

    public boolean helpAsked() {
        return help.isSet();
    }

    /** Prints how the verb is used, as wide as {@code columns}. */
    public void printUsage(PrintStream out, int columns) {
        new Usage(verb, summary, options, parameters, behindDashes.map(Argument::label), footer, columns).print(out);
    }

    public String summary() {
        return summary;
    }

    /**
     * An option as shells complete it.
     *
     * @param names long and short, as they are typed
     * @param label what its value is called; empty where it takes none
     */
    public record Option(List<String> names, String label, String description) {
        public Option {
            names = List.copyOf(names);
        }

        public boolean takesValue() {
            return !label.isEmpty();
        }
    }

    /** Every option that may be typed. */
    public List<Option> options() {
        return options.stream()
                .map(option -> new Option(option.names(), option.label(), option.description()))
                .toList();
    }

    /** Whether the option of this name, long or short, was typed. */
    public boolean isGiven(String name) {
        return options.stream().filter(option -> option.names().contains(name)).anyMatch(this::isGiven);
    }

    private boolean isGiven(Declaration option) {
        return flags.containsKey(option)
                ? flags.get(option).isSet()
                : !arguments.get(option).values().isEmpty();
    }

    /** What the parameters name. */
    public Operand operand() {
        return operand;
    }

    /** In the order declared, so that the first mistake told is always the same. */
    private void accept(List<Declaration> declarations, Map<Declaration, List<String>> values) {
        for (Declaration declaration : declarations) {
            if (arguments.containsKey(declaration) && values.containsKey(declaration)) {
                arguments.get(declaration).accept(values.get(declaration));
            }
        }
    }

    private <A extends Argument<?>> A bound(Declaration declaration, A argument) {
        arguments.put(declaration, argument);
        return argument;
    }
}
