package dev.persys.scheduler.simulation;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What kind of weather a run has. Drawn by seed, so that some runs have one kind of fault in plenty and others all of
 * them: bugs hide behind other faults.
 *
 * @param pace how many times slower than usual all that the control plane and the agents do at intervals
 * @param followers of the events
 * @param steps of the first phase, after which faults stop
 * @param calm one in so many steps something is broken
 * @param impatience percent of the steps at which something else happens although an actor could go on
 * @param laggards percent of the actors that mostly come last
 * @param storeTrouble percent of the store's calls that go wrong
 * @param netTrouble percent of the network's messages that go wrong
 * @param agentBusy percent of the orders that are answered busy
 */
record SimProfile(
        int pace,
        int nodes,
        int followers,
        int requests,
        Duration pause,
        int steps,
        int calm,
        int impatience,
        int laggards,
        int storeTrouble,
        int netTrouble,
        int agentBusy,
        Set<SimTrouble> troubles) {
    SimProfile {
        troubles = Collections.unmodifiableSet(EnumSet.copyOf(troubles));
    }

    static SimProfile of(SimChance chance) {
        int pace = chance.oneIn(5) ? SimSettings.SLOW : 1;
        return new SimProfile(
                pace,
                chance.between(1, 4),
                chance.oneIn(3) ? 1 : 0,
                chance.between(8, 30),
                Duration.ofMillis(chance.between(50, 4_000)).multipliedBy(pace),
                chance.between(600, 2_400),
                chance.between(50, 300),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 0, 20, 50)),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 0, 10)),
                SimTrouble.draw(chance));
    }

    boolean has(SimTrouble trouble) {
        return troubles.contains(trouble);
    }
}
