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
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Excerpt;
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
            String sentence =
                    "node " + silent.node() + " is in trouble: " + silent.why() + "; the container may well be running";
            return onNodeAway(workload, silent.node(), WorkloadStatus.UNKNOWN, Reason.NODE_UNREACHABLE, sentence, now);
        } else if (signal instanceof WorkloadSignal.OrderDelayed delayed) {
            return onOrderDelayed(workload, delayed, now);
        } else if (signal instanceof WorkloadSignal.OrderNotTaken notTaken) {
            return onOrderNotTaken(workload, notTaken, now);
        } else if (signal instanceof WorkloadSignal.NodeLost lost) {
            return onNodeLost(workload, lost.node(), now);
        } else if (signal instanceof WorkloadSignal.NodeRemoved removed) {
            return isPlacedOn(workload, removed.node()) ? onNodeRemoved(workload, now) : Outcome.nothing();
        } else if (signal instanceof WorkloadSignal.RetryDue) {
            return awaitsRetry(workload) ? retried(workload, now) : Outcome.nothing();
        } else if (signal instanceof WorkloadSignal.LogsTaken taken) {
            return onLogsTaken(workload, taken);
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
            return List.of(new RetryLater(RestartRule.pause(workload.observed().restartAttempts())));
        }
        if (workload.status() == WorkloadStatus.PENDING) {
            return List.of(new FindPlacement(workload, workload.run().heldBy()));
        }
        return awaitsStart(workload) ? List.of(new RunContainer(workload)) : List.of();
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
        List<WorkloadEffect> effects = new ArrayList<>(List.of(new RunContainer(next)));
        workload.run()
                .heldBy()
                .filter(holder -> !holder.equals(placed.node()))
                .ifPresent(holder -> effects.add(remove(workload)));
        return Changed.to(next, effects);
    }

    private static Outcome onUnplaceable(Workload workload, WorkloadSignal.Unplaceable unplaceable, Instant now) {
        if (workload.status() != WorkloadStatus.PENDING) {
            return Outcome.nothing();
        }
        String notTaken = workload.observed().reason() == Reason.ORDER_NOT_TAKEN
                ? workload.observed().message() + "; elsewhere "
                : "";
        Observation pending = workload.observed()
                .as(
                        WorkloadStatus.PENDING,
                        Reason.NO_NODE_FITS,
                        notTaken + Sentences.unplaceable(unplaceable.why()),
                        now);
        boolean sameAnswer = workload.placement()
                .filter(before -> before.vetoes().equals(unplaceable.why().vetoes())
                        && before.chosen().isEmpty())
                .isPresent();
        return sameAnswer && pending.equals(workload.observed())
                ? Outcome.nothing()
                : changed(
                        workload,
                        workload.unplaced(workload.run().heldBy(), Optional.of(unplaceable.why()), pending),
                        List.of());
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
        return awaitsStart(workload)
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
        String sentence =
                "node " + node + " is gone; it comes back with the node, or elsewhere once the node is removed";
        return waitsInVain
                ? gone(workload)
                : onNodeAway(workload, node, WorkloadStatus.LOST, Reason.NODE_GONE, sentence, now);
    }

    private static Outcome onNodeAway(
            Workload workload, NodeId node, WorkloadStatus status, Reason reason, String sentence, Instant now) {
        if (!isPlacedOn(workload, node)
                || !workload.holdsReservation()
                || workload.status() == status
                || workload.status() == WorkloadStatus.LOST) {
            return Outcome.nothing();
        }
        Observation away = workload.observed().as(status, reason, sentence, now);
        // A start that was owed is decided on anew, when the node tells of the end once more.
        Observation next = awaitsRetry(workload)
                ? away.counting(away.restartCount(), Math.max(0, away.restartAttempts() - 1))
                : away;
        return changed(workload, workload.withObserved(next), List.of());
    }

    private static Outcome onOrderDelayed(Workload workload, WorkloadSignal.OrderDelayed delayed, Instant now) {
        if (workload.status() != WorkloadStatus.SCHEDULED
                || workload.desired() != Desired.RUNNING
                || !isPlacedOn(workload, delayed.node())
                || !workload.generation().equals(delayed.generation())) {
            return Outcome.nothing();
        }
        String sentence = "node " + delayed.node() + " does not take the order: " + delayed.why()
                + "; it is asked again until it does";
        return changed(
                workload,
                workload.withObserved(
                        workload.observed().as(WorkloadStatus.SCHEDULED, Reason.ORDER_NOT_TAKEN, sentence, now)),
                List.of());
    }

    /**
     * Nothing of it can be on the node, so that nobody has to wait for that. The node is told to remove it all the same,
     * when it takes orders again: what cannot be is also made sure of.
     */
    private static Outcome onOrderNotTaken(Workload workload, WorkloadSignal.OrderNotTaken notTaken, Instant now) {
        boolean neverSeen = workload.observed().containerId().isEmpty()
                && switch (workload.status()) {
                    case SCHEDULED, UNKNOWN, LOST -> true;
                    default -> false;
                };
        if (!neverSeen
                || !isPlacedOn(workload, notTaken.node())
                || !workload.generation().equals(notTaken.generation())) {
            return Outcome.nothing();
        }
        if (workload.desired() == Desired.DELETED) {
            return Changed.gone(workload, List.of(new ReleaseReservation(workload.id()), remove(workload)));
        }
        if (workload.desired() == Desired.STOPPED) {
            return stopped(workload, workload.observed(), now);
        }
        Workload next = workload.unplaced(
                Optional.empty(),
                workload.placement(),
                Observation.of(
                        WorkloadStatus.PENDING,
                        now,
                        Reason.ORDER_NOT_TAKEN,
                        "node " + notTaken.node() + " did not take the order: " + notTaken.why()));
        return Changed.to(
                next,
                List.of(
                        remove(workload),
                        new ReleaseReservation(workload.id()),
                        new FindPlacement(next, Optional.empty())));
    }

    private static Outcome onNodeRemoved(Workload workload, Instant now) {
        if (workload.desired() == Desired.DELETED) {
            return gone(workload);
        }
        if (workload.desired() == Desired.RUNNING && !workload.status().isTerminal()) {
            return waitingForAPlacement(workload, Optional.empty(), now);
        }
        Observation ended = workload.status().isTerminal() ? workload.observed() : asStopped(workload.observed(), now);
        return changed(workload, workload.unplaced(Optional.empty(), workload.placement(), ended), List.of());
    }

    /** What comes late, of a start before the one that is wanted, says nothing new. */
    private static Outcome onLogsTaken(Workload workload, WorkloadSignal.LogsTaken taken) {
        boolean isOld = taken.run().isOlderThan(workload.runId());
        boolean stayedSilent = taken.tail().isEmpty() && workload.logs().isEmpty();
        return isOld || stayedSilent
                ? Outcome.nothing()
                : Changed.printed(workload.withLogs(Excerpt.of(taken.tail())), taken.tail());
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
        if (request instanceof WorkloadSignal.DeleteAsked delete) {
            return onDeleteAsked(workload, delete, now);
        }
        if (workload.desired() == Desired.DELETED) {
            return new Refused("being-deleted", "workload " + workload.id() + " is being deleted; run it anew instead");
        }
        if (request instanceof WorkloadSignal.StopAsked) {
            return onStopAsked(workload, request.requestId(), now);
        }
        Workload wanted = workload.withDesired(Desired.RUNNING, request.requestId());
        if (workload.status().isTerminal()) {
            return waitingForAPlacement(wanted, workload.nodeId(), now);
        }
        boolean stopping = workload.desired() == Desired.STOPPED;
        boolean again = request instanceof WorkloadSignal.RestartAsked
                && workload.nodeId().isPresent();
        return stopping || again ? ordered(wanted, 0, 0, now) : Outcome.nothing();
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
            Workload ended = wanted.withObserved(asStopped(wanted.observed(), now));
            return changed(workload, ended.putBack(), List.of());
        }
        Observation stopping = wanted.observed().as(workload.status(), Reason.STOPPING, "stopping", now);
        return changed(workload, wanted.withObserved(stopping), List.of(stop(wanted)));
    }

    private static Outcome onDeleteAsked(Workload workload, WorkloadSignal.DeleteAsked delete, Instant now) {
        Workload marked = delete.volumes() ? workload.withoutVolumes() : workload;
        if (workload.desired() == Desired.DELETED) {
            return changed(workload, marked, marked.equals(workload) ? List.of() : List.of(remove(marked)));
        }
        Workload wanted =
                marked.withDesired(Desired.DELETED, delete.requestId()).putBack();
        if (workload.containerNode().isEmpty()) {
            return gone(wanted);
        }
        // What waits for a placement has ended: nothing of it runs.
        WorkloadStatus status =
                workload.status() == WorkloadStatus.PENDING ? WorkloadStatus.STOPPED : workload.status();
        Observation deleting =
                wanted.observed().as(status, Reason.DELETING, "being deleted; waiting for its node", now);
        return changed(workload, wanted.withObserved(deleting), List.of(remove(wanted)));
    }

    /** After the pause that an end, a refusal or a loss was followed by. */
    private static Outcome retried(Workload workload, Instant now) {
        Observation seen = workload.observed();
        return ordered(workload, seen.restartCount() + 1, seen.restartAttempts(), now);
    }

    /**
     * The same container once more, or where that is gone or unusable a new one, on the same node, whose reservation is
     * still held. A node that is away is still away.
     */
    private static Outcome ordered(Workload workload, int restarts, int attempts, Instant now) {
        NodeId node = workload.nodeId().orElseThrow();
        boolean anew = isToBeReplaced(workload);
        String what = anew ? "a new container" : "the start of its container";
        Observation ordered = switch (workload.status()) {
            case UNKNOWN, LOST ->
                Observation.of(
                        workload.status(),
                        now,
                        workload.status() == WorkloadStatus.LOST ? Reason.NODE_GONE : Reason.NODE_UNREACHABLE,
                        "node " + node + " does not answer; it gets the order for " + what + " when it does");
            default -> Observation.of(WorkloadStatus.SCHEDULED, now, Reason.PLACED, what + " is ordered from " + node);
        };
        Observation counted = ordered.counting(restarts, attempts);
        Workload next =
                anew ? workload.respawned(counted) : workload.startedAgain(counted.againAfter(workload.observed()));
        return Changed.to(next, List.of(new RunContainer(next)));
    }

    /** @param holder of its last container, which is started again where it is, if there is room */
    private static Outcome waitingForAPlacement(Workload workload, Optional<NodeId> holder, Instant now) {
        List<WorkloadEffect> effects = new ArrayList<>();
        Workload next = workload.unplaced(
                holder,
                workload.placement(),
                Observation.of(WorkloadStatus.PENDING, now, Reason.NO_NODE_FITS, "waiting for a placement"));
        if (workload.holdsReservation()) {
            effects.add(new ReleaseReservation(workload.id()));
        }
        effects.add(new FindPlacement(next, holder));
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

    /** Whether the scheduler, not the agent, is to order the next start after a pause. */
    static boolean awaitsRetry(Workload workload) {
        boolean missing = workload.status() == WorkloadStatus.MISSING;
        boolean ended = workload.status() == WorkloadStatus.RESTARTING
                && workload.observed().awaitsRetry();
        return workload.desired() == Desired.RUNNING && (missing || ended);
    }

    /** Whether its last container is gone or of no use: only then is there another one on the same node. */
    private static boolean isToBeReplaced(Workload workload) {
        return workload.status() == WorkloadStatus.MISSING
                || workload.observed().reason() == Reason.CONTAINER_UNUSABLE;
    }

    /** Whether the run that is wanted was ordered and no start of it was seen: the order may have been lost. */
    static boolean awaitsStart(Workload workload) {
        return switch (workload.status()) {
            case SCHEDULED, PULLING, STARTING -> true;
            case UNKNOWN, LOST ->
                workload.observed().startedAt().isEmpty()
                        || workload.observed().startedAt().equals(workload.run().previousStart());
            default -> false;
        };
    }

    /**
     * Whether {@code report} speaks of a run before the one that is wanted: of that its agent says so, or the container
     * was started last when the record knew it to have been as the new run was ordered.
     */
    public static boolean isOldNews(Workload workload, ContainerReport report) {
        if (!report.generation().equals(workload.generation())) {
            return report.generation().isOlderThan(workload.generation());
        }
        return report.run() > 0
                ? report.run() < workload.run().number()
                : report.startedAt().isPresent()
                        && report.startedAt().equals(workload.run().previousStart());
    }

    /** What becomes of the container when it is removed is up to the record: with its volumes where that was asked. */
    static WorkloadEffect remove(Workload workload) {
        return new RemoveContainer(
                workload.containerNode().orElseThrow(),
                workload.id(),
                workload.generation(),
                workload.spec().stopGracePeriod(),
                workload.removeVolumes());
    }

    static WorkloadEffect stop(Workload workload) {
        return new StopContainer(
                workload.containerNode().orElseThrow(),
                workload.id(),
                workload.runId(),
                workload.spec().stopGracePeriod());
    }
}
