package dev.persys.lifecycle;

import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.HoldReservation;
import dev.persys.lifecycle.WorkloadEffect.ProveLater;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.model.Desired;
import dev.persys.model.HealthStatus;
import dev.persys.model.Held;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.Reason;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a specification that has changed does what one may expect of it: its container runs for a while without an end
 * and, where its health is checked, healthy; or completes. Where it does not, the one before takes its place again, by the same way as any change.
 *
 * <p>What becomes of a node is no fault of a specification: while that is away, nothing is decided, and the time begins
 * anew when the container is seen to run again.
 */
final class Proof {
    /** For how long a specification that has changed may fit nowhere. */
    static final Duration PLACEMENT_PATIENCE = Duration.ofMinutes(1);

    private Proof() {}

    /** What has to be waited for, of a workload that a leader has just read: how long that lasted before is not known. */
    static List<WorkloadEffect> resume(Workload workload) {
        return wait(workload).map(List::of).orElse(List.of());
    }

    /** The time is over that the container, or placement, was given. */
    static Outcome on(Workload workload, WorkloadSignal.Proved signal, Instant now) {
        if (!workload.versions().isProving()
                || workload.desired() != Desired.RUNNING
                || !signal.run().equals(workload.runId())) {
            return Outcome.nothing();
        }
        SpecChange change = workload.versions().change().orElseThrow();
        return switch (workload.status()) {
            // One that is not well is waited for: it gets well, which begins another wait, or unhealthy.
            case RUNNING ->
                workload.observed().isWell()
                        ? ended(
                                Changed.to(workload, List.of()),
                                SpecChange.State.STABLE,
                                "its container has run for "
                                        + Sentences.exactly(change.terms().stableFor()))
                        : Outcome.nothing();
            case PENDING -> failed(Changed.to(workload, List.of()), Sentences.cause(workload.observed()), now);
            default -> Outcome.nothing();
        };
    }

    /** {@code outcome}, which made what it is of {@code before}, with what follows from that for a change. */
    static Outcome after(Workload before, Outcome outcome, Instant now) {
        if (!(outcome instanceof Changed changed)
                || changed.next().flatMap(next -> next.versions().change()).isEmpty()) {
            return outcome;
        }
        Workload next = changed.next().get();
        return next.versions().isProving() ? proving(before, changed, next, now) : held(changed, next);
    }

    private static Outcome proving(Workload before, Changed changed, Workload next, Instant now) {
        if (next.desired() != Desired.RUNNING) {
            return ended(
                    changed, SpecChange.State.KEPT, "it was not wanted running any more before it had proved itself");
        }
        boolean sameRun = before.runId().equals(next.runId());
        boolean wasAway = before.status() == WorkloadStatus.UNKNOWN || before.status() == WorkloadStatus.LOST;
        return switch (next.status()) {
            case FAILED -> failed(changed, Sentences.cause(next.observed()), now);
            case RESTARTING, MISSING -> wasAway ? changed : failed(changed, Sentences.cause(next.observed()), now);
            case EXITED -> ended(changed, SpecChange.State.STABLE, "its container has completed");
            case RUNNING -> {
                boolean ended = sameRun
                        && !wasAway
                        && next.observed().restartCount() > before.observed().restartCount();
                boolean unhealthy = next.observed()
                        .health()
                        .filter(health -> health.status() == HealthStatus.UNHEALTHY)
                        .isPresent();
                yield ended || unhealthy
                        ? failed(
                                changed,
                                unhealthy ? next.observed().message() : "its container ended and was started again",
                                now)
                        : isSame(before, next) ? changed : waiting(changed, next);
            }
            case PENDING ->
                before.status() == WorkloadStatus.PENDING && before.versions().equals(next.versions())
                        ? changed
                        : waiting(changed, next);
            case SCHEDULED, PULLING, STARTING, STOPPED, UNKNOWN, LOST -> changed;
        };
    }

    /** Whether the same start of it was seen before, and as well as it is now. */
    private static boolean isSame(Workload before, Workload next) {
        return before.status() == WorkloadStatus.RUNNING
                && before.runId().equals(next.runId())
                && before.observed().startedAt().equals(next.observed().startedAt())
                && before.observed().isWell() == next.observed().isWell();
    }

    private static Changed waiting(Changed changed, Workload next) {
        return wait(next).map(changed::then).orElse(changed);
    }

