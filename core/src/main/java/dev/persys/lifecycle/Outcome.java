package dev.persys.lifecycle;

import dev.persys.model.Workload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a signal does to a workload. */
public sealed interface Outcome {
    /**
     * The record becomes another.
     *
     * @param next absent where the record goes away
     * @param last the same; where the record goes away, what is told of it at the last
     * @param output the end of the workload's output as it is to be kept beside the record from now on, which may be all
     *     that is new; absent where that stays as it is. Where the record goes away, so does that
     * @param effects to be carried out in this order, after the commit
     */
    record Changed(Optional<Workload> next, Workload last, Optional<String> output, List<WorkloadEffect> effects)
            implements Outcome {
        public Changed {
            effects = List.copyOf(effects);
        }

        /** The same, and {@code effect} before all others. */
        Changed first(WorkloadEffect effect) {
            return new Changed(
                    next,
                    last,
                    output,
                    Stream.concat(Stream.of(effect), effects.stream()).toList());
        }

        /** The same, and {@code effect} after all others. */
        Changed then(WorkloadEffect effect) {
            return new Changed(
                    next,
                    last,
                    output,
                    Stream.concat(effects.stream(), Stream.of(effect)).toList());
        }

        /** The same of a record that is {@code other}, with these effects, which are about that then. */
        Changed instead(Workload other, List<WorkloadEffect> others) {
            List<WorkloadEffect> about =
                    others.stream().map(effect -> about(other, effect)).toList();
            return new Changed(Optional.of(other), other, output, about);
        }

        private static WorkloadEffect about(Workload other, WorkloadEffect effect) {
            if (effect instanceof WorkloadEffect.RunContainer) {
                return new WorkloadEffect.RunContainer(other);
            } else if (effect instanceof WorkloadEffect.FindPlacement find) {
                return new WorkloadEffect.FindPlacement(other, find.preferred());
            }
            return effect instanceof WorkloadEffect.HoldReservation
                    ? new WorkloadEffect.HoldReservation(other)
                    : effect;
        }

        static Changed to(Workload next, List<WorkloadEffect> effects) {
            return new Changed(Optional.of(next), next, Optional.empty(), effects);
        }

        static Changed gone(Workload last, List<WorkloadEffect> effects) {
            return new Changed(Optional.empty(), last, Optional.empty(), effects);
        }

        /** The record, and beside it the end of the output. */
        static Changed printed(Workload next, String output) {
            return new Changed(Optional.of(next), next, Optional.of(output), List.of());
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
