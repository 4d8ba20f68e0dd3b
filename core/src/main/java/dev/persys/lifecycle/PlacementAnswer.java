package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.Outcome.Unchanged;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.model.Desired;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an answer of placement does to a workload that waits for one. */
final class PlacementAnswer {
    private PlacementAnswer() {}

    static Outcome placed(Workload workload, WorkloadSignal.Placed placed, Instant now) {
        if (workload.holdsReservation() && WorkloadLifecycle.isPlacedOn(workload, placed.node())) {
            return Outcome.nothing();
        }
        if (workload.status() != WorkloadStatus.PENDING || workload.desired() != Desired.RUNNING) {
            return new Unchanged(List.of(new ReleaseReservation(workload.id())));
        }
        Observation scheduled = Observation.of(
                WorkloadStatus.SCHEDULED,
                now,
                Reason.PLACED,
                "placed on " + placed.node() + "; the order is on its way");
        Workload next = workload.placedOn(placed.node(), placed.why(), scheduled);
        List<WorkloadEffect> effects = new ArrayList<>(List.of(new RunContainer(next)));
        workload.run()
                .heldBy()
                .filter(holder -> !holder.equals(placed.node()))
                .ifPresent(holder -> effects.add(WorkloadLifecycle.remove(workload)));
        return Changed.to(next, effects);
    }

    static Outcome unplaceable(Workload workload, WorkloadSignal.Unplaceable unplaceable, Instant now) {
        if (workload.status() != WorkloadStatus.PENDING) {
            return Outcome.nothing();
        }
        Observation pending = unplaced(workload, unplaceable, now).soughtAgain(unplaceable.next(), now);
        boolean sameAnswer = workload.placement()
                .filter(before -> before.vetoes().equals(unplaceable.why().vetoes())
                        && before.chosen().isEmpty())
                .isPresent();
        return sameAnswer && pending.equals(workload.observed())
                ? Outcome.nothing()
                : WorkloadLifecycle.changed(
                        workload,
                        workload.unplaced(workload.run().heldBy(), Optional.of(unplaceable.why()), pending),
                        List.of());
    }

    private static Observation unplaced(Workload workload, WorkloadSignal.Unplaceable unplaceable, Instant now) {
        Observation before = workload.observed();
        if (unplaceable.next().isPresent()) {
            Duration until = unplaceable.next().get().in();
            String said = before.reason() == Reason.PORT_IN_USE ? before.message() : "";
            String sentence = Sentences.portStillInUse(said, unplaceable.why(), workload, until);
            return before.as(WorkloadStatus.PENDING, Reason.PORT_IN_USE, sentence, now);
        }
        String notTaken = before.reason() == Reason.ORDER_NOT_TAKEN ? before.message() + "; elsewhere " : "";
        String sentence = notTaken + Sentences.unplaceable(unplaceable.why(), workload);
        return before.as(WorkloadStatus.PENDING, Reason.NO_NODE_FITS, sentence, now);
    }
}
