package dev.persys.agent;

import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.agent.ContainerActor.Command;
import dev.persys.agent.ContainerActor.RestartNow;
import dev.persys.agent.ContainerActor.RetryNow;
import dev.persys.agent.ContainerActor.SessionBegun;
import dev.persys.agent.ContainerActor.StepEnded;
import dev.persys.agent.ContainerMemory.Work;
import dev.persys.api.RunOrder;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries out the order that there is for one workload: one call of the engine at a time, in an order that {@link
 * ContainerPlan} decides anew after each. Every method takes what is remembered and answers what is from then on. For one
 * actor's use.
 */
final class OrderExecution {
    /** The engine shows a container so. */
    interface Shown {
        ContainerMemory saw(ContainerMemory memory, ContainerLabels labels, ContainerState state);
    }

    /** How long a start waits for whoever is to be attached to it. */
    static final Duration FIRST_SESSION = Duration.ofSeconds(30);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final WorkloadId workloadId;
    private final Surroundings around;
    private final ContainerReporter reporter;
    private final ContainerSight sight;
    private final UnderWay underWay;
    private final EngineRestarts restarts;
    private final ContainerSteps steps;
    private final Shown shown;
    private long orders;

    OrderExecution(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            WorkloadId workloadId,
            Surroundings around,
            ContainerReporter reporter,
            ContainerSight sight,
            UnderWay underWay,
            EngineRestarts restarts,
            ContainerSteps steps,
            Shown shown) {
        this.context = context;
        this.timers = timers;
        this.workloadId = workloadId;
        this.around = around;
        this.reporter = reporter;
        this.sight = sight;
        this.underWay = underWay;
        this.restarts = restarts;
        this.steps = steps;
        this.shown = shown;
    }

    /** An order came, whatever becomes of it. */
    void counted() {
        orders++;
    }

    /** Does the next thing, unless something is under way: then it is asked again when that ends. */
    ContainerMemory advance(ContainerMemory memory) {
        if (!underWay.isNothing() || memory.work().isEmpty()) {
            return rest(memory);
        }
        Work work = memory.work().get();
        Step step = ContainerPlan.next(memory, around.allowed());
        if (step instanceof Step.Settle) {
            return settle(memory, work);
        }
        // Each step is checked anew: by the time of the next a link may lead elsewhere.
        ContainerMemory unchecked = memory.withWork(work.withChecked(false));
        if (step instanceof Step.Fetch) {
            return fetch(unchecked);
        }
        if (step instanceof Step.AwaitSession) {
            return awaitSession(unchecked);
        }
        return step instanceof Step.Call call && underWay.mayBegin(call)
                ? perform(unchecked, call, work.goal())
                : memory;
    }

    /** Back to waiting; the manager learns how many orders were seen to, and whether there is a container. */
    ContainerMemory rest(ContainerMemory memory) {
        if (memory.work().isEmpty()) {
            around.manager().tell(new ContainerManager.Settled(workloadId, orders, memory.isBare()));
        }
        return memory;
    }

    /** Ends what a new order need not wait for. */
    void interrupt() {
        timers.cancel(RestartNow.class);
        timers.cancel(RetryNow.class);
        timers.cancel(SessionBegun.class);
        underWay.interrupt();
    }

    /** The pause before another attempt is over, or was worth breaking off. */
    ContainerMemory retry(ContainerMemory memory) {
        if (!underWay.isPause()) {
            return memory;
        }
        interrupt();
        return advance(memory);
    }

    /** Somebody is attached, or nobody came. */
    ContainerMemory attended(ContainerMemory memory) {
        if (!underWay.isWait()) {
            return memory;
        }
        interrupt();
        return advance(memory.withWork(memory.work().orElseThrow().withAttended()));
    }

    ContainerMemory stepEnded(ContainerMemory memory, StepEnded command) {
        underWay.endStep();
        boolean isCurrent =
                memory.work().filter(work -> work.goal() == command.goal()).isPresent();
        return command.outcome().readBy(new Ended(memory, command, isCurrent));
    }

    /** What follows from how a step ended. */
    private final class Ended implements StepOutcome.Reader<ContainerMemory> {
        private final ContainerMemory memory;
        private final StepEnded command;
        private final boolean isCurrent;

        Ended(ContainerMemory memory, StepEnded command, boolean isCurrent) {
            this.memory = memory;
            this.command = command;
            this.isCurrent = isCurrent;
        }

        @Override
        public ContainerMemory saw(StepOutcome.Saw outcome) {
            return OrderExecution.this.saw(memory, command, outcome.seen(), isCurrent);
        }

