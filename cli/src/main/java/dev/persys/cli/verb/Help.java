package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import java.util.List;
import java.util.Set;

/** The lists of verbs, and {@code persys help VERB}. */
public final class Help {
    private static final Set<String> GROUPS = Set.of("node", "token", "user", "store", "ca", "dev", "secret");
    private static final int GAP = 2;

    private Help() {}

    /** {@code persys}, {@code persys --help}, {@code persys help} and {@code persys help VERB}. */
    public static ExitCode print(List<String> arguments, Context context) {
        if (arguments.size() < 2) {
            printAll(context);
            return ExitCode.OK;
        }
        List<String> words = arguments.subList(1, arguments.size());
        if (isGroup(words)) {
            return printGroup(words.get(0), context);
        }
        Verbs.find(words)
                .verb()
                .syntax()
                .printUsage(context.out(), context.terminal().dataColumns());
        return ExitCode.OK;
    }

    /** Whether nothing but the name of a group of verbs was typed, or that with a request for help. */
    public static boolean isGroup(List<String> words) {
        return GROUPS.contains(words.get(0))
                && (words.size() == 1
                        || words.get(1).equals("--help")
                        || words.get(1).equals("-h"));
    }

    /** Prints the verbs of one group. */
    public static ExitCode printGroup(String group, Context context) {
        context.out().println("Usage: persys " + group + " VERB ...");
        context.out().println();
        for (String verb : Verbs.names()) {
            if (verb.startsWith(group + " ")) {
                printVerb(verb, context);
            }
        }
        return ExitCode.OK;
    }

    private static void printAll(Context context) {
        context.out().println("Usage: persys VERB ...");
        for (Verbs.Section section : Verbs.sections()) {
            context.out().println();
            context.out().println(section.heading() + ":");
            section.verbs().forEach(verb -> printVerb(verb, context));
        }
        context.out().println();
        context.out().println("persys VERB --help says more. A cluster to try it on: persys dev start");
    }

    private static void printVerb(String verb, Context context) {
        String summary =
                Verbs.find(List.of(verb.split(" ", -1))).verb().syntax().summary();
        int widest = Verbs.names().stream().mapToInt(String::length).max().orElse(0);
        context.out().println("  " + verb + " ".repeat(widest + GAP - verb.length()) + summary);
    }
}
