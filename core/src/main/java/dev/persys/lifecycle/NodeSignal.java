package dev.persys.lifecycle;

import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.NodeFacts;
import dev.persys.model.Resources;
import java.time.Instant;
import java.util.List;

/** What can happen to a node that the cluster knows. Dispatch is by {@link Reader}, so that a new kind breaks the build. */
public sealed interface NodeSignal {
    <T> T readBy(Reader<T> reader);

    /** Its agent registered, again. */
    record Registered(NodeFacts facts) implements NodeSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.registered(this);
        }
    }

    /** Its agent was alive at that instant, and said what is free on the machine. */
    record Beat(Resources available, Instant at) implements NodeSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.beat(this);
        }
    }

    /**
     * An inventory has containers that are not removed unasked.
     *
     * @param orphans how many no record speaks of
     * @param ahead how many are newer than their record
     * @param containers of how many
     */
    record OrphansHeld(int orphans, int ahead, int containers) implements NodeSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.orphansHeld(this);
        }
    }

    /**
     * An inventory has no container but those that the records speak of.
     *
     * @param epoch of the leader that found it
     */
    record NoOrphans(Epoch epoch) implements NodeSignal {
        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.noOrphans(this);
        }
    }

    /** An inventory says what of other clusters is there; nothing, where there is none any more. */
    record ForeignSeen(List<Foreign> found) implements NodeSignal {
        public ForeignSeen {
            found = List.copyOf(found);
        }

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.foreignSeen(this);
        }
    }

    /** An operator wants them removed. */
    enum OrphansAccepted implements NodeSignal {
        INSTANCE;

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.orphansAccepted();
        }
    }

    /** Its {@link NodeCondition} has become another, or time has passed. */
    enum ConditionChecked implements NodeSignal {
        INSTANCE;

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.conditionChecked();
        }
    }

    /** An operator wants nothing new on it. */
    enum DrainAsked implements NodeSignal {
        INSTANCE;

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.drainAsked();
        }
    }

    /** An operator wants it used again. */
    enum ActivateAsked implements NodeSignal {
        INSTANCE;

        @Override
        public <T> T readBy(Reader<T> reader) {
            return reader.activateAsked();
        }
    }

    /** Whoever has an answer to each kind. */
    interface Reader<T> {
        T registered(Registered signal);

        T beat(Beat signal);

        T orphansHeld(OrphansHeld signal);

        T noOrphans(NoOrphans signal);

        T foreignSeen(ForeignSeen signal);

        T orphansAccepted();

        T conditionChecked();

        T drainAsked();

        T activateAsked();
    }
}
