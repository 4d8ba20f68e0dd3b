package dev.persys.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a session in a container is to be.
 *
 * @param command what to run beside the container's own process; empty to attach to that one
 * @param stdin whether the client gives standard input
 * @param tty whether the process gets a terminal; with {@code attach}, whether the container has one is its own matter
 * @param user to run as, as Docker takes it; the container's where absent
 * @param workingDir an absolute path; the container's where absent
 * @param env {@code NAME=value}, beside the container's
 * @param size of the terminal at the start
 */
public record SessionQuery(
        List<String> command,
        boolean stdin,
        boolean tty,
        Optional<String> user,
        Optional<String> workingDir,
        List<String> env,
        Optional<TerminalSize> size) {
    /** Parameters of the query that {@link #text} writes. */
    public static final Set<String> NAMES =
            Set.of("command", "stdin", "tty", "user", "workdir", "env", "rows", "columns");

    /** Those of {@link #NAMES} that may be given several times; their order counts. */
    public static final Set<String> REPEATABLE = Set.of("command", "env");

    public SessionQuery {
        command = List.copyOf(command);
        env = List.copyOf(env);
    }

    /** To the container's own process. */
    public static SessionQuery attach(boolean stdin, Optional<TerminalSize> size) {
        return new SessionQuery(List.of(), stdin, false, Optional.empty(), Optional.empty(), List.of(), size);
    }

    /** As the query of a URI, encoded. */
    public String text() {
        List<String> parts = new ArrayList<>();
        command.forEach(word -> parts.add("command=" + encoded(word)));
        if (stdin) {
            parts.add("stdin=true");
        }
        if (tty) {
            parts.add("tty=true");
        }
        user.ifPresent(name -> parts.add("user=" + encoded(name)));
        workingDir.ifPresent(path -> parts.add("workdir=" + encoded(path)));
        env.forEach(variable -> parts.add("env=" + encoded(variable)));
        size.ifPresent(screen -> parts.add("rows=" + screen.rows() + "&columns=" + screen.columns()));
        return String.join("&", parts);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
