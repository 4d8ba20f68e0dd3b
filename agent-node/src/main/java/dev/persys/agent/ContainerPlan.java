package dev.persys.agent;

import dev.persys.agent.ContainerMemory.Work;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.PullPolicy;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.Optional;

/** What to do next for a goal, from what is known. Pure: it is asked again after every step and every new order. */
final class ContainerPlan {
    /** The engine clears away some of what it left of a container by itself, when it is asked again. */
    private static final int UNUSABLE_AFTER = 3;

    /** A port is free a moment after its last container has ended; what else has it may have it for good. */
    private static final int PORT_IN_USE_AFTER = 3;

    private ContainerPlan() {}

    /** The next step for the order that is being carried out; where that was given up, what was made for it is to go. */
    static Step next(ContainerMemory memory, Allowed allowed) {
        Work work = memory.work().orElseThrow();
        boolean failed = memory.failed().isPresent();
        Step step = next(work, memory.seen(), failed);
        return failed ? step : checkedFirst(step, memory.hasContainerOf(work.goal()), work, allowed);
    }

    /**
     * Whatever is done for a run is done only after it was seen to be allowed, so that an older container goes on where the
     * new one is not. That counts for the one step: see {@link Work#checked}. A run that is to follow another one of the
     * same container ends that in either case: what has failed does not run.
     *
     * @param isItsOwn whether the container that is there is of that run's generation
     */
    static Step checkedFirst(Step step, boolean isItsOwn, Work work, Allowed allowed) {
        boolean isUnchecked =
                step instanceof Step.Look || step instanceof Step.Settle || (step instanceof Step.Stop && isItsOwn);
        return !isUnchecked && !work.checked() && work.goal() instanceof Goal.Run run && allowed.limits(run.order())
                ? new Step.CheckAllowed(step.lane())
                : step;
    }

    /** @param failed whether this order was given up */
    static Step next(Work work, Seen seen, boolean failed) {
        Goal goal = work.goal();
        if (seen instanceof Seen.Unknown) {
            return new Step.Look();
        }
        if (goal instanceof Goal.Run run) {
            return forRun(run, work, seen, failed);
        }
        if (!(seen instanceof Seen.Present present) || goal.generation().isOlderThan(present.generation())) {
            return goal instanceof Goal.Remove remove && seen instanceof Seen.Absent
                    ? afterContainer(remove, work)
                    : new Step.Settle();
        }
        if (goal instanceof Goal.Stop stop) {
            // One that never started would stay "starting" for ever.
            return present.status() == ContainerStatus.CREATED
                    ? new Step.Remove(present.containerId())
                    : present.status().isLive()
                            ? new Step.Stop(present.containerId(), stop.order().grace())
                            : new Step.Settle();
        }
        return present.status().isLive()
                ? new Step.Stop(
                        present.containerId(), ((Goal.Remove) goal).order().grace())
                : new Step.Remove(present.containerId());
    }

    /** What else a workload has on this node; volumes go last, because what was put aside uses them too. */
    private static Step afterContainer(Goal.Remove remove, Work work) {
        if (!work.previousGone()) {
            return new Step.RemovePrevious();
        }
        return remove.order().volumes() && !work.volumesGone() ? new Step.RemoveVolumes() : new Step.Settle();
    }

    private static Step forRun(Goal.Run run, Work work, Seen seen, boolean failed) {
        if (!(seen instanceof Seen.Present present)) {
            if (failed) {
                return new Step.Settle();
            }
            return run.order().pullPolicy() == PullPolicy.ALWAYS && !work.fetched()
                    ? new Step.Fetch()
                    : new Step.Create();
        }
        if (present.generation().isOlderThan(run.generation())) {
            if (present.status().isLive()) {
                return replacing(run, work, present, failed);
            }
            // One that never ran has printed nothing, and would take the place of one that has.
            return present.status() == ContainerStatus.EXITED
                    ? new Step.PutAside(present.containerId())
                    : new Step.Remove(present.containerId());
        }
        if (!present.generation().equals(run.generation())) {
            return new Step.Settle();
        }
        boolean isNew = present.status() == ContainerStatus.CREATED;
        if (failed) {
            // What has run holds what it wrote, and stays.
            return isNew ? new Step.Remove(present.containerId()) : new Step.Settle();
        }
        if (!isNew && !work.isEarlier(present.startedAt())) {
            return new Step.Settle();
        }
        return switch (present.status()) {
            case CREATED ->
                isToBeAttended(run.order()) && !work.attended()
                        ? new Step.AwaitSession()
                        : new Step.Start(present.containerId());
            case EXITED -> new Step.Start(present.containerId());
            case RUNNING, PAUSED, RESTARTING, UNKNOWN ->
                new Step.Stop(present.containerId(), run.order().stopGracePeriod());
            case REMOVING, DEAD -> new Step.Settle();
        };
    }

