package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.DevEndpoints;
import dev.persys.cli.process.DevHome;
import dev.persys.cli.process.DevLauncher;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys dev stop}: ends the development cluster's process; containers and state stay. */
final class DevStopVerb implements Verb {
    private final Syntax syntax =
            new Syntax("dev stop", "Stops the cluster of this machine; its containers run on, its state stays.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        DevHome home = DevHome.existing(context.home());
        Optional<DevEndpoints> running = home.running();
        if (running.isEmpty()) {
            context.err().println("No cluster runs from " + home.directory() + ".");
            return ExitCode.OK;
        }
        if (!new DevLauncher(home, context.home()).stop(running.get())) {
            throw new Failure(
                    ExitCode.FAILED,
                    "process " + running.get().pid() + " was asked to end and has not ended",
                    "kill -9 " + running.get().pid() + " ends it; nothing acknowledged is lost by that.");
        }
        context.err().println("Stopped. Containers run on; persys dev start finds everything as it was.");
        return ExitCode.OK;
    }
}
