package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.Outcome.Unchanged;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.lifecycle.WorkloadEffect.RunContainer;
import dev.persys.lifecycle.WorkloadEffect.StopContainer;
import dev.persys.lifecycle.WorkloadEffect.TakeLogs;
import dev.persys.model.ContainerReport;
import dev.persys.model.Desired;
import dev.persys.model.Excerpt;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The workload state machine.
 *
 * <p>A terminal status is left only by a request. What a node says of another generation, or of a workload that was
 * placed elsewhere, never changes the record: it only has the stray container removed, and not even that where the
 * container is newer than the record, which must be an old one then.
 */
public final class WorkloadLifecycle {
    private WorkloadLifecycle() {}

    /**
     * What {@code signal} does to {@code workload} at {@code now}.
     *
     * @param now what is decided is labelled with; nothing is measured by it, since clocks are set
     * @param stood for how long at least the workload has had its status, by a ticker; what nobody measured is short
     */
    public static Outcome on(Workload workload, WorkloadSignal signal, Instant now, Duration stood) {
        return Proof.after(workload, signal.readBy(new Transition(workload, now, stood)), now);
    }

    /** The same where nobody has measured how long the workload has had its status. */
    public static Outcome on(Workload workload, WorkloadSignal signal, Instant now) {
        return on(workload, signal, now, Duration.ZERO);
    }

    private record Transition(Workload workload, Instant now, Duration stood)
            implements WorkloadSignal.Reader<Outcome> {
        @Override
        public Outcome placed(WorkloadSignal.Placed signal) {
            return PlacementAnswer.placed(workload, signal, now);
        }

        @Override
        public Outcome unplaceable(WorkloadSignal.Unplaceable signal) {
            return PlacementAnswer.unplaceable(workload, signal, now);
        }

        @Override
        public Outcome seen(WorkloadSignal.Seen signal) {
            return SeenContainer.on(workload, signal, now, stood);
        }

        @Override
        public Outcome foundAhead(WorkloadSignal.FoundAhead signal) {
            return SeenContainer.foundAhead(workload, signal);
        }

        @Override
        public Outcome absent(WorkloadSignal.Absent signal) {
            return isPlacedOn(workload, signal.node()) ? onAbsent(workload, now, stood) : Outcome.nothing();
        }

        @Override
        public Outcome nodeSilent(WorkloadSignal.NodeSilent signal) {
            return NodeTrouble.onSilent(workload, signal, now);
        }

        @Override
        public Outcome orderDelayed(WorkloadSignal.OrderDelayed signal) {
            return NodeTrouble.onOrderDelayed(workload, signal, now);
        }

        @Override
        public Outcome orderNotTaken(WorkloadSignal.OrderNotTaken signal) {
            return NodeTrouble.onOrderNotTaken(workload, signal, now);
        }

        @Override
        public Outcome nodeLost(WorkloadSignal.NodeLost signal) {
            return NodeTrouble.onLost(workload, signal.node(), now);
        }

        @Override
        public Outcome nodeRemoved(WorkloadSignal.NodeRemoved signal) {
            return NodeTrouble.onRemoved(workload, signal.node(), now);
        }

        @Override
        public Outcome retryDue(WorkloadSignal.RetryDue signal) {
            return awaitsRetry(workload) ? retried(workload, now) : Outcome.nothing();
        }

        @Override
        public Outcome proved(WorkloadSignal.Proved signal) {
            return Proof.on(workload, signal, now);
        }

        @Override
        public Outcome logsTaken(WorkloadSignal.LogsTaken signal) {
            return onLogsTaken(workload, signal);
        }

        @Override
        public Outcome expired(WorkloadSignal.Expired signal) {
            return onExpired(workload, signal, now);
        }

        @Override
        public Outcome stopAsked(WorkloadSignal.StopAsked signal) {
            return RequestedChange.stop(workload, signal, now);
        }

        @Override
        public Outcome startAsked(WorkloadSignal.StartAsked signal) {
            return RequestedChange.start(workload, signal, now);
        }

        @Override
        public Outcome restartAsked(WorkloadSignal.RestartAsked signal) {
            return RequestedChange.restart(workload, signal, now);
        }

        @Override
        public Outcome changeAsked(WorkloadSignal.ChangeAsked signal) {
            return ChangedSpec.on(workload, signal, now);
        }

        @Override
        public Outcome deleteAsked(WorkloadSignal.DeleteAsked signal) {
            return RequestedChange.delete(workload, signal, now);
        }
    }

