package dev.persys.agent;

import dev.persys.model.PullPolicy;
import dev.persys.runtime.ContainerStatus;

/** What to do next for a goal, from what is known. Pure: it is asked again after every step and every new order. */
final class ContainerPlan {
    private ContainerPlan() {}

    /**
     * The next step.
     *
     * @param fetched whether the image was fetched for this goal
     * @param failed whether this goal was given up: what was made for it is to go
     */
    static Step next(Goal goal, Seen seen, boolean fetched, boolean failed) {
        if (seen instanceof Seen.Unknown) {
            return new Step.Look();
        }
        if (goal instanceof Goal.Run run) {
            return forRun(run, seen, fetched, failed);
        }
        if (!(seen instanceof Seen.Present present) || goal.generation().isOlderThan(present.generation())) {
            return new Step.Settle();
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

    private static Step forRun(Goal.Run run, Seen seen, boolean fetched, boolean failed) {
        if (!(seen instanceof Seen.Present present)) {
            if (failed) {
                return new Step.Settle();
            }
            return run.order().pullPolicy() == PullPolicy.ALWAYS && !fetched ? new Step.Fetch() : new Step.Create();
        }
        if (present.generation().isOlderThan(run.generation())) {
            return present.status().isLive()
                    ? new Step.Stop(present.containerId(), run.order().stopGracePeriod())
                    : new Step.Remove(present.containerId());
        }
        if (!present.generation().equals(run.generation())) {
            return new Step.Settle();
        }
        if (failed) {
            return new Step.Remove(present.containerId());
        }
        return present.status() == ContainerStatus.CREATED ? new Step.Start(present.containerId()) : new Step.Settle();
    }
}
