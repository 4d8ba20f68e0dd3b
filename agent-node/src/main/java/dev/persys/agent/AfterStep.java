package dev.persys.agent;

import dev.persys.agent.ContainerMemory.Work;
import dev.persys.runtime.RuntimeFailure;
import java.util.Optional;

/**
 * What the end of a step makes of what is remembered, and what follows from it; nothing, where it goes on as planned.
 * Pure.
 */
record AfterStep(ContainerMemory memory, Optional<Reaction> reaction) {
    private static AfterStep goOn(ContainerMemory memory) {
        return new AfterStep(memory, Optional.empty());
    }

    private static AfterStep react(ContainerMemory memory, Reaction reaction) {
        return new AfterStep(memory, Optional.of(reaction));
    }

    /** @param isCurrent whether the order that the step was taken for is still the one being carried out */
    static AfterStep broke(ContainerMemory memory, Step step, StepOutcome.Broke broke, boolean isCurrent) {
        RuntimeFailure failure = broke.failure();
        if (leavesVolumes(step, failure) && isCurrent) {
            return goOn(memory.withWork(memory.work().orElseThrow().withVolumesGone()));
        }
        ContainerMemory unsure = failure.isTransient() || !isCurrent ? memory.withSeen(new Seen.Unknown()) : memory;
        return isCurrent || failure.isTransient()
                ? react(unsure, ContainerPlan.afterFailure(step, broke))
                : goOn(unsure);
    }

    /** The container is gone, and the workload does not wait for whoever else uses its volumes. */
    static boolean leavesVolumes(Step step, RuntimeFailure failure) {
        return step instanceof Step.RemoveVolumes && !failure.isTransient();
    }

    static AfterStep checkedImage(ContainerMemory memory, Step step, boolean isThere, boolean isCurrent) {
        if (isCurrent && isThere && step instanceof Step.NeedImage) {
            return goOn(memory.withWork(memory.work().orElseThrow().withImage()));
        }
        return isCurrent
                ? react(memory, ContainerPlan.afterImageCheck(memory.work().orElseThrow(), step, isThere))
                : goOn(memory);
    }

    /** It was found out where the paths lead that the order asks for. */
    static AfterStep lookedAt(
            ContainerMemory memory, StepOutcome.LookedAt outcome, Allowed allowed, boolean isCurrent) {
        if (!isCurrent) {
            return goOn(memory);
        }
        Work work = memory.work().orElseThrow();
        return allowed.refusal(((Goal.Run) work.goal()).order(), outcome.places())
                .map(refusal -> react(memory, Reaction.GiveUp.of(refusal)))
                .orElseGet(() -> goOn(memory.withWork(work.withChecked(true))));
    }

    /** @param isGoing whether what is seen is a container that was removed, and that the engine still shows */
    static AfterStep saw(ContainerMemory memory, Step step, Goal goal, Seen seen, boolean isGoing, boolean isCurrent) {
        ContainerMemory next = memory.withSeen(isGoing ? new Seen.Unknown() : seen);
        if (!isCurrent) {
            return goOn(next);
        }
        if (step instanceof Step.RemoveVolumes) {
            next = next.withWork(next.work().orElseThrow().withVolumesGone());
        } else if (step instanceof Step.RemovePrevious) {
            next = next.withWork(next.work().orElseThrow().withPreviousGone());
        }
        return new AfterStep(next, ContainerPlan.afterLook(step, goal, seen, isGoing));
    }
}
