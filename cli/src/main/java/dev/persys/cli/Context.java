package dev.persys.cli;

import dev.persys.cli.output.Terminal;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a verb runs: its environment and its standard streams. Data goes to {@code out}, everything else to {@code
 * err}.
 */
public record Context(
        Map<String, String> environment, InputStream in, PrintStream out, PrintStream err, Terminal terminal) {
    public Context {
        environment = Map.copyOf(environment);
    }

    /** This process's own. */
    static Context ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Context(environment, System.in, System.out, System.err, Terminal.ofProcess(environment));
    }

    /** The value of an environment variable; an empty one counts as absent. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** {@code PERSYS_HOME}, or {@code ~/.persys}. */
    public Path home() {
        return variable("PERSYS_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".persys"))
                .toAbsolutePath()
                .normalize();
    }
}
