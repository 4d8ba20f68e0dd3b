package dev.persys.lifecycle;

import dev.persys.model.NodeFacts;
import dev.persys.model.Resources;

/** What can happen to a node that the cluster knows. */
public sealed interface NodeSignal {
    /** Its agent registered, again. */
    record Registered(NodeFacts facts) implements NodeSignal {}

    /**
     * Its agent is alive, and says what is free on the machine.
     *
     * @param degraded whether its container engine does not answer
     */
    record Beat(Resources available, boolean degraded) implements NodeSignal {}

    /** Time to look how long it has been silent. */
    enum SilenceChecked implements NodeSignal {
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
