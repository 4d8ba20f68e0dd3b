package dev.persys.lifecycle;

import dev.persys.model.NodeFacts;
import dev.persys.model.Resources;
import java.time.Instant;

/** What can happen to a node that the cluster knows. */
public sealed interface NodeSignal {
    /** Its agent registered, again. */
    record Registered(NodeFacts facts) implements NodeSignal {}

    /** Its agent was alive at that instant, and said what is free on the machine. */
    record Beat(Resources available, Instant at) implements NodeSignal {}

    /**
     * An inventory has more containers that no record speaks of than are removed unasked.
     *
     * @param orphans how many
     * @param containers of how many
     */
    record OrphansHeld(int orphans, int containers) implements NodeSignal {}

    /** An inventory has no container that no record speaks of. */
    enum NoOrphans implements NodeSignal {
        INSTANCE
    }

    /** An operator wants them removed. */
    enum OrphansAccepted implements NodeSignal {
        INSTANCE
    }

    /** Its {@link NodeCondition} has become another, or time has passed. */
    enum ConditionChecked implements NodeSignal {
        INSTANCE
    }

    /** An operator wants nothing new on it. */
    enum DrainAsked implements NodeSignal {
        INSTANCE
    }

    /** An operator wants it used again. */
    enum ActivateAsked implements NodeSignal {
        INSTANCE
    }
}
