package dev.persys.cli;

import dev.persys.cli.output.DataOut;
import dev.persys.cli.output.Terminal;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a verb runs: its environment and its standard streams. Data goes to {@code out}, everything else to {@code
 * err}.
 */
public record Context(
        Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Terminal terminal) {
    /** Set by the launcher: the caller's LC_ALL, or nothing where it has none. */
    private static final String CALLERS_LOCALE = "PERSYS_CALLERS_LC_ALL";

    public Context {
        environment = Map.copyOf(environment);
    }

    /** This process's own. */
    static Context ofProcess() {
        Map<String, String> environment = callersEnvironment(System.getenv());
        return new Context(environment, System.in, DataOut.ofProcess(), System.err, Terminal.ofProcess(environment));
    }

    /** Without the locale that the launcher gives to Java, and with the one that the caller has. */
    static Map<String, String> callersEnvironment(Map<String, String> environment) {
        if (!environment.containsKey(CALLERS_LOCALE)) {
            return environment;
        }
        Map<String, String> own = new HashMap<>(environment);
        String locale = own.remove(CALLERS_LOCALE);
        if (locale.isEmpty()) {
            own.remove("LC_ALL");
        } else {
            own.put("LC_ALL", locale);
        }
        return own;
    }

    /**
     * Nothing, where all that was printed could be written, or nobody wants it any more.
     *
     * @throws Failure where it could not, as on a disk that is full
     */
    void requireWritten() {
        out.flush();
        if (out instanceof DataOut data) {
            data.failure().ifPresent(why -> {
                throw new Failure(ExitCode.FAILED, "the output could not be written: " + why);
            });
        }
    }

    /** The value of an environment variable; an empty one counts as absent. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code PERSYS_HOME}, or {@code ~/.persys}, where the home is {@code HOME} as it is to a shell. */
    public Path home() {
        return variable("PERSYS_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(variable("HOME").orElse(System.getProperty("user.home")), ".persys"))
                .toAbsolutePath()
                .normalize();
    }
}
