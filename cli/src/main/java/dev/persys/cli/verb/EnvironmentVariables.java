package dev.persys.cli.verb;

import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container's environment from options and files. What goes wrong is told without the value, which may be secret. */
final class EnvironmentVariables {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private EnvironmentVariables() {}

    /**
     * The variables of the files, then those of the options, later ones in place of earlier ones. A name without a
     * value takes this process's; where that has none, the variable is left out from a file, and is a mistake in an
     * option.
     */
    static Map<String, String> read(List<String> options, List<Path> files, Context context) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Path file : files) {
            readFile(file, variables, context);
        }
        for (String option : options) {
            if (option.startsWith("=") || option.isEmpty()) {
                throw new Failure(ExitCode.USAGE, "--env wants NAME=VALUE, or NAME to take this shell's value");
            }
            int equals = option.indexOf('=');
            requireName(equals < 0 ? option : option.substring(0, equals), "--env: ");
            if (equals > 0) {
                variables.put(option.substring(0, equals), option.substring(equals + 1));
            } else if (context.environment().containsKey(option)) {
                variables.put(option, context.environment().get(option));
            } else {
                throw new Failure(
                        ExitCode.USAGE,
                        "--env " + option + " has no value, and this shell has no such variable",
                        "Write --env " + option + "=VALUE, or export " + option + " first.");
            }
        }
        return variables;
    }

    private static void readFile(Path file, Map<String, String> variables, Context context) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "the environment file " + file + " cannot be read: " + FileProblem.of(e));
        }
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i);
            String line = (i == 0 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).stripLeading();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String name = equals < 0 ? line.stripTrailing() : line.substring(0, equals);
            String where = file + ", line " + (i + 1) + ": ";
            if (equals == 0) {
                throw new Failure(ExitCode.USAGE, where + "NAME=VALUE is wanted");
            }
            requireName(name, where);
            if (equals > 0) {
                variables.put(name, line.substring(equals + 1)); // With its blanks: they may be meant.
            } else if (context.environment().containsKey(name)) {
                variables.put(name, context.environment().get(name));
            }
        }
    }

    private static void requireName(String name, String where) {
        if (name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
            String remedy = name.startsWith("export ")
                    ? "Leave out export: this is no shell script."
                    : "Put no blanks around the equals sign.";
            throw new Failure(ExitCode.USAGE, where + "the name of a variable has no blanks in it", remedy);
        }
    }
}
