package dev.persys.lifecycle;

import dev.persys.model.RestartPolicy;
import dev.persys.model.Workload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The life of one workload: accepted, then one signal after the other, until it is gone or nothing more is to come. */
record Walk(RestartPolicy policy, List<Step> steps) {
    /** Some time after the one before, what {@code move} makes of the record. */
    record Step(long seconds, Move move) {
        @Override
        public String toString() {
            return "+" + seconds + "s " + move.name();
        }
    }

    /** A signal that depends on where the workload stands. */
    record Move(String name, Function<Workload, WorkloadSignal> signal) {}

    /** One step taken; {@code after} is absent where the record is gone. */
    record Taken(Workload before, WorkloadSignal signal, Instant now, Outcome outcome, Optional<Workload> after) {
        List<WorkloadEffect> effects() {
            if (outcome instanceof Outcome.Changed changed) {
                return changed.effects();
            }
            return outcome instanceof Outcome.Unchanged unchanged ? unchanged.effects() : List.of();
        }

        <T extends WorkloadEffect> List<T> effects(Class<T> kind) {
            return effects().stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    List<Taken> taken() {
        List<Taken> taken = new ArrayList<>();
        Workload workload = WorkloadScenes.publishing(policy);
        Instant now = WorkloadScenes.THEN;
        for (Step step : steps) {
            now = now.plusSeconds(step.seconds());
            WorkloadSignal signal = step.move().signal().apply(workload);
            Outcome outcome = WorkloadLifecycle.on(workload, signal, now);
            Optional<Workload> after =
                    outcome instanceof Outcome.Changed changed ? changed.next() : Optional.of(workload);
            taken.add(new Taken(workload, signal, now, outcome, after));
            if (after.isEmpty()) {
                break;
            }
            workload = after.get();
        }
        return taken;
    }

    /** Every record that the walk comes by. */
    List<Workload> records() {
        List<Workload> records = new ArrayList<>(List.of(WorkloadScenes.publishing(policy)));
        taken().forEach(taken -> taken.after().ifPresent(records::add));
        return records;
    }
}