    private static Optional<WorkloadEffect> wait(Workload workload) {
        if (!workload.versions().isProving() || workload.desired() != Desired.RUNNING) {
            return Optional.empty();
        }
        Duration stableFor = workload.versions().change().orElseThrow().terms().stableFor();
        return switch (workload.status()) {
            case RUNNING ->
                workload.observed().isWell()
                        ? Optional.of(new ProveLater(workload.runId(), stableFor))
                        : Optional.empty();
            case PENDING -> Optional.of(new ProveLater(workload.runId(), PLACEMENT_PATIENCE));
            default -> Optional.empty();
        };
    }

    /** What {@code changed} makes of it, and nothing is gone back to any more. */
    private static Changed ended(Changed changed, SpecChange.State how, String sentence) {
        Workload next = changed.next().orElseThrow();
        SpecChange change = next.versions().change().orElseThrow();
        return held(
                changed.instead(next.withChange(change.ended(how, sentence)), changed.effects()),
                next.withChange(change.ended(how, sentence)));
    }

    /** What is held for a container that was replaced is held no longer than that may be there. */
    private static Changed held(Changed changed, Workload next) {
        SpecChange change = next.versions().change().orElseThrow();
        boolean isSeen =
                next.observed().containerId().isPresent() && next.versions().isOfContainer();
        boolean isGone = isSeen || next.status().isTerminal() || next.nodeId().isEmpty();
        if (!isGone || change.alsoHeld().equals(Held.NOTHING)) {
            return changed;
        }
        Workload less = next.withChange(change.withoutHeld());
        Changed known = changed.instead(less, changed.effects());
        // What waits for a place waits for less from now on.
        boolean waits = less.status() == WorkloadStatus.PENDING
                && known.effects().stream().noneMatch(FindPlacement.class::isInstance);
        if (waits) {
            return known.then(new FindPlacement(less, less.run().heldBy()));
        }
        return less.holdsReservation() ? known.then(new HoldReservation(less)) : known;
    }

    /** To the node where it was before, if there is still room: what was there is not what it is here. */
    private static Changed back(
            Changed changed, Workload next, Optional<NodeId> movedFrom, String sentence, Instant now) {
        Workload waiting = next.unplaced(
                Optional.empty(),
                next.placement(),
                Observation.of(
                        WorkloadStatus.PENDING, now, Reason.NO_NODE_FITS, sentence + "; waiting for a placement"));
        return changed.instead(
                waiting,
                List.of(
                        WorkloadLifecycle.remove(next),
                        new ReleaseReservation(next.id()),
                        new FindPlacement(waiting, movedFrom)));
    }

    private static Changed failed(Changed changed, String why, Instant now) {
        Workload next = changed.next().orElseThrow();
        SpecChange change = next.versions().change().orElseThrow();
        if (!change.terms().undoes() || change.before().isEmpty()) {
            String kept = change.terms().undoes() ? "there is nothing to go back to" : "it is not to be undone";
            Changed known = ended(changed, SpecChange.State.KEPT, why + "; " + kept);
            // Of what never came to have a container, the one before may still run.
            boolean neverCame = next.status().isTerminal()
                    && next.observed().containerId().isEmpty()
                    && next.nodeId().isPresent();
            return neverCame ? known.then(WorkloadLifecycle.stop(next)) : known;
        }
        String sentence = "version " + change.to() + " is undone: " + why;
        SpecChange undone = new SpecChange(
                next.versions().current() + 1,
                next.versions().current(),
                SpecChange.State.UNDONE,
                sentence,
                change.terms(),
                Optional.empty(),
                next.held());
        Workload back = next.changed(
                change.before().get(), next.versions().changed(undone, Optional.empty()), next.requestId());
        if (back.nodeId().isEmpty()) {
            Observation pending =
                    back.observed().as(WorkloadStatus.PENDING, back.observed().reason(), sentence, now);
            Workload waiting = back.withObserved(pending).withChange(undone.withoutHeld());
            return changed.instead(
                    waiting,
                    List.of(new FindPlacement(waiting, waiting.run().heldBy().or(change::movedFrom))));
        }
        if (change.movedFrom().isPresent()) {
            return back(changed, back.withChange(undone.withoutHeld()), change.movedFrom(), sentence, now);
        }
        List<WorkloadEffect> effects = new ArrayList<>(changed.effects().stream()
                .filter(RemoveContainer.class::isInstance)
                .toList());
        Changed placed = ChangedSpec.inPlace(back, sentence, now);
        effects.addAll(placed.effects());
        return changed.instead(placed.next().orElseThrow(), effects);
    }
}