        @Override
        public ContainerMemory inspected(StepOutcome.Inspected outcome) {
            return OrderExecution.this.inspected(memory, command.step(), outcome.state(), isCurrent);
        }

        @Override
        public ContainerMemory imageThere(StepOutcome.ImageThere outcome) {
            return follow(AfterStep.checkedImage(memory, command.step(), outcome.isThere(), isCurrent));
        }

        @Override
        public ContainerMemory lookedAt(StepOutcome.LookedAt outcome) {
            return follow(AfterStep.lookedAt(memory, outcome, around.allowed(), isCurrent));
        }

        @Override
        public ContainerMemory broke(StepOutcome.Broke outcome) {
            if (isCurrent && AfterStep.leavesVolumes(command.step(), outcome.failure())) {
                context.getLog()
                        .warn(
                                "Workload {}: its volumes stay: {}",
                                workloadId,
                                outcome.failure().getMessage());
            }
            return follow(AfterStep.broke(memory, command.step(), outcome, isCurrent));
        }
    }

    private ContainerMemory follow(AfterStep after) {
        return after.reaction().isPresent()
                ? react(after.memory(), after.reaction().get())
                : advance(after.memory());
    }

    /** The container was stopped or started, and this is how the engine shows it now. */
    private ContainerMemory inspected(
            ContainerMemory memory, Step step, Optional<ContainerState> state, boolean isCurrent) {
        Optional<ContainerLabels> labels = state.flatMap(sight::labelsOf);
        if (labels.isEmpty()) {
            stepContainer(step).ifPresent(reporter::sawEnd);
            return advance(memory.withSeen(new Seen.Absent()));
        }
        ContainerMemory next = memory.withSeen(Seen.Present.of(labels.get(), state.get()));
        if (step instanceof Step.Start && isCurrent) {
            Goal.Run run = (Goal.Run) next.work().orElseThrow().goal();
            underWay.giveBackLane();
            long now = around.nanos().getAsLong();
            Keeping keeping = next.kept()
                    .filter(known -> known.run().equals(run.runId()))
                    .map(known -> known.started(state.get().startedAt(), now))
                    .orElseGet(() -> Keeping.of(run.order(), state.get().startedAt(), Optional.of(now)));
            return shown.saw(next.withKept(keeping).settled(), labels.get(), state.get());
        }
        reporter.tellShown(next, labels.get(), state.get(), false);
        return advance(next);
    }

    private static Optional<String> stepContainer(Step step) {
        return step instanceof Step.Stop stop
                ? Optional.of(stop.containerId())
                : step instanceof Step.Start start ? Optional.of(start.containerId()) : Optional.empty();
    }

    private ContainerMemory saw(ContainerMemory memory, StepEnded command, Seen seen, boolean isCurrent) {
        Step step = command.step();
        if (step instanceof Step.Remove remove) {
            reporter.sawEnd(remove.containerId());
        } else if (step instanceof Step.PutAside old) {
            reporter.sawEnd(old.containerId());
        } else if (step instanceof Step.Create && seen instanceof Seen.Present made) {
            restarts.made(made.containerId());
        }
        boolean isGoing = seen instanceof Seen.Present present && reporter.isGone(present.containerId());
        return follow(AfterStep.saw(memory, step, command.goal(), seen, isGoing, isCurrent));
    }

    /** News of the fetch of an image. */
    ContainerMemory fetched(ContainerMemory memory, ImagePuller.Update update) {
        if (!underWay.isFetchOf(update)) {
            return memory;
        }
        Work work = memory.work().orElseThrow();
        ImagePuller.News news = update.news();
        if (news instanceof ImagePuller.Progressing progressing) {
            ContainerReport report =
                    Reports.ofOrder(memory, ContainerPhase.PULLING, progressing.message(), progressing.progress());
            reporter.tell(progressing.next().map(report::trying).orElse(report));
            return memory;
        }
        underWay.endFetch();
        if (news instanceof ImagePuller.FetchFailed failed) {
            return giveUp(memory, new Reaction.GiveUp(ContainerPhase.PULL_FAILED, failed.message()));
        }
        reporter.tell(Reports.ofOrder(memory, ContainerPhase.STARTING, "", Optional.empty()));
        return advance(memory.withWork(work.withFetched()));
    }

    private ContainerMemory perform(ContainerMemory memory, Step.Call step, Goal goal) {
        underWay.beginStep();
        context.pipeToSelf(
                steps.perform(step, goal, memory.seen()), (outcome, never) -> new StepEnded(step, goal, outcome));
        return memory;
    }

