package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.Outcome.Refused;
import dev.persys.lifecycle.Outcome.Unchanged;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.StopContainer;
import dev.persys.model.Desired;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The workload state machine.
 *
 * <p>A terminal status is left only by a request. What a node says of another generation, or of a workload that was
 * placed elsewhere, never changes the record: it only has the stray container removed.
 */
public final class WorkloadLifecycle {
    private WorkloadLifecycle() {}

    /** What {@code signal} does to {@code workload} at {@code now}. */
    public static Outcome on(Workload workload, WorkloadSignal signal, Instant now) {
        if (signal instanceof WorkloadSignal.Seen seen) {
            return SeenContainer.on(workload, seen, now);
        } else if (signal instanceof WorkloadSignal.Placed placed) {
            return onPlaced(workload, placed, now);
        } else if (signal instanceof WorkloadSignal.Unplaceable unplaceable) {
            return onUnplaceable(workload, unplaceable, now);
        } else if (signal instanceof WorkloadSignal.Absent absent) {
            return isPlacedOn(workload, absent.node()) ? onAbsent(workload, now) : Outcome.nothing();
        } else if (signal instanceof WorkloadSignal.NodeSilent silent) {
            return onNodeAway(workload, silent.node(), WorkloadStatus.UNKNOWN, Reason.NODE_UNREACHABLE, now);
        } else if (signal instanceof WorkloadSignal.NodeLost lost) {
            return onNodeLost(workload, lost.node(), now);
        } else if (signal instanceof WorkloadSignal.NodeRemoved removed) {
            return isPlacedOn(workload, removed.node()) ? onNodeRemoved(workload, now) : Outcome.nothing();
        } else if (signal instanceof WorkloadSignal.RetryDue) {
            return awaitsRetry(workload) ? respawned(workload, now) : Outcome.nothing();
        } else if (signal instanceof WorkloadSignal.LogsTaken taken) {
            return changed(workload, workload.withLogs(taken.tail()), List.of());
        } else if (signal instanceof WorkloadSignal.Expired expired) {
            return onExpired(workload, expired, now);
        }
        return onRequest(workload, (WorkloadSignal.Request) signal, now);
    }

    /** What a leader that has just read {@code workload} has to see to, because effects do not survive a leader. */
    public static List<WorkloadEffect> resume(Workload workload) {
        if (workload.desired() == Desired.DELETED) {
            return workload.nodeId().isPresent() ? List.of(remove(workload)) : List.of();
        }
        if (workload.status().isTerminal()) {
            return List.of();
        }
        if (workload.desired() == Desired.STOPPED) {
            return workload.nodeId().isPresent() ? List.of(stop(workload)) : List.of();
        }
        if (awaitsRetry(workload)) {
            return List.of(new RetryLater(Backoff.before(workload.observed().restartAttempts())));
        }
        if (workload.status() == WorkloadStatus.PENDING) {
            return List.of(new FindPlacement(workload, Optional.empty()));
        }
        return awaitsContainer(workload) ? List.of(new RunContainer(workload)) : List.of();
    }

    private static Outcome onPlaced(Workload workload, WorkloadSignal.Placed placed, Instant now) {
        if (workload.holdsReservation() && isPlacedOn(workload, placed.node())) {
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
        return Changed.to(next, List.of(new RunContainer(next)));
    }

    private static Outcome onUnplaceable(Workload workload, WorkloadSignal.Unplaceable unplaceable, Instant now) {
        if (workload.status() != WorkloadStatus.PENDING) {
            return Outcome.nothing();
        }
        Observation pending = workload.observed()
                .as(WorkloadStatus.PENDING, Reason.NO_NODE_FITS, Sentences.unplaceable(unplaceable.why()), now);
        boolean sameAnswer = workload.placement()
                .filter(before -> before.vetoes().equals(unplaceable.why().vetoes())
                        && before.chosen().isEmpty())
                .isPresent();
        return sameAnswer && pending.equals(workload.observed())
                ? Outcome.nothing()
                : changed(workload, workload.unplaced(Optional.of(unplaceable.why()), pending), List.of());
    }

    private static Outcome onAbsent(Workload workload, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return gone(workload);
        }
        if (workload.status().isTerminal() || awaitsRetry(workload)) {
            return Outcome.nothing();
        }
        if (workload.desired() == Desired.STOPPED) {
            return stopped(workload, workload.observed(), now);
        }
        return awaitsContainer(workload)
                ? new Unchanged(List.of(new RunContainer(workload)))
                : SeenContainer.missing(workload, now);
    }