    /** What a leader that has just read {@code workload} has to see to, because effects do not survive a leader. */
    public static List<WorkloadEffect> resume(Workload workload) {
        List<WorkloadEffect> effects = new ArrayList<>(resumed(workload));
        effects.addAll(Proof.resume(workload));
        return List.copyOf(effects);
    }

    private static List<WorkloadEffect> resumed(Workload workload) {
        if (workload.desired() == Desired.DELETED) {
            return workload.nodeId().isPresent() ? List.of(remove(workload)) : List.of();
        }
        if (workload.status().isTerminal()) {
            return workload.nodeId()
                    .filter(node -> workload.run().outputDue())
                    .<WorkloadEffect>map(node -> new TakeLogs(node, workload.id(), workload.runId()))
                    .map(List::of)
                    .orElse(List.of());
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

    private static Outcome onAbsent(Workload workload, Instant now, Duration stood) {
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
                : SeenContainer.missing(workload, now, stood);
    }

    /** What comes late, of a start before the one that is wanted, says nothing new. */
    private static Outcome onLogsTaken(Workload workload, WorkloadSignal.LogsTaken taken) {
        boolean isOld = taken.run().isOlderThan(workload.runId());
        boolean stayedSilent = taken.tail().isEmpty() && workload.logs().isEmpty();
        return isOld || stayedSilent
                ? Outcome.nothing()
                : Changed.printed(workload.withLogs(Excerpt.of(taken.tail())).withOutputDue(false), taken.tail());
    }

    /** As a request to delete it, but only while it stands as it was judged. */
    private static Outcome onExpired(Workload workload, WorkloadSignal.Expired expired, Instant now) {
        if (Retention.Kind.of(workload).isEmpty()
                || !workload.observed().since().equals(expired.since())) {
            return Outcome.nothing();
        }
        Workload judged = workload.withDesired(Desired.DELETED, expired.requestId())
                .withObserved(workload.observed().as(workload.status(), Reason.EXPIRED, expired.why(), now));
        if (judged.spec().options().autoRemove()) {
            judged = judged.withoutVolumes(); // As Docker has it: they were for this one run.
        }
        return judged.nodeId().isEmpty() || expired.nodeGone()
                ? gone(judged)
                : changed(workload, judged, List.of(remove(judged)));
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
    static Outcome ordered(Workload workload, int restarts, int attempts, Instant now) {
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
    static Outcome waitingForAPlacement(Workload workload, Optional<NodeId> holder, Instant now) {
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

    static Observation asStopped(Observation facts, Instant now) {
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

    /** Whether its last container is gone, of no use or by another specification: only then is there another one on the same node. */
    private static boolean isToBeReplaced(Workload workload) {
        return workload.status() == WorkloadStatus.MISSING
                || workload.observed().reason() == Reason.CONTAINER_UNUSABLE
                || !workload.versions().isOfContainer();
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

    /**
     * Whether a container cannot be what a leader with this record ordered, because it is of a later generation, or of
     * this one on another node than the record's: then the record is older than what runs. Not where the workload is to
     * go: all of its containers go then.
     */
    public static boolean isAhead(Workload workload, NodeId node, Generation generation) {
        boolean elsewhere = generation.equals(workload.generation())
                && workload.containerNode().filter(its -> !its.equals(node)).isPresent();
        return workload.desired() != Desired.DELETED && (workload.generation().isOlderThan(generation) || elsewhere);
    }

    /** What becomes of the container when it is removed is up to the record: with its volumes where that was asked. */
    static WorkloadEffect remove(Workload workload) {
        return removal(workload, workload.spec().stopGracePeriod());
    }

    /** As {@link #remove}, without a grace period. It is no part of the record: who takes over grants it again. */
    static WorkloadEffect kill(Workload workload) {
        return removal(workload, Duration.ZERO);
    }

    private static WorkloadEffect removal(Workload workload, Duration grace) {
        return new RemoveContainer(
                workload.containerNode().orElseThrow(),
                workload.id(),
                workload.generation(),
                grace,
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