    /** Whoever asked for the start is about to attach; nobody is where a container follows one that was lost. */
    private static boolean isToBeAttended(RunOrder order) {
        return order.options().startAttached() && order.restarts() == 0;
    }

    /** What runs goes on until the image is there of what takes its place, and where that cannot be had. */
    private static Step replacing(Goal.Run run, Work work, Seen.Present old, boolean failed) {
        if (failed) {
            return new Step.Settle();
        }
        if (!work.imageThere()) {
            return run.order().pullPolicy() == PullPolicy.ALWAYS ? new Step.Fetch() : new Step.NeedImage();
        }
        return new Step.Stop(old.containerId(), work.grace().orElse(run.order().stopGracePeriod()));
    }

    /** After a step that failed, for the order that it was taken for. */
    static Reaction afterFailure(Step step, StepOutcome.Broke broke) {
        RuntimeFailure failure = broke.failure();
        boolean isOfRun = step instanceof Step.Create || step instanceof Step.Start || step instanceof Step.LookByName;
        if (step instanceof Step.PutAside old && !failure.mayPass()) {
            // What it printed is not worth that the one in its place is not made.
            return new Reaction.Perform(new Step.Remove(old.containerId()));
        }
        if (failure.mayPass() || failure.kind() == Kind.UNSTARTABLE || !isOfRun) {
            return new Reaction.BackOff(failure, broke.engineAway());
        }
        if (step instanceof Step.Create && failure.kind() == Kind.NOT_FOUND) {
            return new Reaction.Perform(new Step.CheckImage(failure.getMessage()));
        }
        if (step instanceof Step.Create && failure.kind() == Kind.CONFLICT) {
            return new Reaction.Perform(new Step.LookByName());
        }
        return new Reaction.GiveUp(ContainerPhase.START_REFUSED, failure.getMessage());
    }

    /** How many attempts there are in all where {@code failure} is in the way, of {@code limit} at most. */
    static int attempts(RuntimeFailure failure, int limit) {
        return switch (failure.kind()) {
            case UNSTARTABLE -> Math.min(limit, UNUSABLE_AFTER);
            case PORT_IN_USE -> Math.min(limit, PORT_IN_USE_AFTER);
            default -> limit;
        };
    }

    /**
     * Before another attempt: a container that cannot be made or started although the engine answers is given up in the
     * end, and sooner where only another one in its place, or another node, can be. What is to end is never given up, because it would run
     * on.
     *
     * @param limit of attempts
     */
    static Reaction beforeRetry(Work work, Reaction.BackOff backOff, int limit) {
        RuntimeFailure failure = backOff.failure();
        boolean isUnusable = failure.kind() == Kind.UNSTARTABLE;
        int most = attempts(failure, limit);
        boolean isLast = work.goal() instanceof Goal.Run && !backOff.engineAway() && work.attempts() + 1 >= most;
        return isLast
                ? new Reaction.GiveUp(
                        isUnusable ? ContainerPhase.UNUSABLE : ContainerPhase.START_REFUSED,
                        failure.sentence() + " (attempt " + most + " of " + most + ")",
                        failure.port())
                : backOff;
    }

    /** After it was found out whether the image is there, which the engine had complained about. */
    static Reaction afterImageCheck(Work work, Step step, boolean isThere) {
        String complaint = step instanceof Step.CheckImage check ? check.complaint() : "the image is not on the node";
        if (isThere) {
            return new Reaction.GiveUp(ContainerPhase.START_REFUSED, complaint);
        }
        boolean mayFetch =
                work.goal() instanceof Goal.Run run && run.order().pullPolicy() != PullPolicy.NEVER && !work.fetched();
        return mayFetch
                ? new Reaction.Perform(new Step.Fetch())
                : new Reaction.GiveUp(ContainerPhase.PULL_FAILED, complaint);
    }

    /**
     * After a step that found a container, or found out who has the name that the engine had said is taken.
     *
     * @param isGoing whether what was found is a container that was removed, and that the engine still shows
     */
    static Optional<Reaction> afterLook(Step step, Goal goal, Seen seen, boolean isGoing) {
        if (step instanceof Step.Look && isGoing) {
            return Optional.of(new Reaction.BackOff(
                    new RuntimeFailure(Kind.CONFLICT, "the container is still being removed"), false));
        }
        boolean isItsOwn =
                seen instanceof Seen.Present present && present.generation().equals(goal.generation());
        return !(step instanceof Step.LookByName) || (isItsOwn && !isGoing)
                ? Optional.empty()
                // What has it is on its way out.
                : Optional.of(new Reaction.BackOff(
                        new RuntimeFailure(Kind.CONFLICT, "the container's name is still in use"), false));
    }
}
