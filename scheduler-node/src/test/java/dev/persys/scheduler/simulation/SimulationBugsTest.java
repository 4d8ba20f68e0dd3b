package dev.persys.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator finds what is planted. That the same seeds find nothing without is {@link SimulationTest}'s to show. */
final class SimulationBugsTest {
    /** All of so many seeds, for whoever wants to know how often; without, a few that find it are enough. */
    private static final Integer SEEDS = Integer.getInteger("simulation.bug-seeds");

    private static final int MOST_SEEDS = 600;
    private static final int ENOUGH = 3;

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
        int caught = 0;
        int seeds = 0;
        long seed = 0;
        while (SEEDS == null
                ? seeds < MOST_SEEDS && (caught < ENOUGH || Collections.disjoint(broken.keySet(), bug.broken()))
                : seeds < SEEDS) {
            Simulation simulation = new Simulation(system, ++seed, bug, false);
            if (bug.needs()
                    .filter(trouble -> !simulation.profile().has(trouble))
                    .isPresent()) {
                continue; // What is the same run as without the bug can find nothing.
            }
            seeds++;
            Optional<SimViolation> violation = simulation.run().violation();
            violation.ifPresent(found -> broken.merge(found.promise(), 1, Integer::sum));
            caught += violation.isPresent() ? 1 : 0;
        }
        System.out.printf("simulation: %s is caught by %d of %d seeds: %s%n", bug, caught, seeds, broken);
        assertThat(broken.keySet()).containsAnyElementsOf(bug.broken());
    }
}
