package dev.persys.cli;

import dev.persys.cli.client.Refusal;
import dev.persys.cli.verb.Help;
import dev.persys.cli.verb.Verb;
import dev.persys.cli.verb.Verbs;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;

/** The program. Finds the verb, and turns however it ends into an exit status. */
public final class Persys {
    private static final char UNDECODABLE = '\ufffd';

    /** Options that may stand before the verb; the launcher knows them too. */
    private static final List<String> GLOBALS =
            List.of("--address", "--token-file", "--certificate", "--key", "--roots");

    /**
     * Set by the launcher for commands that leave nothing to be done once they have ended. An exit looks for somebody who wants
     * to log it, in every jar there is, since JDK 21, which takes a tenth of such a command.
     */
    private static final String SHORT = "persys.short";

    private Persys() {}

    /** Runs what the arguments say and exits with the status of an {@link Exit}. */
    public static void main(String[] args) {
        int status = run(List.of(args), Context.ofProcess()).status();
        if (Boolean.getBoolean(SHORT) && !isEnding()) {
            System.err.flush();
            Runtime.getRuntime().halt(status);
        }
        System.exit(status);
    }

    /** Whether a signal has come, and what is to be done at one is under way. */
    private static boolean isEnding() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread("nothing"));
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /** Runs what {@code arguments} say. */
    static Exit run(List<String> arguments, Context context) {
        try {
            requireText(arguments);
            Exit code = dispatch(globalsBehindTheVerb(arguments), context);
            context.requireWritten();
            return code;
        } catch (Refusal e) {
            return told(e.failure(), context);
        } catch (Failure e) {
            return told(e, context);
        } catch (InvalidPathException e) {
            return told(
                    new Failure(ExitCode.USAGE, "'" + e.getInput() + "' is no file name: " + e.getReason()), context);
        } catch (RuntimeException | LinkageError e) {
            context.err().println("persys: an error inside persys itself; please report it with what follows");
            e.printStackTrace(context.err());
            return ExitCode.INTERNAL;
        } finally {
            context.out().flush();
        }
    }

    /** What Java could not decode by the locale's encoding is lost: better nothing is done than something else. */
    private static void requireText(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.indexOf(UNDECODABLE) >= 0) {
                throw new Failure(
                        ExitCode.USAGE,
                        "'" + argument + "' is no text in the encoding of this locale, "
                                + System.getProperty("sun.jnu.encoding"),
                        "LC_ALL=C.UTF-8 persys ... takes UTF-8.");
            }
        }
    }

    private static Exit dispatch(List<String> arguments, Context context) {
        String first = arguments.isEmpty() ? "help" : arguments.get(0);
        if (first.equals("--version") || first.equals("-V")) {
            context.out().println("persys " + Version.text());
            return ExitCode.OK;
        } else if (first.equals("help") || first.equals("--help") || first.equals("-h")) {
            return Help.print(arguments, context);
        }
        if (Help.isGroup(arguments)) {
            return Help.printGroup(first, context);
        }
        Verbs.Found found = Verbs.find(arguments);
        Verb verb = found.verb();
        verb.syntax().parse(arguments.subList(found.length(), arguments.size()));
        if (verb.syntax().helpAsked()) {
            verb.syntax().printUsage(context.out(), context.terminal().dataColumns());
            return ExitCode.OK;
        }
        return verb.run(context);
    }

    /** {@code persys --address A ps} is {@code persys ps --address A}. */
    private static List<String> globalsBehindTheVerb(List<String> arguments) {
        int at = 0;
        while (at < arguments.size() && isGlobal(arguments.get(at))) {
            at += arguments.get(at).contains("=") ? 1 : 2;
        }
        if (at == 0 || at >= arguments.size()) {
            return arguments;
        }
        List<String> rest = new ArrayList<>(arguments.subList(at, arguments.size()));
        int dashes = rest.indexOf("--");
        rest.addAll(dashes < 0 ? rest.size() : dashes, arguments.subList(0, at));
        return rest;
    }

    private static boolean isGlobal(String argument) {
        return GLOBALS.stream().anyMatch(name -> isOption(argument, name));
    }

    private static boolean isOption(String argument, String name) {
        return argument.equals(name) || argument.startsWith(name + "=");
    }

    private static ExitCode told(Failure failure, Context context) {
        context.out().flush();
        failure.print(context.err());
        return failure.code();
    }
}
