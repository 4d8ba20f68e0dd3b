package dev.persys.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Every benchmark of a cluster that runs, by name. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {MainJob.class, Recovery.class, Fill.class})
final class Bench {
    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }
}
