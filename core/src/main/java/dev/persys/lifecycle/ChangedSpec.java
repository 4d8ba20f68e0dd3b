package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.Outcome.Refused;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.HoldReservation;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.Held;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What another specification does to a workload: where it runs, a new container takes the place of the old one on the same
 * node; where it has ended it is started, and where it is stopped it stays so until somebody starts it.
 */
final class ChangedSpec {
    private ChangedSpec() {}

    static Outcome on(Workload workload, WorkloadSignal.ChangeAsked asked, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return RequestedChange.beingDeleted(workload);
        }
        if (asked.spec().equals(workload.spec())) {
            return Outcome.nothing();
        }
        Optional<Refused> fixed = fixed(workload.spec(), asked.spec());
        if (fixed.isPresent()) {
            return fixed.get();
        }
        if (workload.desired() == Desired.STOPPED) {
            String sentence = "it is stopped; its next start is by version "
                    + (workload.versions().current() + 1);
            return Changed.to(changed(workload, asked, SpecChange.State.KEPT, sentence), List.of());
        }
        Workload next = changed(
                workload,
                asked,
                SpecChange.State.PROVING,
                "stable once its container has run for "
                        + Sentences.exactly(asked.terms().stableFor()));
        if (workload.status() == WorkloadStatus.PENDING) {
            Workload waits = next.withObserved(
                    next.observed().as(WorkloadStatus.PENDING, Reason.NO_NODE_FITS, "waiting for a placement", now));
            return Changed.to(
                    waits, List.of(new FindPlacement(waits, waits.run().heldBy())));
        }
        if (workload.status().isTerminal()) {
            return WorkloadLifecycle.waitingForAPlacement(next, workload.containerNode(), now);
        }
        return asked.elsewhere()
                .map(place -> moved(workload, next, place, now))
                .orElseGet(() -> inPlace(next, "its specification has changed", now));
    }

    /** A new container on another node, where what it needs is reserved; the old one goes. */
    private static Outcome moved(Workload workload, Workload changed, WorkloadSignal.Placed place, Instant now) {
        NodeId from = workload.nodeId().orElseThrow();
        SpecChange change = changed.versions().change().orElseThrow();
        Workload next = changed.withChange(
                        movedBefore(workload).map(change::awayFrom).orElseGet(() -> change.awayFrom(from)))
                .placedOn(
                        place.node(),
                        place.why(),
                        Observation.of(
                                WorkloadStatus.SCHEDULED,
                                now,
                                Reason.PLACED,
                                "its specification has changed and does not fit on node " + from
                                        + "; a new container is ordered from " + place.node()));
        return Changed.to(
                next, List.of(new HoldReservation(next), new RunContainer(next), WorkloadLifecycle.remove(workload)));
    }

    /** Where it was before changes that have not proved themselves, and is to go back. */
    private static Optional<NodeId> movedBefore(Workload workload) {
        return workload.versions().change().filter(SpecChange::isProving).flatMap(SpecChange::movedFrom);
    }

    /** A new container of {@code next}, which is placed, in the place of the one that there was. */
    static Outcome.Changed inPlace(Workload next, String why, Instant now) {
        NodeId node = next.nodeId().orElseThrow();
        boolean away = next.status() == WorkloadStatus.UNKNOWN || next.status() == WorkloadStatus.LOST;
        Observation ordered = away
                ? Observation.of(
                        next.status(),
                        now,
                        next.status() == WorkloadStatus.LOST ? Reason.NODE_GONE : Reason.NODE_UNREACHABLE,
                        why + "; node " + node
                                + " does not answer, and gets the order for a new container when it does")
                : Observation.of(
                        WorkloadStatus.SCHEDULED,
                        now,
                        Reason.PLACED,
                        why + "; a new container is ordered from " + node);
        Workload respawned = next.respawned(ordered);
        return Changed.to(respawned, List.of(new HoldReservation(respawned), new RunContainer(respawned)));
    }

    private static Workload changed(
            Workload workload, WorkloadSignal.ChangeAsked asked, SpecChange.State state, String message) {
        boolean proving = workload.versions().isProving();
        Optional<WorkloadSpec> before = state != SpecChange.State.PROVING
                ? Optional.empty()
                : proving
                        ? workload.versions().change().flatMap(SpecChange::before)
                        : Optional.of(workload.spec()).filter(spec -> isGood(workload));
        // A change of what is not proved yet is one from what was before that.
        long from = proving && before.isPresent()
                ? workload.versions().change().orElseThrow().from()
                : workload.versions().current();
        Held held = workload.holdsReservation() ? workload.held() : Held.NOTHING;
        SpecChange change = new SpecChange(
                workload.versions().current() + 1,
                from,
                state,
                message,
                asked.terms(),
                before,
                held,
                before.flatMap(spec -> movedBefore(workload)));
        return workload.changed(asked.spec(), workload.versions().changed(change, asked.madeFrom()), asked.requestId());
    }

    /** Whether nothing speaks against the specification that it has: only then is that worth going back to. */
    private static boolean isGood(Workload workload) {
        boolean was = !workload.generation().equals(Generation.NONE);
        return switch (workload.status()) {
            case RUNNING, MISSING, UNKNOWN, LOST, SCHEDULED, PULLING, STARTING -> was;
            case PENDING, RESTARTING, EXITED, FAILED, STOPPED -> false;
        };
    }

    private static Optional<Refused> fixed(WorkloadSpec is, WorkloadSpec wanted) {
        if (!is.name().equals(wanted.name())) {
            return Optional.of(cannot("name", is.name(), wanted.name()));
        }
        return is.type() == wanted.type()
                ? Optional.empty()
                : Optional.of(cannot("type", is.type().toString(), wanted.type().toString()));
    }

    private static Refused cannot(String field, String is, String wanted) {
        return new Refused(
                "field-is-fixed",
                "/" + field + " of a workload is for ever: it is \"" + is + "\" and would be \"" + wanted
                        + "\"; send \"" + is + "\", or run another workload and delete this one");
    }
}
