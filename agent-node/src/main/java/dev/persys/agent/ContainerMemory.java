package dev.persys.agent;

import dev.persys.api.RunOrder;
import dev.persys.model.ContainerReport;
import dev.persys.model.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is remembered of one workload on this node.
 *
 * @param seen the container
 * @param work the order being carried out
 * @param ended the newest run that was ordered to stop or go: neither it nor an older one is started again
 * @param failed how the last run order failed, until it is superseded
 * @param kept the run that the container is in, where an order of this life of the agent tells
 */
record ContainerMemory(
        Seen seen, Optional<Work> work, RunId ended, Optional<ContainerReport> failed, Optional<Keeping> kept) {
    static final ContainerMemory NOTHING =
            new ContainerMemory(new Seen.Absent(), Optional.empty(), RunId.NONE, Optional.empty(), Optional.empty());

    /**
     * An order being carried out.
     *
     * @param before when the container was started for an earlier run, where that is known here
     * @param grace that the container which is there was promised, where that is known here
     * @param imageThere whether its image is on the node
     * @param fetched whether its image was fetched
     * @param previousGone whether the container that was put aside was removed
     * @param volumesGone whether the workload's volumes were removed
     * @param attended whether the start waits no longer for somebody to attach
     * @param checked whether what it asks for was found to be allowed, just now
     * @param failures of Docker in a row
     * @param attempts that failed although Docker answered
     */
    record Work(
            Goal goal,
            Optional<Instant> before,
            Optional<Duration> grace,
            boolean imageThere,
            boolean fetched,
            boolean previousGone,
            boolean volumesGone,
            boolean attended,
            boolean checked,
            int failures,
            int attempts) {
        static Work of(Goal goal) {
            return new Work(goal, Optional.empty(), Optional.empty(), false, false, false, false, false, false, 0, 0);
        }

        Work withBefore(Optional<Instant> start) {
            return with(start, grace, imageThere, fetched, failures);
        }

        Work withGrace(Optional<Duration> known) {
            return with(before, known, imageThere, fetched, failures);
        }

        Work withImage() {
            return with(before, grace, true, fetched, 0);
        }

        Work withFetched() {
            return with(before, grace, true, true, 0);
        }

        Work withPreviousGone() {
            return new Work(
                    goal, before, grace, imageThere, fetched, true, volumesGone, attended, checked, 0, attempts);
        }

        Work withVolumesGone() {
            return new Work(
                    goal, before, grace, imageThere, fetched, previousGone, true, attended, checked, 0, attempts);
        }

        Work withAttended() {
            return new Work(
                    goal, before, grace, imageThere, fetched, previousGone, volumesGone, true, checked, 0, attempts);
        }

        Work withChecked(boolean isChecked) {
            return new Work(
                    goal,
                    before,
                    grace,
                    imageThere,
                    fetched,
                    previousGone,
                    volumesGone,
                    attended,
                    isChecked,
                    failures,
                    attempts);
        }

        Work withFailure(boolean engineAway) {
            return new Work(
                    goal,
                    before,
                    grace,
                    imageThere,
                    fetched,
                    previousGone,
                    volumesGone,
                    attended,
                    false,
                    failures + 1,
                    attempts + (engineAway ? 0 : 1));
        }

        private Work with(
                Optional<Instant> start, Optional<Duration> promised, boolean there, boolean got, int inARow) {
            return new Work(
                    goal, start, promised, there, got, previousGone, volumesGone, attended, checked, inARow, attempts);
        }

        /** Whether a container that was last started then is still in a run before the one that is ordered. */
        boolean isEarlier(Optional<Instant> start) {
            return start.isPresent()
                    && (start.equals(before)
                            || (goal instanceof Goal.Run run
                                    && start.equals(run.order().previousStart())));
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
        return new ContainerMemory(next, work, ended, failed, kept);
    }

    ContainerMemory withWork(Work next) {
        return new ContainerMemory(seen, Optional.of(next), ended, failed, kept);
    }

    ContainerMemory withFailed(ContainerReport report) {
        return new ContainerMemory(seen, work, ended, Optional.of(report), Optional.empty());
    }

    ContainerMemory withKept(Keeping next) {
        return new ContainerMemory(seen, work, ended, failed, Optional.of(next));
    }

    ContainerMemory settled() {
        return new ContainerMemory(seen, Optional.empty(), ended, failed, kept);
    }

    /** The container is not there any more. */
    ContainerMemory withoutContainer() {
        return new ContainerMemory(new Seen.Absent(), work, ended, failed, Optional.empty());
    }

    boolean hasContainerOf(Goal goal) {
        return seen instanceof Seen.Present present && present.generation().equals(goal.generation());
    }

    boolean isBare() {
        return !(seen instanceof Seen.Present);
    }

    /** What the newest order here was about; {@link RunId#NONE}, before every order that counts, where there was none. */
    RunId newest() {
        return newestRun().or(ended);
    }

    private Admission admitRun(Goal.Run run) {
        RunId wanted = run.runId();
        if (!ended.equals(RunId.NONE) && !ended.isOlderThan(wanted)) {
            return new Admission.Stale(wanted + " was ordered to end before; " + ended + " was the last to end");
        }
        RunId newest = newestRun();
        if (wanted.isOlderThan(newest)) {
            return new Admission.Stale(wanted + " is older than " + newest + ", which this node knows");
        }
        boolean isUnderWay = work.filter(current -> current.goal() instanceof Goal.Run
                        && current.goal().runId().equals(wanted))
                .isPresent();
        boolean isDone = hasContainerOf(run)
                && kept.filter(keeping -> keeping.run().equals(wanted)).isPresent();
        if (isUnderWay
                || isDone
                || failed.filter(report -> report.runId().equals(wanted)).isPresent()) {
            return new Admission.Known();
        }
        // What an earlier order started is an earlier run, whatever the scheduler has heard of it.
        Optional<Instant> before =
                kept.isPresent() && hasContainerOf(run) ? ((Seen.Present) seen).startedAt() : Optional.empty();
        Optional<Duration> grace = kept.flatMap(Keeping::order).map(RunOrder::stopGracePeriod);
        return new Admission.Accepted(new ContainerMemory(
                seen,
                Optional.of(Work.of(run).withBefore(before).withGrace(grace)),
                ended,
                Optional.empty(),
                Optional.empty()));
    }

    private Admission admitEnd(Goal goal) {
        RunId wanted = goal.runId();
        // One that was ordered to end is not newer than what is left here of an older one, unless it is being ended.
        RunId ending = work.map(current -> current.goal().runId()).orElse(RunId.NONE);
        RunId newest = newestRun().or(ending);
        if (wanted.isOlderThan(newest)) {
            return new Admission.Stale(wanted + " is older than " + newest + ", which this node knows");
        }
        boolean isBeingRemoved =
                work.filter(current -> current.goal() instanceof Goal.Remove).isPresent();
        if (goal instanceof Goal.Stop && isBeingRemoved) {
            return new Admission.Known();
        }
        Optional<Keeping> left = goal instanceof Goal.Stop && hasContainerOf(goal)
                ? Optional.of(Keeping.stopped(wanted, kept))
                : Optional.empty();
        return new Admission.Accepted(
                new ContainerMemory(seen, Optional.of(Work.of(goal)), ended.or(wanted), Optional.empty(), left));
    }

    /** The newest that has a container, is being run or failed to. */
    private RunId newestRun() {
        RunId there = seen instanceof Seen.Present present ? new RunId(present.generation(), 0) : RunId.NONE;
        RunId ordered = work.filter(current -> current.goal() instanceof Goal.Run)
                .map(current -> current.goal().runId())
                .orElse(RunId.NONE);
        return there.or(ordered)
                .or(failed.map(ContainerReport::runId).orElse(RunId.NONE))
                .or(kept.map(Keeping::run).orElse(RunId.NONE));
    }
}