    private ContainerMemory fetch(ContainerMemory memory) {
        Goal.Run run = (Goal.Run) memory.work().orElseThrow().goal();
        reporter.tell(Reports.ofOrder(memory, ContainerPhase.PULLING, "", Optional.empty()));
        underWay.beginFetch(run.order());
        return memory;
    }

    private ContainerMemory awaitSession(ContainerMemory memory) {
        String why = "it is started when somebody attaches, as persys attach does, or in " + FIRST_SESSION.toSeconds()
                + " s";
        underWay.beginWait();
        timers.startSingleTimer(SessionBegun.class, new SessionBegun(), FIRST_SESSION);
        reporter.tell(Reports.ofOrder(memory, ContainerPhase.STARTING, why, Optional.empty()));
        return memory;
    }

    private ContainerMemory react(ContainerMemory memory, Reaction reaction) {
        return reaction.readBy(new Reaction.Reader<>() {
            @Override
            public ContainerMemory perform(Reaction.Perform wanted) {
                Goal goal = memory.work().orElseThrow().goal();
                return wanted.step() instanceof Step.Call call
                        ? OrderExecution.this.perform(memory, call, goal)
                        : fetch(memory);
            }

            @Override
            public ContainerMemory backOff(Reaction.BackOff wanted) {
                return OrderExecution.this.backOff(memory, wanted);
            }

            @Override
            public ContainerMemory giveUp(Reaction.GiveUp wanted) {
                return OrderExecution.this.giveUp(memory, wanted);
            }
        });
    }

    /** The order failed for good; what was made for it goes with the next steps, and the failure is remembered. */
    private ContainerMemory giveUp(ContainerMemory memory, Reaction.GiveUp why) {
        ContainerReport told = Reports.ofOrder(memory, why.phase(), why.message(), Optional.empty());
        ContainerReport allowed = why.notAllowed().map(told::withNotAllowed).orElse(told);
        ContainerReport report = why.portInUse()
                .flatMap(port -> Reports.wanted(memory, port))
                .map(allowed::withPortInUse)
                .orElse(allowed);
        timers.cancel(RestartNow.class);
        context.getLog().warn("Workload {}: {}: {}", workloadId, why.phase(), why.message());
        reporter.tell(report);
        return advance(memory.withFailed(report));
    }

    private ContainerMemory backOff(ContainerMemory memory, Reaction.BackOff backOff) {
        underWay.giveBackLane();
        if (memory.work().isEmpty()) {
            return rest(memory);
        }
        if (memory.failed().isEmpty()
                && ContainerPlan.beforeRetry(memory.work().get(), backOff, around.startAttempts())
                        instanceof Reaction.GiveUp giveUp) {
            return giveUp(memory, giveUp);
        }
        Work work = memory.work().get().withFailure(backOff.engineAway());
        Duration pause = around.backoff().after(work.failures(), around.random());
        String why = backOff.failure().sentence();
        int most = ContainerPlan.attempts(backOff.failure(), around.startAttempts());
        context.getLog()
                .warn(
                        "Workload {}: next attempt in {} ms: {}",
                        workloadId,
                        pause.toMillis(),
                        backOff.failure().getMessage());
        if (work.goal() instanceof Goal.Run && memory.failed().isEmpty()) {
            ContainerReport report = Reports.ofOrder(memory, ContainerPhase.STARTING, why, Optional.empty());
            // While the engine is away no attempt is made: when one will be is not known.
            reporter.tell(backOff.engineAway() ? report : report.trying(new Attempt(work.attempts() + 1, most, pause)));
        }
        underWay.beginPause();
        timers.startSingleTimer(RetryNow.class, new RetryNow(), pause);
        return memory.withWork(work);
    }

    private ContainerMemory settle(ContainerMemory memory, Work work) {
        underWay.giveBackLane();
        ContainerMemory next = memory.settled();
        if (!(memory.seen() instanceof Seen.Present present)) {
            if (!(work.goal() instanceof Goal.Run)) {
                reporter.tellAgain(Reports.removed(workloadId, work.goal().generation(), next));
            }
            return rest(next);
        }
        boolean isKept = work.goal() instanceof Goal.Run && next.failed().isEmpty() && next.hasContainerOf(work.goal());
        if (isKept) {
            // A start before was this order's.
            RunOrder order = ((Goal.Run) work.goal()).order();
            next = next.withKept(Keeping.of(order, present.startedAt(), Optional.empty()));
        }
        sight.observe(present.containerId(), true);
        return rest(next);
    }
}
