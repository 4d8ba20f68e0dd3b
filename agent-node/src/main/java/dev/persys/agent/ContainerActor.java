package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.agent.ContainerMemory.Admission;
import dev.persys.agent.ContainerMemory.Work;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
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

    private enum Activity {
        RESTING,
        STEPPING,
        FETCHING,
        BACKING_OFF
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final WorkloadId workloadId;
    private final Surroundings around;
    private final ContainerSteps steps;
    private final ContainerReporter reporter;
    private final ContainerSight sight;
    private final LaneHold lanes;
    private final ActorRef<ImagePuller.Update> fetchNews;
    private Activity activity = Activity.RESTING;
    private long fetches;
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
        this.lanes = new LaneHold(workloadId, around.manager());
        this.fetchNews = context.messageAdapter(ImagePuller.Update.class, FetchNews::new);
    }

    static Behavior<Command> create(WorkloadId workloadId, Surroundings around) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ContainerActor(context, timers, workloadId, around).minding(ContainerMemory.NOTHING)));
    }

    private Behavior<Command> minding(ContainerMemory memory) {
        return Behaviors.receive(Command.class)
                .onMessage(Run.class, command -> onRun(memory, command))
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
                .build();
    }

    private Behavior<Command> onRun(ContainerMemory memory, Run command) {
        return admit(memory, new Goal.Run(command.order()), command.replyTo());
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
            context.getLog()
                    .info("Workload {}: order to {} generation {} taken", workloadId, goal.verb(), goal.generation());
            interrupt();
            if (goal instanceof Goal.Run && !memory.hasContainerOf(goal)) {
                reporter.tell(goal, ContainerPhase.STARTING, "");
            }
            return advance(accepted.memory());
        }
        memory.failed().ifPresent(reporter::tellAgain);
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
        if (reporter.isGone(command.state().id())) {
            return minding(memory);
        }
        if (memory.isBare() && memory.work().isEmpty() && activity == Activity.RESTING) {
            reporter.tell(command.labels(), command.state(), false);
            return rest(memory.withSeen(Seen.Present.of(command.labels(), command.state())));
        }
        sight.observe(command.state().id(), false);
        return onRecheck(memory);
    }

    private Behavior<Command> onRecheck(ContainerMemory memory) {
        if (activity == Activity.BACKING_OFF) {
            return onRetryNow(memory);
        }
        if (memory.seen() instanceof Seen.Present present) {
            sight.observe(present.containerId(), false);
        }
        return minding(memory);
    }

    private Behavior<Command> onLaneGranted(ContainerMemory memory, LaneGranted command) {
        return lanes.isGranted(command.lane()) ? advance(memory) : minding(memory);
    }

    private Behavior<Command> onStepEnded(ContainerMemory memory, StepEnded command) {
        activity = Activity.RESTING;
        boolean isCurrent =
                memory.work().filter(work -> work.goal() == command.goal()).isPresent();
        Step step = command.step();
        StepOutcome outcome = command.outcome();
        if (outcome instanceof StepOutcome.Broke broke) {
            ContainerMemory unsure =
                    broke.failure().isTransient() || !isCurrent ? memory.withSeen(new Seen.Unknown()) : memory;
            return isCurrent || broke.failure().isTransient()
                    ? react(unsure, ContainerPlan.afterFailure(step, broke))
                    : advance(unsure);
        }
        if (outcome instanceof StepOutcome.ImageThere image) {
            return isCurrent
                    ? react(
                            memory,
                            ContainerPlan.afterImageCheck(
                                    memory.work().orElseThrow(), (Step.CheckImage) step, image.isThere()))
                    : advance(memory);
        }
        return onSeen(memory, command, isCurrent);
    }

    private Behavior<Command> onSeen(ContainerMemory memory, StepEnded command, boolean isCurrent) {
        Step step = command.step();
        if (step instanceof Step.Remove remove) {
            reporter.sawEnd(remove.containerId());
        }
        Seen seen = command.outcome() instanceof StepOutcome.Inspected inspected
                ? sight.stopped(((Step.Stop) step).containerId(), inspected.state())
                : ((StepOutcome.Saw) command.outcome()).seen();
        boolean isGoing = seen instanceof Seen.Present present && reporter.isGone(present.containerId());
        ContainerMemory next = memory.withSeen(isGoing ? new Seen.Unknown() : seen);
        if (isCurrent && step instanceof Step.Start) {
            next = next.withWork(next.work().orElseThrow().withStarted());
        }
        Optional<Reaction> reaction =
                isCurrent ? ContainerPlan.afterLook(step, command.goal(), seen, isGoing) : Optional.empty();
        return reaction.isPresent() ? react(next, reaction.get()) : advance(next);
    }

    private Behavior<Command> onFetchNews(ContainerMemory memory, FetchNews command) {
        if (activity != Activity.FETCHING || command.update().request() != fetches) {
            return minding(memory);
        }
        Work work = memory.work().orElseThrow();
        ImagePuller.News news = command.update().news();
        if (news instanceof ImagePuller.Progressing progressing) {
            reporter.tell(Reports.pulling((Goal.Run) work.goal(), progressing.message(), progressing.progress()));
            return minding(memory);
        }
        activity = Activity.RESTING;
        if (news instanceof ImagePuller.FetchFailed failed) {
            return giveUp(memory, ContainerPhase.PULL_FAILED, failed.message());
        }
        reporter.tell(work.goal(), ContainerPhase.STARTING, "");
        return advance(memory.withWork(work.withFetched()));
    }

    private Behavior<Command> onObserved(ContainerMemory memory, Observed command) {
        String id = command.containerId();
        if (!(command.outcome() instanceof StepOutcome.Inspected inspected)) {
            timers.startSingleTimer(
                    "observe", new Observe(id), around.backoff().after(sight.failed(), around.random()));
            return minding(memory);
        }
        ContainerSight.Sighting sighting = sight.ended(
                id, command.again(), inspected.state(), memory.work().isPresent());
        if (sighting instanceof ContainerSight.Sighting.Gone) {
            return gone(memory, id);
        }
        // A step under way says itself how it ends, and of two containers the newer one counts.
        return sighting instanceof ContainerSight.Sighting.There there
                        && activity != Activity.STEPPING
                        && !(memory.seen() instanceof Seen.Present known
                                && there.present().generation().isOlderThan(known.generation()))
                ? rest(memory.withSeen(there.present()))
                : minding(memory);
    }

    private Behavior<Command> onObserve(ContainerMemory memory, Observe command) {
        sight.observe(command.containerId(), false);
        return minding(memory);
    }

    private Behavior<Command> onRetryNow(ContainerMemory memory) {
        if (activity != Activity.BACKING_OFF) {
            return minding(memory);
        }
        interrupt();
        return advance(memory);
    }

    /** Does the next thing, unless something is under way: then it is asked again when that ends. */
    private Behavior<Command> advance(ContainerMemory memory) {
        if (activity != Activity.RESTING || memory.work().isEmpty()) {
            return rest(memory);
        }
        Work work = memory.work().get();
        Step step = ContainerPlan.next(work, memory.seen(), memory.failed().isPresent());
        if (step instanceof Step.Settle) {
            return settle(memory, work);
        }
        if (step instanceof Step.Fetch) {
            return fetch(memory, (Goal.Run) work.goal());
        }
        if (step.lane().isPresent() && !lanes.isHeld(step.lane().get())) {
            return minding(memory);
        }
        return perform(memory, step, work.goal());
    }

    private Behavior<Command> perform(ContainerMemory memory, Step step, Goal goal) {
        activity = Activity.STEPPING;
        context.pipeToSelf(
                steps.perform(step, goal, memory.seen()), (outcome, never) -> new StepEnded(step, goal, outcome));
        return minding(memory);
    }

    private Behavior<Command> fetch(ContainerMemory memory, Goal.Run run) {
        lanes.giveBack();
        activity = Activity.FETCHING;
        fetches++;
        reporter.tell(Reports.pulling(run, "", Optional.empty()));
        around.puller()
                .tell(new ImagePuller.Fetch(
                        workloadId, fetches, run.order().image(), run.order().registryCredentials(), fetchNews));
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
        return step instanceof Step.Fetch ? fetch(memory, (Goal.Run) goal) : perform(memory, step, goal);
    }

    /** The order failed for good; what was made for it goes with the next steps, and the failure is remembered. */
    private Behavior<Command> giveUp(ContainerMemory memory, ContainerPhase phase, String message) {
        Generation generation = memory.work().orElseThrow().goal().generation();
        ContainerReport report = ContainerReport.of(workloadId, generation, phase, message);
        context.getLog().warn("Workload {}: {}: {}", workloadId, phase, message);
        reporter.tell(report);
        return advance(memory.withFailed(report));
    }

    private Behavior<Command> backOff(ContainerMemory memory, Reaction.BackOff backOff) {
        lanes.giveBack();
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
            reporter.tell(work.goal(), ContainerPhase.STARTING, why);
        }
        activity = Activity.BACKING_OFF;
        timers.startSingleTimer("retry", new RetryNow(), pause);
        return minding(memory.withWork(work));
    }

    private Behavior<Command> settle(ContainerMemory memory, Work work) {
        lanes.giveBack();
        sight.settled(work, memory.seen());
        return rest(memory.settled());
    }

    private Behavior<Command> gone(ContainerMemory memory, String containerId) {
        boolean isOurs = memory.seen() instanceof Seen.Present present
                && present.containerId().equals(containerId);
        if (!isOurs || reporter.isGone(containerId)) {
            return minding(memory);
        }
        reporter.sawEnd(containerId);
        if (memory.work().isPresent()) {
            // The order being carried out tells how it ends.
            return activity == Activity.STEPPING ? minding(memory) : advance(memory.withSeen(new Seen.Unknown()));
        }
        reporter.tell(ContainerReport.of(
                workloadId, ((Seen.Present) memory.seen()).generation(), ContainerPhase.REMOVED, ""));
        return rest(memory.withSeen(new Seen.Absent()));
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
        if (activity == Activity.FETCHING) {
            around.puller().tell(new ImagePuller.GiveUp(workloadId));
            activity = Activity.RESTING;
        } else if (activity == Activity.BACKING_OFF) {
            timers.cancel("retry");
            activity = Activity.RESTING;
        }
    }

    private void look(String containerId, boolean again) {
        context.pipeToSelf(steps.inspect(containerId), (outcome, never) -> new Observed(containerId, again, outcome));
    }
}
