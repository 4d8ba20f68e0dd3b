package dev.persys.scheduler.simulation;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A kind of fault that a run has or has not. */
enum SimTrouble {
    /** Leaders are killed, and there are two for a while. */
    LEADERS(70),
    /** Agents are killed and cut off. */
    AGENTS(60),
    /** Containers end, and are stopped and removed by hand. */
    CONTAINERS(60),
    /** Actors fail. */
    ACTORS(50),
    /** A commit that was said to have failed may arrive minutes later. */
    LATE_COMMITS(30),
    /** The store is away for longer than every timer of the control plane. */
    LONG_OUTAGES(25),
    /** The clocks of schedulers and nodes are set, by hours and days, together or one by one. */
    CLOCKS(30),
    /** Agents say what no agent of ours would. */
    LIARS(25),
    /** Nodes beat and cannot be reached. */
    DEAF_NODES(25),
    /** An agent comes back with more containers of ours than there are records, as where the store is an old copy. */
    LEFT_OVERS(15),
    /** In the end the store is put back as it was before. */
    OLD_RECORDS(12);

    private static final List<SimTrouble> RARE_ONES = List.of(LATE_COMMITS, LONG_OUTAGES, CLOCKS, LIARS, DEAF_NODES);

    /** Of how many runs in a hundred. */
    private final int percent;

    SimTrouble(int percent) {
        this.percent = percent;
    }

    /** Those of a run: of the rare ones it has at least one. */
    static Set<SimTrouble> draw(SimChance chance) {
        Set<SimTrouble> drawn = EnumSet.noneOf(SimTrouble.class);
        for (SimTrouble each : values()) {
            if (chance.percent(each.percent)) {
                drawn.add(each);
            }
        }
        if (drawn.stream().noneMatch(RARE_ONES::contains)) {
            drawn.add(chance.of(RARE_ONES));
        }
        return drawn;
    }
}