    /**
     * Nobody waits for a node that is gone to remove what had ended there: should it come back, a container without a
     * record is removed as any other.
     */
    private static Outcome onNodeLost(Workload workload, NodeId node, Instant now) {
        boolean waitsInVain =
                workload.desired() == Desired.DELETED && workload.status().isTerminal() && isPlacedOn(workload, node);
        return waitsInVain ? gone(workload) : onNodeAway(workload, node, WorkloadStatus.LOST, Reason.NODE_GONE, now);
    }

    private static Outcome onNodeAway(
            Workload workload, NodeId node, WorkloadStatus status, Reason reason, Instant now) {
        if (!isPlacedOn(workload, node)
                || !workload.holdsReservation()
                || workload.status() == status
                || workload.status() == WorkloadStatus.LOST) {
            return Outcome.nothing();
        }
        String sentence = status == WorkloadStatus.LOST
                ? "node " + node + " is gone; it comes back with the node, or elsewhere once the node is removed"
                : "node " + node + ", or Docker on it, does not answer; the container may well be running";
        return changed(
                workload, workload.withObserved(workload.observed().as(status, reason, sentence, now)), List.of());
    }

    private static Outcome onNodeRemoved(Workload workload, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return gone(workload);
        }
        if (workload.desired() == Desired.RUNNING && !workload.status().isTerminal()) {
            return replaced(workload, Optional.empty(), now);
        }
        Observation ended = workload.status().isTerminal() ? workload.observed() : asStopped(workload.observed(), now);
        return changed(workload, workload.unplaced(workload.placement(), ended), List.of());
    }

    /** As a request to delete it, but only while it stands as it was judged. */
    private static Outcome onExpired(Workload workload, WorkloadSignal.Expired expired, Instant now) {
        if (Retention.Kind.of(workload).isEmpty()
                || !workload.observed().since().equals(expired.since())) {
            return Outcome.nothing();
        }
        Workload judged = workload.withDesired(Desired.DELETED, expired.requestId())
                .withObserved(workload.observed().as(workload.status(), Reason.EXPIRED, expired.why(), now));
        return judged.nodeId().isEmpty() || expired.nodeGone()
                ? gone(judged)
                : changed(workload, judged, List.of(remove(judged)));
    }

    private static Outcome onRequest(Workload workload, WorkloadSignal.Request request, Instant now) {
        if (request instanceof WorkloadSignal.DeleteAsked) {
            return onDeleteAsked(workload, request.requestId(), now);
        }
        if (workload.desired() == Desired.DELETED) {
            return new Refused("being-deleted", "workload " + workload.id() + " is being deleted; run it anew instead");
        }
        if (request instanceof WorkloadSignal.StopAsked) {
            return onStopAsked(workload, request.requestId(), now);
        }
        Workload wanted = workload.withDesired(Desired.RUNNING, request.requestId());
        if (workload.status().isTerminal()) {
            return replaced(wanted, workload.nodeId(), now);
        }
        boolean stopping = workload.desired() == Desired.STOPPED;
        boolean again = request instanceof WorkloadSignal.RestartAsked
                && workload.nodeId().isPresent();
        return stopping || again ? respawned(wanted, now) : Outcome.nothing();
    }

    private static Outcome onStopAsked(Workload workload, Optional<String> requestId, Instant now) {
        if (workload.desired() == Desired.STOPPED) {
            return Outcome.nothing();
        }
        Workload wanted = workload.withDesired(Desired.STOPPED, requestId);
        if (workload.status().isTerminal()) {
            return changed(workload, wanted, List.of());
        }
        if (workload.nodeId().isEmpty() || awaitsRetry(workload)) {
            return stopped(wanted, wanted.observed(), now);
        }
        Observation stopping = wanted.observed().as(workload.status(), Reason.STOPPING, "stopping", now);
        return changed(workload, wanted.withObserved(stopping), List.of(stop(wanted)));
    }

    private static Outcome onDeleteAsked(Workload workload, Optional<String> requestId, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return Outcome.nothing();
        }
        if (workload.nodeId().isEmpty()) {
            return gone(workload);
        }
        Workload wanted = workload.withDesired(Desired.DELETED, requestId);
        Observation deleting =
                wanted.observed().as(workload.status(), Reason.DELETING, "being deleted; waiting for its node", now);
        return changed(workload, wanted.withObserved(deleting), List.of(remove(wanted)));
    }

    /** A new container on the same node, whose reservation is still held. A node that is away is still away. */
    private static Outcome respawned(Workload workload, Instant now) {
        NodeId node = workload.nodeId().orElseThrow();
        Observation ordered = switch (workload.status()) {
            case UNKNOWN, LOST ->
                Observation.of(
                        workload.status(),
                        now,
                        workload.status() == WorkloadStatus.LOST ? Reason.NODE_GONE : Reason.NODE_UNREACHABLE,
                        "node " + node + " does not answer; it gets the order for a new container when it does");
            default ->
                Observation.of(WorkloadStatus.SCHEDULED, now, Reason.PLACED, "a new container is ordered from " + node);
        };
        Workload next = workload.respawned(
                ordered.withRestartAttempts(workload.observed().restartAttempts()));
        return Changed.to(next, List.of(new RunContainer(next)));
    }

    /** A new placement; what is left on the old node is removed. */
    private static Outcome replaced(Workload workload, Optional<NodeId> preferred, Instant now) {
        List<WorkloadEffect> effects = new ArrayList<>();
        preferred.ifPresent(node -> effects.add(remove(workload)));
        Workload next = workload.unplaced(
                workload.placement(),
                Observation.of(WorkloadStatus.PENDING, now, Reason.NO_NODE_FITS, "waiting for a placement"));
        if (workload.holdsReservation()) {
            effects.add(new ReleaseReservation(workload.id()));
        }
        effects.add(new FindPlacement(next, preferred));
        return Changed.to(next, effects);
    }

    static Outcome stopped(Workload workload, Observation facts, Instant now) {
        return changed(workload, workload.withObserved(asStopped(facts, now)), List.of());
    }

    private static Observation asStopped(Observation facts, Instant now) {
        String code = facts.exitCode().map(c -> "; exit code " + c).orElse("");
        return facts.as(WorkloadStatus.STOPPED, Reason.STOPPED_BY_REQUEST, "stopped as asked" + code, now);
    }

    static Outcome gone(Workload workload) {
        return Changed.gone(workload, List.of(new ReleaseReservation(workload.id())));
    }

    /**
     * {@code after} in place of {@code before}. What {@code before} held, or may have been given by an answer of
     * placement that is still on its way, is given back where {@code after} holds nothing and waits for nothing.
     */
    static Outcome changed(Workload before, Workload after, List<WorkloadEffect> effects) {
        if (before.equals(after)) {
            return new Unchanged(effects);
        }
        List<WorkloadEffect> all = new ArrayList<>(effects);
        if (concernsPlacement(before) && !concernsPlacement(after)) {
            all.add(new ReleaseReservation(after.id()));
        }
        return Changed.to(after, all);
    }

    private static boolean concernsPlacement(Workload workload) {
        return workload.holdsReservation() || workload.status() == WorkloadStatus.PENDING;
    }

    /** Whether the record names this node. */
    public static boolean isPlacedOn(Workload workload, NodeId node) {
        return workload.nodeId().filter(node::equals).isPresent();
    }

    /** Whether the scheduler, not Docker, is to make the next container after a back-off. */
    static boolean awaitsRetry(Workload workload) {
        boolean missing = workload.status() == WorkloadStatus.MISSING;
        boolean ended = workload.status() == WorkloadStatus.RESTARTING
                && workload.observed().reason() != Reason.CONTAINER_RESTARTING;
        return workload.desired() == Desired.RUNNING && (missing || ended);
    }

    /** Whether the container of this generation was ordered and none that ran was seen: the order may have been lost. */
    private static boolean awaitsContainer(Workload workload) {
        return switch (workload.status()) {
            case SCHEDULED, PULLING, STARTING -> true;
            case UNKNOWN, LOST -> workload.observed().containerId().isEmpty();
            default -> false;
        };
    }

    static WorkloadEffect remove(Workload workload) {
        return new RemoveContainer(
                workload.nodeId().orElseThrow(),
                workload.id(),
                workload.generation(),
                workload.spec().stopGracePeriod());
    }

    static WorkloadEffect stop(Workload workload) {
        return new StopContainer(
                workload.nodeId().orElseThrow(),
                workload.id(),
                workload.generation(),
                workload.spec().stopGracePeriod());
    }
}
