package dev.persys.cli.verb;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import java.io.PrintStream;

/** Several attempts, of which each may fail without the others; the first failure decides the exit. */
final class Failures {
    private final PrintStream err;
    private ExitCode code = ExitCode.OK;

    Failures(PrintStream err) {
        this.err = err;
    }

    void attempt(Runnable action) {
        try {
            action.run();
        } catch (Refusal e) {
            tell(e.failure());
        } catch (Failure e) {
            tell(e);
        }
    }

    ExitCode exitCode() {
        return code;
    }

    private void tell(Failure failure) {
        failure.print(err);
        code = code == ExitCode.OK ? failure.code() : code;
    }
}
