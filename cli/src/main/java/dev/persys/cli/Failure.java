package dev.persys.cli;

import dev.persys.cli.output.Table;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;

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

    /** The same with one more line. */
    public Failure with(String line) {
        return new Failure(
                code,
                getMessage(),
                Stream.concat(more.stream(), Stream.of(line)).toList());
    }

    public ExitCode code() {
        return code;
    }

    /** Tells what does not keep a verb from its result, in the form of failures. */
    public static void warn(String message, PrintStream err) {
        err.println(Table.printable("persys: " + message));
    }

    /** As every verb tells its failures. What others said is quoted in them, so nothing in them moves the cursor. */
    public void print(PrintStream err) {
        ("persys: " + getMessage()).lines().map(Table::printable).forEach(err::println);
        more.stream().map(Table::printable).forEach(err::println);
    }
}
