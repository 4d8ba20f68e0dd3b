package dev.persys.lifecycle;

import dev.persys.model.Workload;
import java.util.List;
import java.util.Optional;

/** What a signal does to a workload. */
public sealed interface Outcome {
    /**
     * The record becomes another.
     *
     * @param next absent where the record goes away
     * @param last the same; where the record goes away, what is told of it at the last
     * @param effects to be carried out in this order, after the commit
     */
    record Changed(Optional<Workload> next, Workload last, List<WorkloadEffect> effects) implements Outcome {
        public Changed {
            effects = List.copyOf(effects);
        }

        static Changed to(Workload next, List<WorkloadEffect> effects) {
            return new Changed(Optional.of(next), next, effects);
        }

        static Changed gone(Workload last, List<WorkloadEffect> effects) {
            return new Changed(Optional.empty(), last, effects);
        }
    }

    /** The record stays as it is; {@code effects} have nothing to wait for. */
    record Unchanged(List<WorkloadEffect> effects) implements Outcome {
        public Unchanged {
            effects = List.copyOf(effects);
        }
    }

    /**
     * A request that makes no sense now.
     *
     * @param type a stable word
     * @param detail what is in the way and what to do next
     */
    record Refused(String type, String detail) implements Outcome {}

    /** Nothing to write, nothing to do. */
    static Outcome nothing() {
        return new Unchanged(List.of());
    }
}
