package dev.persys.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Every benchmark that is not a script of its own, by name. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {MainJob.class, Recovery.class, Fill.class, StoreWrites.class, PlacementCost.class})
final class Bench {
    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }
}
