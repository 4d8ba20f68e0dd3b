package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Address;
import dev.persys.cli.client.AddressBook;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.process.DevEndpoints;
import dev.persys.cli.process.DevHome;
import dev.persys.cli.process.DevLauncher;
import dev.persys.cli.process.DevPorts;
import dev.persys.cli.process.ServerProcess;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code persys dev start}: a whole cluster in one process, on this machine alone. */
final class DevStartVerb implements Verb {
    private static final Duration NODE_PATIENCE = Duration.ofSeconds(15);
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Syntax syntax = new Syntax("dev start", "Starts a cluster of one node on this machine.")
            .footer(
                    "State is kept in $PERSYS_HOME/dev (~/.persys/dev): what was there is there again.",
                    "Settings of your own go into persys.conf there.");
    private final Flag foreground =
            syntax.flag("--foreground", "Serve in this process until Ctrl-C, in place of starting another.");
    private final Single<String> ports = syntax.option(
            "--ports",
            "auto|standard",
            "auto takes any free ports; standard, the default, is 8084 to 8087.",
            Reader.TEXT);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String chosen = ports.value().orElse("standard");
        if (!chosen.equals("auto") && !chosen.equals("standard")) {
            throw new Failure(ExitCode.USAGE, "--ports is auto or standard, not '" + chosen + "'");
        }
        DevHome home = DevHome.in(context.home());
        Optional<DevEndpoints> running = home.running();
        if (running.isPresent()) {
            context.err().println("The cluster runs already.");
            DevStatusVerb.print(running.get(), home, context);
            return ExitCode.OK;
        }
        if (foreground.isSet()) {
            ServerProcess.development(home, chosen.equals("auto") ? DevPorts.free() : DevPorts.STANDARD);
            return ExitCode.OK;
        }
        DevEndpoints started = new DevLauncher(home, context.home()).start(List.of("--ports", chosen));
        DevStatusVerb.print(started, home, context);
        if (!nodeIsThere(context)) {
            context.err()
                    .println("The node is not there yet: does Docker answer? Its side of the story is in " + home.log()
                            + "; persys nodes shows when it comes.");
        }
        return ExitCode.OK;
    }

    private static boolean nodeIsThere(Context context) {
        Address address = AddressBook.find(context, Optional.empty(), Optional.empty());
        SchedulerApi api = new SchedulerApi(address);
        long end = System.nanoTime() + NODE_PATIENCE.toNanos();
        while (api.list("/nodes", "nodes", Map.of()).stream()
                .noneMatch(node -> node.path("status").asText().equals("Active"))) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
