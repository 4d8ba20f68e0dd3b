package dev.persys.lifecycle;

import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.model.Desired;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What becomes of a workload whose node is in trouble, gone or taken out, or does not take its order. */
final class NodeTrouble {
    private NodeTrouble() {}

    static Outcome onSilent(Workload workload, WorkloadSignal.NodeSilent silent, Instant now) {
        String sentence =
                "node " + silent.node() + " is in trouble: " + silent.why() + "; the container may well be running";
        return onAway(workload, silent.node(), WorkloadStatus.UNKNOWN, Reason.NODE_UNREACHABLE, sentence, now);
    }

    /**
     * Nobody waits for a node that is gone to remove what had ended there: should it come back, a container without a
     * record is removed as any other.
     */
    static Outcome onLost(Workload workload, NodeId node, Instant now) {
        boolean waitsInVain = workload.desired() == Desired.DELETED
                && workload.status().isTerminal()
                && WorkloadLifecycle.isPlacedOn(workload, node);
        String sentence =
                "node " + node + " is gone; it comes back with the node, or elsewhere once the node is removed";
        return waitsInVain
                ? WorkloadLifecycle.gone(workload)
                : onAway(workload, node, WorkloadStatus.LOST, Reason.NODE_GONE, sentence, now);
    }

    private static Outcome onAway(
            Workload workload, NodeId node, WorkloadStatus status, Reason reason, String sentence, Instant now) {
        if (!WorkloadLifecycle.isPlacedOn(workload, node)
                || !workload.holdsReservation()
                || workload.status() == status
                || workload.status() == WorkloadStatus.LOST) {
            return Outcome.nothing();
        }
        Observation away = workload.observed().as(status, reason, sentence, now);
        // A start that was owed is decided on anew, when the node tells of the end once more.
        Observation next = WorkloadLifecycle.awaitsRetry(workload)
                ? away.counting(away.restartCount(), Math.max(0, away.restartAttempts() - 1))
                : away;
        return WorkloadLifecycle.changed(workload, workload.withObserved(next), List.of());
    }

    static Outcome onOrderDelayed(Workload workload, WorkloadSignal.OrderDelayed delayed, Instant now) {
        if (workload.status() != WorkloadStatus.SCHEDULED
                || workload.desired() != Desired.RUNNING
                || !WorkloadLifecycle.isPlacedOn(workload, delayed.node())
                || !workload.generation().equals(delayed.generation())) {
            return Outcome.nothing();
        }
        String sentence = delayed.reason() == Reason.SECRET_MISSING
                ? delayed.why() + "; it is started once that is mended"
                : "node " + delayed.node() + " does not take the order: " + delayed.why()
                        + "; it is asked again until it does";
        return WorkloadLifecycle.changed(
                workload,
                workload.withObserved(
                        workload.observed().as(WorkloadStatus.SCHEDULED, delayed.reason(), sentence, now)),
                List.of());
    }

    /**
     * Nothing of it can be on the node, so that nobody has to wait for that. The node is told to remove it all the same,
     * when it takes orders again: what cannot be is also made sure of.
     */
    static Outcome onOrderNotTaken(Workload workload, WorkloadSignal.OrderNotTaken notTaken, Instant now) {
        boolean neverSeen = workload.observed().containerId().isEmpty()
                && switch (workload.status()) {
                    case SCHEDULED, UNKNOWN, LOST -> true;
                    default -> false;
                };
        if (!neverSeen
                || !WorkloadLifecycle.isPlacedOn(workload, notTaken.node())
                || !workload.generation().equals(notTaken.generation())) {
            return Outcome.nothing();
        }
        if (workload.desired() == Desired.DELETED) {
            return Outcome.Changed.gone(
                    workload, List.of(new ReleaseReservation(workload.id()), WorkloadLifecycle.remove(workload)));
        }
        if (workload.desired() == Desired.STOPPED) {
            return WorkloadLifecycle.stopped(workload, workload.observed(), now);
        }
        Workload next = workload.unplaced(
                Optional.empty(),
                workload.placement(),
                Observation.of(
                        WorkloadStatus.PENDING,
                        now,
                        Reason.ORDER_NOT_TAKEN,
                        "node " + notTaken.node() + " did not take the order: " + notTaken.why()));
        return Outcome.Changed.to(
                next,
                List.of(
                        WorkloadLifecycle.remove(workload),
                        new ReleaseReservation(workload.id()),
                        new FindPlacement(next, Optional.empty())));
    }

    static Outcome onRemoved(Workload workload, NodeId node, Instant now) {
        if (!WorkloadLifecycle.isPlacedOn(workload, node)) {
            return Outcome.nothing();
        }
        if (workload.desired() == Desired.DELETED) {
            return WorkloadLifecycle.gone(workload);
        }
        if (workload.desired() == Desired.RUNNING && !workload.status().isTerminal()) {
            return WorkloadLifecycle.waitingForAPlacement(workload, Optional.empty(), now);
        }
        Observation ended = workload.status().isTerminal()
                ? workload.observed()
                : WorkloadLifecycle.asStopped(workload.observed(), now);
        return WorkloadLifecycle.changed(
                workload, workload.unplaced(Optional.empty(), workload.placement(), ended), List.of());
    }
}
