package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.dev.DevServer;
import dev.persys.cli.output.Progress;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys dev stop}: ends the cluster on this machine; its containers go on. */
final class DevStopVerb implements Verb {
    private static final long LIMIT_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 50;

    private final Syntax syntax = new Syntax("dev stop", "Stops the cluster on this machine; containers go on.");
    private final Flag quiet = syntax.flag("-q, --quiet", "Say nothing where all goes well.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        DevDirectory directory = DevDirectory.of(context);
        Optional<Long> pid = directory.runningPid();
        if (pid.isEmpty()) {
            tell("It is not running.", context);
            return ExitCode.OK;
        }
        Progress progress = Progress.on(context.err(), context.terminal(), quiet.isSet());
        long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
        long asked = 0;
        while (pid.isPresent()) {
            if (System.nanoTime() > deadline) {
                throw late(pid.get(), directory);
            }
            if (pid.get() != asked) {
                asked = pid.get();
                progress.phase("stopping process " + asked);
                ProcessHandle.of(asked).ifPresent(ProcessHandle::destroy);
            }
            DevServer.pause(LOOK_MILLIS);
            pid = directory.runningPid();
        }
        progress.clear();
        tell("Stopped. Its containers go on; persys dev start takes them back.", context);
        return ExitCode.OK;
    }

    private void tell(String line, Context context) {
        if (!quiet.isSet()) {
            context.err().println(line);
        }
    }

    private static Failure late(long pid, DevDirectory directory) {
        return new Failure(
                ExitCode.FAILED,
                "process " + pid + " has not ended within " + LIMIT_MILLIS / 1000 + " s",
                "Its log is " + directory.log() + "; kill -9 " + pid
                        + " ends it, and loses nothing that was acknowledged.");
    }
}
