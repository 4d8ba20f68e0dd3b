package dev.persys.agent;

import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import java.util.Optional;

/**
 * What is remembered of one workload on this node.
 *
 * @param seen the container
 * @param work the order being carried out
 * @param ended the newest generation that was ordered to stop or go: neither it nor an older one is started again
 * @param failed how the last run order failed, until it is superseded
 */
record ContainerMemory(Seen seen, Optional<Work> work, Generation ended, Optional<ContainerReport> failed) {
    static final ContainerMemory NOTHING =
            new ContainerMemory(new Seen.Absent(), Optional.empty(), Generation.NONE, Optional.empty());

    /**
     * An order being carried out.
     *
     * @param fetched whether its image was fetched
     * @param started whether its container was started by this order
     * @param failures of Docker in a row
     * @param attempts that failed although Docker answered
     */
    record Work(Goal goal, boolean fetched, boolean started, int failures, int attempts) {
        static Work of(Goal goal) {
            return new Work(goal, false, false, 0, 0);
        }

        Work withFetched() {
            return new Work(goal, true, started, 0, attempts);
        }

        Work withStarted() {
            return new Work(goal, fetched, true, 0, attempts);
        }

        Work withFailure(boolean engineAway) {
            return new Work(goal, fetched, started, failures + 1, attempts + (engineAway ? 0 : 1));
        }
    }

    /** Whether an order is taken, and what is remembered then. */
    sealed interface Admission {
        /** Something is to be done. */
        record Accepted(ContainerMemory memory) implements Admission {}

        /** It was done, failed before, or is being done. */
        record Known() implements Admission {}

        record Stale(String detail) implements Admission {}
    }

    Admission admit(Goal goal) {
        return goal instanceof Goal.Run run ? admitRun(run) : admitEnd(goal);
    }

    ContainerMemory withSeen(Seen next) {
        return new ContainerMemory(next, work, ended, failed);
    }

    ContainerMemory withWork(Work next) {
        return new ContainerMemory(seen, Optional.of(next), ended, failed);
    }

    ContainerMemory withFailed(ContainerReport report) {
        return new ContainerMemory(seen, work, ended, Optional.of(report));
    }

    ContainerMemory settled() {
        return new ContainerMemory(seen, Optional.empty(), ended, failed);
    }

    boolean hasContainerOf(Goal goal) {
        return seen instanceof Seen.Present present && present.generation().equals(goal.generation());
    }

    boolean isBare() {
        return !(seen instanceof Seen.Present);
    }

    private Admission admitRun(Goal.Run run) {
        Generation wanted = run.generation();
        if (!ended.equals(Generation.NONE) && !ended.isOlderThan(wanted)) {
            return new Admission.Stale("generation " + wanted + " was ordered to end before; generation " + ended
                    + " was the last to end");
        }
        if (wanted.isOlderThan(newestRun())) {
            return new Admission.Stale(
                    "generation " + wanted + " is older than generation " + newestRun() + ", which this node knows");
        }
        boolean isUnderWay = work.filter(current -> current.goal() instanceof Goal.Run
                        && current.goal().generation().equals(wanted))
                .isPresent();
        if (isUnderWay
                || failed.filter(report -> report.generation().equals(wanted)).isPresent()) {
            return new Admission.Known();
        }
        return new Admission.Accepted(new ContainerMemory(seen, Optional.of(Work.of(run)), ended, Optional.empty()));
    }

    private Admission admitEnd(Goal goal) {
        Generation wanted = goal.generation();
        // One that was ordered to end is not newer than what is left here of an older one, unless it is being ended.
        Generation ending = work.map(current -> current.goal().generation()).orElse(Generation.NONE);
        Generation newest = newestRun().isOlderThan(ending) ? ending : newestRun();
        if (wanted.isOlderThan(newest)) {
            return new Admission.Stale(
                    "generation " + wanted + " is older than generation " + newest + ", which this node knows");
        }
        boolean isBeingRemoved =
                work.filter(current -> current.goal() instanceof Goal.Remove).isPresent();
        if (goal instanceof Goal.Stop && isBeingRemoved) {
            return new Admission.Known();
        }
        Generation last = ended.isOlderThan(wanted) ? wanted : ended;
        return new Admission.Accepted(new ContainerMemory(seen, Optional.of(Work.of(goal)), last, Optional.empty()));
    }

    /** The newest generation that has a container, is being run or failed to. */
    private Generation newestRun() {
        Generation newest = seen instanceof Seen.Present present ? present.generation() : Generation.NONE;
        Generation ordered = work.filter(current -> current.goal() instanceof Goal.Run)
                .map(current -> current.goal().generation())
                .orElse(Generation.NONE);
        Generation given = failed.map(ContainerReport::generation).orElse(Generation.NONE);
        newest = newest.isOlderThan(ordered) ? ordered : newest;
        return newest.isOlderThan(given) ? given : newest;
    }
}
