package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.output.Progress;
import java.util.function.Supplier;

/** Waits that may be interrupted, as by Ctrl-C, with a line that says what goes on without us. */
final class LeaveNote {
    private LeaveNote() {}

    /** The result of {@code wait}; {@code line} is printed where the process is ended before there is one. */
    static <T> T during(Supplier<T> wait, String line, Context context, Progress progress) {
        return during(wait, () -> {
            progress.clear();
            context.err().println(line);
        });
    }

    /** As the other; {@code leave} is done where the process is ended before there is a result. */
    static <T> T during(Supplier<T> wait, Runnable leave) {
        Thread hook = new Thread(leave, "leave-note");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return wait.get();
        } finally {
            remove(hook);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending and the hook runs: as it should.
        }
    }
}
