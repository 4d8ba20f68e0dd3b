package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.agent.ContainerMemory.Admission;
import dev.persys.agent.ContainerMemory.Work;
import dev.persys.api.BareRun;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeSignal;
import java.time.Duration;
import java.util.Optional;

/**
 * Sole user of the container engine for one workload: one call at a time, in an order that {@link ContainerPlan} decides
 * anew after each, so that an order that arrives meanwhile takes effect at the next step and none is lost.
 *
 * <p>What the engine tells of the container is looked at beside that, and at once.
 */
final class ContainerActor {
    sealed interface Command {}

    record Run(RunOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    /** To run it by the newest order that there was about it. */
    record RunNewest(BareRun order, Epoch epoch, ClusterId clusterId, ActorRef<OrderReply> replyTo)
            implements Command {}

    record Stop(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    record Remove(ContainerOrder order, ActorRef<OrderReply> replyTo) implements Command {}

    /** The engine tells of a container with this workload's label. */
    record Happened(RuntimeSignal.Happened event) implements Command {}

    /** The engine was listed and shows this container of ours. */
    record Listed(ContainerLabels labels, ContainerState state) implements Command {}

    /** The engine answers again, or was listed without showing a container: what is known may be old. */
    record Recheck() implements Command {}

    /** The lane that was asked for is this workload's now. */
    record LaneGranted(Lanes.Lane lane) implements Command {}

    private record StepEnded(Step step, Goal goal, StepOutcome outcome) implements Command {}

    private record FetchNews(ImagePuller.Update update) implements Command {}

    private record Observed(String containerId, boolean again, StepOutcome outcome) implements Command {}

    private record Observe(String containerId) implements Command {}

    private record RetryNow() implements Command {}

    private record RestartNow() implements Command {}

    private record TookRestarts(String containerId, boolean isDone) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final WorkloadId workloadId;
    private final Surroundings around;
    private final ContainerSteps steps;
    private final ContainerReporter reporter;
    private final ContainerSight sight;
    private final UnderWay underWay;
    /** The container of which the engine is known to restart nothing. */
    private Optional<String> ownRestarts = Optional.empty();

    private long orders;

    private ContainerActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, WorkloadId workloadId, Surroundings around) {
        this.context = context;
        this.timers = timers;
        this.workloadId = workloadId;
        this.around = around;
        this.steps = new ContainerSteps(workloadId, around.nodeId(), around.runtime());
        this.reporter = new ContainerReporter(workloadId, around.feed(), context.getLog());
        this.sight = new ContainerSight(workloadId, around.nodeId(), reporter, this::look);
        this.underWay = new UnderWay(
                workloadId, around, sight, context.messageAdapter(ImagePuller.Update.class, FetchNews::new));
    }

    static Behavior<Command> create(WorkloadId workloadId, Surroundings around) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ContainerActor(context, timers, workloadId, around).minding(ContainerMemory.NOTHING)));
    }

    private Behavior<Command> minding(ContainerMemory memory) {
        return Behaviors.receive(Command.class)
                .onMessage(Run.class, command -> onRun(memory, command))
                .onMessage(RunNewest.class, command -> onRunNewest(memory, command))
                .onMessage(Stop.class, command -> onStop(memory, command))
                .onMessage(Remove.class, command -> onRemove(memory, command))
                .onMessage(Happened.class, command -> onHappened(memory, command))
                .onMessage(Listed.class, command -> onListed(memory, command))
                .onMessage(Recheck.class, command -> onRecheck(memory))
                .onMessage(LaneGranted.class, command -> onLaneGranted(memory, command))
                .onMessage(StepEnded.class, command -> onStepEnded(memory, command))
                .onMessage(FetchNews.class, command -> onFetchNews(memory, command))
                .onMessage(Observed.class, command -> onObserved(memory, command))
                .onMessage(Observe.class, command -> onObserve(memory, command))
                .onMessage(RetryNow.class, command -> onRetryNow(memory))
                .onMessage(RestartNow.class, command -> onRestartNow(memory))
                .onMessage(TookRestarts.class, command -> onTookRestarts(memory, command))
                .build();
    }

    private Behavior<Command> onRun(ContainerMemory memory, Run command) {
        return admit(memory, new Goal.Run(command.order()), command.replyTo());
    }

    private Behavior<Command> onRunNewest(ContainerMemory memory, RunNewest command) {
        RunId newest = memory.newest();
        RunOrder order = command.order()
                .numbered(newest.generation(), command.epoch(), command.clusterId())
                .ofRun(newest.run(), Optional.empty(), 0, 0);
        return admit(memory, new Goal.Run(order), command.replyTo());
    }

    private Behavior<Command> onStop(ContainerMemory memory, Stop command) {
        return admit(memory, new Goal.Stop(command.order()), command.replyTo());
    }

    private Behavior<Command> onRemove(ContainerMemory memory, Remove command) {
        return admit(memory, new Goal.Remove(command.order()), command.replyTo());
    }

    private Behavior<Command> admit(ContainerMemory memory, Goal goal, ActorRef<OrderReply> replyTo) {
        orders++;
        Admission admission = memory.admit(goal);
        if (admission instanceof Admission.Stale stale) {
            replyTo.tell(new OrderReply.Refused("stale-generation", "workload " + workloadId + ": " + stale.detail()));
            return rest(memory);
        }
        replyTo.tell(new OrderReply.Queued());
        if (admission instanceof Admission.Accepted accepted) {
            context.getLog().info("Workload {}: order to {} {} taken", workloadId, goal.verb(), goal.runId());
            interrupt();
            ContainerMemory next = accepted.memory();
            if (goal instanceof Goal.Run && !(ContainerPlan.next(next) instanceof Step.Settle)) {
                reporter.tell(Reports.ofOrder(next, ContainerPhase.STARTING, "", Optional.empty()));
            }
            return advance(next);
        }
        if (memory.failed().isPresent()) {
            reporter.tellAgain(memory.failed().get());
        } else if (memory.work().isEmpty() && memory.seen() instanceof Seen.Present present) {
            sight.observe(present.containerId(), true);
        }
        return rest(memory);
    }

    private Behavior<Command> onHappened(ContainerMemory memory, Happened command) {
        if (command.event().action().equals("destroy")) {
            return gone(memory, command.event().containerId());
        }
        sight.happened(command.event());
        return minding(memory);
    }

    private Behavior<Command> onListed(ContainerMemory memory, Listed command) {
        String id = command.state().id();
        if (reporter.isGone(id)) {
            return minding(memory);
        }
        takeRestarts(id);
        if (memory.isBare() && memory.work().isEmpty() && underWay.isNothing()) {
            return saw(memory, command.labels(), command.state(), false);
        }
        sight.observe(id, false);
        return onRecheck(memory);
    }

    /** One that an older version made has a restart policy of the engine's, which would restart it beside us. */
    private void takeRestarts(String containerId) {
        if (!ownRestarts.equals(Optional.of(containerId))) {
            context.pipeToSelf(
                    around.runtime().withoutRestartPolicy(containerId),
                    (done, failure) -> new TookRestarts(containerId, failure == null));
        }
    }

    private Behavior<Command> onTookRestarts(ContainerMemory memory, TookRestarts command) {
        if (command.isDone()) {
            ownRestarts = Optional.of(command.containerId());
        }
        return minding(memory);
    }

    private Behavior<Command> onRecheck(ContainerMemory memory) {
        if (underWay.isPause()) {
            return onRetryNow(memory);
        }
        if (memory.seen() instanceof Seen.Present present) {
            sight.observe(present.containerId(), false);
        }
        return minding(memory);
    }

    private Behavior<Command> onLaneGranted(ContainerMemory memory, LaneGranted command) {
        return underWay.isGranted(command.lane()) ? advance(memory) : minding(memory);
    }

    private Behavior<Command> onStepEnded(ContainerMemory memory, StepEnded command) {
        underWay.endStep();
        boolean isCurrent =
                memory.work().filter(work -> work.goal() == command.goal()).isPresent();
        Step step = command.step();
        StepOutcome outcome = command.outcome();
        if (outcome instanceof StepOutcome.Broke broke) {
            return onBroke(memory, step, broke, isCurrent);
        }
        if (outcome instanceof StepOutcome.ImageThere image) {
            return isCurrent
                    ? react(
                            memory,
                            ContainerPlan.afterImageCheck(
                                    memory.work().orElseThrow(), (Step.CheckImage) step, image.isThere()))
                    : advance(memory);
        }
        if (outcome instanceof StepOutcome.Inspected inspected) {
            return onInspected(memory, step, inspected.state(), isCurrent);
        }
        return onSeen(memory, command, ((StepOutcome.Saw) outcome).seen(), isCurrent);
    }

    private Behavior<Command> onBroke(ContainerMemory memory, Step step, StepOutcome.Broke broke, boolean isCurrent) {
        RuntimeFailure failure = broke.failure();
        ContainerMemory unsure = failure.isTransient() || !isCurrent ? memory.withSeen(new Seen.Unknown()) : memory;
        if (step instanceof Step.RemoveVolumes && isCurrent && !failure.isTransient()) {
            // The container is gone, and the workload does not wait for whoever else uses them.
            context.getLog().warn("Workload {}: its volumes stay: {}", workloadId, failure.getMessage());
            return advance(memory.withWork(memory.work().orElseThrow().withVolumesGone()));
        }
        return isCurrent || failure.isTransient()
                ? react(unsure, ContainerPlan.afterFailure(step, broke))
                : advance(unsure);
    }

    /** The container was stopped or started, and this is how the engine shows it now. */
    private Behavior<Command> onInspected(
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
            return saw(next.withKept(keeping).settled(), labels.get(), state.get(), false);
        }
        tell(next, labels.get(), state.get(), false);
        return advance(next);
    }

    private static Optional<String> stepContainer(Step step) {
        return step instanceof Step.Stop stop
                ? Optional.of(stop.containerId())
                : step instanceof Step.Start start ? Optional.of(start.containerId()) : Optional.empty();
    }

    private Behavior<Command> onSeen(ContainerMemory memory, StepEnded command, Seen seen, boolean isCurrent) {
        Step step = command.step();
        if (step instanceof Step.Remove remove) {
            reporter.sawEnd(remove.containerId());
        } else if (step instanceof Step.PutAside old) {
            reporter.sawEnd(old.containerId());
        }
        if (step instanceof Step.Create && seen instanceof Seen.Present made) {
            ownRestarts = Optional.of(made.containerId());
        }
        boolean isGoing = seen instanceof Seen.Present present && reporter.isGone(present.containerId());
        ContainerMemory next = memory.withSeen(isGoing ? new Seen.Unknown() : seen);
        if (isCurrent && step instanceof Step.RemoveVolumes) {
            next = next.withWork(next.work().orElseThrow().withVolumesGone());
        } else if (isCurrent && step instanceof Step.RemovePrevious) {
            next = next.withWork(next.work().orElseThrow().withPreviousGone());
        }
        Optional<Reaction> reaction =
                isCurrent ? ContainerPlan.afterLook(step, command.goal(), seen, isGoing) : Optional.empty();
        return reaction.isPresent() ? react(next, reaction.get()) : advance(next);
    }

    private Behavior<Command> onFetchNews(ContainerMemory memory, FetchNews command) {
        if (!underWay.isFetchOf(command.update())) {
            return minding(memory);
        }
        Work work = memory.work().orElseThrow();
        ImagePuller.News news = command.update().news();
        if (news instanceof ImagePuller.Progressing progressing) {
            reporter.tell(
                    Reports.ofOrder(memory, ContainerPhase.PULLING, progressing.message(), progressing.progress()));
            return minding(memory);
        }
        underWay.endFetch();
        if (news instanceof ImagePuller.FetchFailed failed) {
            return giveUp(memory, ContainerPhase.PULL_FAILED, failed.message());
        }
        reporter.tell(Reports.ofOrder(memory, ContainerPhase.STARTING, "", Optional.empty()));
        return advance(memory.withWork(work.withFetched()));
    }

    private Behavior<Command> onObserved(ContainerMemory memory, Observed command) {
        String id = command.containerId();
        if (!(command.outcome() instanceof StepOutcome.Inspected inspected)) {
            timers.startSingleTimer(
                    "observe", new Observe(id), around.backoff().after(sight.failed(), around.random()));
            return minding(memory);
        }
        ContainerSight.Sighting sighting = sight.ended(id, command.again(), inspected.state());
        if (sighting instanceof ContainerSight.Sighting.Gone) {
            return gone(memory, id);
        }
        return sighting instanceof ContainerSight.Sighting.There there
                ? saw(memory, there.labels(), there.state(), there.again())
                : minding(memory);
    }

    /** The engine shows the container so: it is told, and where it ended and is kept running, it is started again. */
    private Behavior<Command> saw(ContainerMemory memory, ContainerLabels labels, ContainerState state, boolean again) {
        Seen.Present present = Seen.Present.of(labels, state);
        boolean isOlder = memory.seen() instanceof Seen.Present known
                && present.generation().isOlderThan(known.generation());
        // A step under way says itself how it ends, and of two containers the newer one counts.
        if (isOlder || underWay.isStep()) {
            tell(memory, labels, state, again);
            return minding(memory);
        }
        ContainerMemory next = memory.withSeen(present);
        if (memory.work().isEmpty() && memory.kept().isPresent()) {
            Keeping before = memory.kept().get();
            Keeping keeping = before.after(state, around.nanos().getAsLong());
            if (!keeping.isWaiting()) {
                timers.cancel(RestartNow.class);
            } else if (keeping.next() != before.next()) {
                timers.startSingleTimer(RestartNow.class, new RestartNow(), keeping.pause());
            }
            next = next.withKept(keeping);
        }
        tell(next, labels, state, again);
        return rest(next);
    }

    private void tell(ContainerMemory memory, ContainerLabels labels, ContainerState state, boolean again) {
        Reports.told(memory, reporter.shown(labels, state)).ifPresent(report -> reporter.tell(report, again));
    }

    private Behavior<Command> onRestartNow(ContainerMemory memory) {
        Optional<Keeping> waiting = memory.kept().filter(Keeping::isWaiting);
        if (memory.work().isPresent() || waiting.isEmpty()) {
            return minding(memory);
        }
        Keeping due = waiting.get().restarting();
        Work again = Work.of(new Goal.Run(due.order().orElseThrow())).withBefore(due.start());
        return advance(memory.withKept(due).withWork(again));
    }

    private Behavior<Command> onObserve(ContainerMemory memory, Observe command) {
        sight.observe(command.containerId(), false);
        return minding(memory);
    }

    private Behavior<Command> onRetryNow(ContainerMemory memory) {
        if (!underWay.isPause()) {
            return minding(memory);
        }
        interrupt();
        return advance(memory);
    }

    /** Does the next thing, unless something is under way: then it is asked again when that ends. */
    private Behavior<Command> advance(ContainerMemory memory) {
        if (!underWay.isNothing() || memory.work().isEmpty()) {
            return rest(memory);
        }
        Work work = memory.work().get();
        Step step = ContainerPlan.next(memory);
        if (step instanceof Step.Settle) {
            return settle(memory, work);
        }
        if (step instanceof Step.Fetch) {
            return fetch(memory);
        }
        if (!underWay.mayBegin(step)) {
            return minding(memory);
        }
        return perform(memory, step, work.goal());
    }

    private Behavior<Command> perform(ContainerMemory memory, Step step, Goal goal) {
        underWay.beginStep();
        context.pipeToSelf(
                steps.perform(step, goal, memory.seen()), (outcome, never) -> new StepEnded(step, goal, outcome));
        return minding(memory);
    }

    private Behavior<Command> fetch(ContainerMemory memory) {
        Goal.Run run = (Goal.Run) memory.work().orElseThrow().goal();
        reporter.tell(Reports.ofOrder(memory, ContainerPhase.PULLING, "", Optional.empty()));
        underWay.beginFetch(run.order());
        return minding(memory);
    }

    private Behavior<Command> react(ContainerMemory memory, Reaction reaction) {
        if (reaction instanceof Reaction.BackOff backOff) {
            return backOff(memory, backOff);
        }
        if (reaction instanceof Reaction.GiveUp giveUp) {
            return giveUp(memory, giveUp.phase(), giveUp.message());
        }
        Step step = ((Reaction.Perform) reaction).step();
        Goal goal = memory.work().orElseThrow().goal();
        return step instanceof Step.Fetch ? fetch(memory) : perform(memory, step, goal);
    }

    /** The order failed for good; what was made for it goes with the next steps, and the failure is remembered. */
    private Behavior<Command> giveUp(ContainerMemory memory, ContainerPhase phase, String message) {
        ContainerReport report = Reports.ofOrder(memory, phase, message, Optional.empty());
        timers.cancel(RestartNow.class);
        context.getLog().warn("Workload {}: {}: {}", workloadId, phase, message);
        reporter.tell(report);
        return advance(memory.withFailed(report));
    }

    private Behavior<Command> backOff(ContainerMemory memory, Reaction.BackOff backOff) {
        underWay.giveBackLane();
        if (memory.work().isEmpty()) {
            return rest(memory);
        }
        if (memory.failed().isEmpty()
                && ContainerPlan.beforeRetry(memory.work().get(), backOff, around.startAttempts())
                        instanceof Reaction.GiveUp giveUp) {
            return giveUp(memory, giveUp.phase(), giveUp.message());
        }
        Work work = memory.work().get().withFailure(backOff.engineAway());
        Duration pause = around.backoff().after(work.failures(), around.random());
        String why = backOff.failure().getMessage();
        context.getLog().warn("Workload {}: next attempt in {} ms: {}", workloadId, pause.toMillis(), why);
        if (work.goal() instanceof Goal.Run && memory.failed().isEmpty()) {
            reporter.tell(Reports.ofOrder(memory, ContainerPhase.STARTING, why, Optional.empty()));
        }
        underWay.beginPause();
        timers.startSingleTimer(RetryNow.class, new RetryNow(), pause);
        return minding(memory.withWork(work));
    }

    private Behavior<Command> settle(ContainerMemory memory, Work work) {
        underWay.giveBackLane();
        ContainerMemory next = memory.settled();
        if (!(memory.seen() instanceof Seen.Present present)) {
            if (!(work.goal() instanceof Goal.Run) || work.started()) {
                reporter.tellAgain(removed(work.goal().generation(), next));
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

    private Behavior<Command> gone(ContainerMemory memory, String containerId) {
        boolean isOurs = memory.seen() instanceof Seen.Present present
                && present.containerId().equals(containerId);
        if (!isOurs || reporter.isGone(containerId)) {
            return minding(memory);
        }
        reporter.sawEnd(containerId);
        timers.cancel(RestartNow.class);
        if (memory.work().isPresent()) {
            // The order being carried out tells how it ends.
            return underWay.isStep() ? minding(memory) : advance(memory.withSeen(new Seen.Unknown()));
        }
        reporter.tellAgain(removed(((Seen.Present) memory.seen()).generation(), memory));
        return rest(memory.withoutContainer());
    }

    private ContainerReport removed(Generation generation, ContainerMemory memory) {
        ContainerReport bare = ContainerReport.of(workloadId, generation, ContainerPhase.REMOVED, "");
        return memory.kept().map(keeping -> keeping.told(bare)).orElse(bare);
    }

    /** Back to waiting; the manager learns how many orders were seen to, and whether there is a container. */
    private Behavior<Command> rest(ContainerMemory memory) {
        if (memory.work().isEmpty()) {
            around.manager().tell(new ContainerManager.Settled(workloadId, orders, memory.isBare()));
        }
        return minding(memory);
    }

    /** What a new order need not wait for. */
    private void interrupt() {
        timers.cancel(RestartNow.class);
        timers.cancel(RetryNow.class);
        underWay.interrupt();
    }

    private void look(String containerId, boolean again) {
        context.pipeToSelf(steps.inspect(containerId), (outcome, never) -> new Observed(containerId, again, outcome));
    }
}
