package dev.persys.cli;

import java.io.PrintStream;
import java.util.List;

/** Why a verb ends without its result, in words for the one who typed it. Expected: printed without a stack. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;
    private final transient List<String> more;

    /**
     * A failure.
     *
     * @param message what happened, to what
     * @param more further lines, the last of which says what to do next
     */
    public Failure(ExitCode code, String message, String... more) {
        this(code, message, List.of(more));
    }

    public Failure(ExitCode code, String message, List<String> more) {
        super(message, null, false, false);
        this.code = code;
        this.more = List.copyOf(more);
    }

    public ExitCode code() {
        return code;
    }

    /** As every verb tells its failures. */
    public void print(PrintStream err) {
        err.println("persys: " + getMessage());
        more.forEach(err::println);
    }
}
