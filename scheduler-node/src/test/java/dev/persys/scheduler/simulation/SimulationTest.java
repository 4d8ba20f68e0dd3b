package dev.persys.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Seeds, each a run of the whole control plane in which every promise is checked after every step.
 *
 * <p>{@code bench/simulate} runs more of them, or one with all that happens in it; it sets these properties.
 */
final class SimulationTest {
    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 2_000);
    private static final Long SEED = Long.getLong("simulation.seed");
    private static final SimBug BUG = SimBug.valueOf(System.getProperty("simulation.bug", SimBug.NONE.name()));

    @Test
    void everyPromiseIsKeptWhateverTheSeedBreaks() throws InterruptedException {
        long begin = System.nanoTime();
        long steps = 0;
        int mostRounds = 0;
        List<String> failures = new ArrayList<>();
        try (SimSystem system = new SimSystem()) {
            for (long seed = first(); seed < first() + seeds(); seed++) {
                Simulation.Result result = new Simulation(system, seed, BUG, SEED != null).run();
                steps += result.steps();
                mostRounds = Math.max(mostRounds, result.rounds());
                result.lines().forEach(System.out::println);
                if (result.violation().isPresent()) {
                    failures.add(SimulationReport.of(system, seed, BUG));
                }
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.printf(
                "simulation: seeds %d to %d, %d steps in %d s, %d seeds a minute; converged within %d rounds%n",
                first(),
                first() + seeds() - 1,
                steps,
                took.toSeconds(),
                seeds() * 60_000L / Math.max(1, took.toMillis()),
                mostRounds);
        assertThat(failures).isEmpty();
    }

    private static long first() {
        return SEED == null ? FIRST : SEED;
    }

    private static int seeds() {
        return SEED == null ? SEEDS : 1;
    }

    @Test
    void aSeedIsTheSameRunStepByStepEachTime() throws InterruptedException {
        Map<Long, List<String>> lines = new HashMap<>();
        try (SimSystem system = new SimSystem()) {
            for (long seed = 100; seed < 115; seed++) {
                lines.put(
                        seed,
                        new Simulation(system, seed, SimBug.NONE, true).run().lines());
            }
        }
        // In another order: what was run before leaves nothing behind.
        try (SimSystem system = new SimSystem()) {
            for (long seed = 114; seed >= 100; seed--) {
                assertSame(
                        lines.get(seed),
                        new Simulation(system, seed, SimBug.NONE, true).run().lines());
            }
        }
    }

    private static void assertSame(List<String> once, List<String> again) {
        for (int i = 0; i < Math.min(once.size(), again.size()); i++) {
            assertThat(again.get(i)).isEqualTo(once.get(i));
        }
        assertThat(again).hasSameSizeAs(once);
    }
}
