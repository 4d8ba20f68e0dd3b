package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator finds what is planted. That the same seeds find nothing without is {@link SimulationTest}'s to show. */
final class SimulationBugsTest {
    private static final int SEEDS = Integer.getInteger("simulation.bug-seeds", 80);

    private static SimSystem system;

    @BeforeAll
    static void begin() throws InterruptedException {
        system = new SimSystem();
    }

    @AfterAll
    static void end() {
        system.close();
    }

    @ParameterizedTest
    @EnumSource(value = SimBug.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void plantedBugIsFoundByThePromiseThatItBreaks(SimBug bug) {
        Map<SimPromise, Integer> broken = new EnumMap<>(SimPromise.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            new Simulation(system, seed, bug, false)
                    .run()
                    .violation()
                    .ifPresent(violation -> broken.merge(violation.promise(), 1, Integer::sum));
        }
        int caught = broken.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("simulation: %s is caught by %d of %d seeds: %s%n", bug, caught, SEEDS, broken);
        assertThat(broken.keySet()).containsAnyElementsOf(bug.broken());
    }
}
