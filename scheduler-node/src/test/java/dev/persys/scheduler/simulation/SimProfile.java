package dev.persys.scheduler.simulation;

import java.time.Duration;

/**
 * What kind of weather a run has. Drawn by seed, so that some runs have one kind of fault in plenty and others all of
 * them: bugs hide behind other faults.
 *
 * @param steps of the first phase, after which faults stop
 * @param calm one in so many steps something is broken
 * @param impatience percent of the steps at which something else happens although an actor could go on
 * @param laggards percent of the actors that mostly come last
 * @param storeTrouble percent of the store's calls that go wrong
 * @param netTrouble percent of the network's messages that go wrong
 * @param agentBusy percent of the orders that are answered busy
 */
record SimProfile(
        int nodes,
        int requests,
        Duration pause,
        int steps,
        int calm,
        int impatience,
        int laggards,
        int storeTrouble,
        int netTrouble,
        int agentBusy,
        boolean leaderFaults,
        boolean agentFaults,
        boolean containerFaults,
        boolean actorFaults) {

    static SimProfile of(SimChance chance) {
        return new SimProfile(
                chance.between(1, 4),
                chance.between(8, 30),
                Duration.ofMillis(chance.between(50, 4_000)),
                chance.between(600, 2_400),
                chance.between(50, 300),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 0, 20, 50)),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 2, 10, 30)),
                chance.of(java.util.List.of(0, 0, 10)),
                chance.percent(70),
                chance.percent(60),
                chance.percent(60),
                chance.percent(50));
    }
}
