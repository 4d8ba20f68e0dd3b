package dev.persys.scheduler.simulation;

import java.util.List;

/** What a person needs to know of a seed that breaks a promise. */
final class SimulationReport {
    private static final int LAST_LINES = 40;

    private SimulationReport() {}

    /** Runs {@code seed} once more to tell how it ends. */
    static String of(SimSystem system, long seed, SimBug bug) {
        Simulation.Result again = new Simulation(system, seed, bug, true).run();
        List<String> lines = again.lines();
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        String broken = again.violation()
                .map(SimViolation::getMessage)
                .orElse("it kept every promise this time: it is not deterministic");
        return "seed " + seed + " broke " + broken + "\n" + end + "\nevery step of it: bench/simulate --seed " + seed
                + (bug == SimBug.NONE ? "" : " --bug " + bug);
    }
}
