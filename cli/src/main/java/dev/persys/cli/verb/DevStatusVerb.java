package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.DevEndpoints;
import dev.persys.cli.process.DevHome;
import dev.persys.cli.process.DevLauncher;
import dev.persys.cli.syntax.Syntax;

/** {@code persys dev status}: whether the development cluster runs, and where. */
final class DevStatusVerb implements Verb {
    private final Syntax syntax = new Syntax("dev status", "Says whether the cluster of this machine runs, and where.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        DevHome home = DevHome.existing(context.home());
        DevEndpoints endpoints = home.running()
                .orElseThrow(() -> new Failure(
                        ExitCode.UNREACHABLE,
                        "no cluster runs from " + home.directory(),
                        "persys dev start starts it."));
        print(endpoints, home, context);
        if (!DevLauncher.isReady(endpoints)) {
            throw new Failure(
                    ExitCode.UNREACHABLE,
                    "process " + endpoints.pid() + " runs, but the cluster is not ready",
                    "Its log is " + home.log() + ".");
        }
        return ExitCode.OK;
    }

    static void print(DevEndpoints endpoints, DevHome home, Context context) {
        context.out()
                .println("API            " + endpoints.api() + "   (token in "
                        + home.directory().resolve("token") + ")");
        context.out().println("agents         " + endpoints.node());
        context.out()
                .println("metrics        " + endpoints.node() + "/metrics, " + endpoints.agentMetrics() + "/metrics");
        context.out().println("process        " + endpoints.pid());
        context.out().println("log            " + home.log());
    }
}
