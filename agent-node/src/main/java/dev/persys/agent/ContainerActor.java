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
import dev.persys.model.NodeId;
import dev.persys.model.PullPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.runtime.RuntimeSignal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

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

    /** What every workload's actor on this node uses. */
    record Surroundings(
            NodeId nodeId,
            ContainerRuntime runtime,
            ActorRef<ImagePuller.Command> puller,
            ActorRef<EventFeed.Command> feed,
            ActorRef<ContainerManager.Command> manager,
            Backoff backoff,
            RandomGenerator random) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final WorkloadId workloadId;
    private final Surroundings around;
    private final ContainerSteps steps;
    private final ContainerReporter reporter;
    private final ActorRef<ImagePuller.Update> fetchNews;
    private Activity activity = Activity.RESTING;
    private Optional<Lanes.Lane> held = Optional.empty();
    private Optional<Lanes.Lane> awaited = Optional.empty();
    /** Containers to look at once the look under way ends, and whether to tell it in any case. */
    private final Map<String, Boolean> observeNext = new LinkedHashMap<>();

    private boolean observing;
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
                    .info("Workload {}: order to {} generation {} taken", workloadId, verb(goal), goal.generation());
            interrupt();
            if (goal instanceof Goal.Run && !hasContainerOf(memory, goal)) {
                tell(goal, ContainerPhase.STARTING, "");
            }
            return advance(accepted.memory());
        }
        memory.failed().ifPresent(reporter::tellAgain);
        return rest(memory);
    }

    private Behavior<Command> onHappened(ContainerMemory memory, Happened command) {
        RuntimeSignal.Happened event = command.event();
        String id = event.containerId();
        switch (event.action()) {
            case "destroy" -> {
                return gone(memory, id);
            }
            case "oom" -> reporter.sawOutOfMemory(id);
            case "start" -> reporter.sawStart(id);
            default -> {}
        }
        observe(id, false);
        return minding(memory);
    }

    private Behavior<Command> onListed(ContainerMemory memory, Listed command) {
        if (memory.isBare() && memory.work().isEmpty() && activity == Activity.RESTING) {
            reporter.tell(command.labels(), command.state(), false);
            return rest(memory.withSeen(Seen.Present.of(command.labels(), command.state())));
        }
        observe(command.state().id(), false);
        return onRecheck(memory);
    }

    private Behavior<Command> onRecheck(ContainerMemory memory) {
        if (activity == Activity.BACKING_OFF) {
            return onRetryNow(memory);
        }
        if (memory.seen() instanceof Seen.Present present) {
            observe(present.containerId(), false);
        }
        return minding(memory);
    }

    private Behavior<Command> onLaneGranted(ContainerMemory memory, LaneGranted command) {
        if (!awaited.equals(Optional.of(command.lane()))) {
            // Given up meanwhile: that message was still on its way to the manager.
            return minding(memory);
        }
        held = awaited;
        awaited = Optional.empty();
        return advance(memory);
    }

    private Behavior<Command> onStepEnded(ContainerMemory memory, StepEnded command) {
        activity = Activity.RESTING;
        boolean isCurrent =
                memory.work().filter(work -> work.goal() == command.goal()).isPresent();
        StepOutcome outcome = command.outcome();
        if (outcome instanceof StepOutcome.Broke broke) {
            return onBroken(memory, command.step(), isCurrent, broke.failure());
        }
        if (outcome instanceof StepOutcome.ImageThere image) {
            return isCurrent
                    ? onImageChecked(memory, (Step.CheckImage) command.step(), image.isThere())
                    : advance(memory);
        }
        if (outcome instanceof StepOutcome.Inspected inspected) {
            return advance(stopped(memory, (Step.Stop) command.step(), inspected.state()));
        }
        ContainerMemory next = memory.withSeen(((StepOutcome.Saw) outcome).seen());
        if (command.step() instanceof Step.LookByName && isCurrent && !hasContainerOf(next, command.goal())) {
            // The name is taken by what is on its way out: once more, but not at once.
            return backOff(next, new RuntimeFailure(Kind.CONFLICT, "the container's name is still in use"));
        }
        if (command.step() instanceof Step.Remove remove) {
            reporter.sawEnd(remove.containerId());
        }
        if (isCurrent && command.step() instanceof Step.Start) {
            return advance(next.withWork(next.work().orElseThrow().withStarted()));
        }
        return advance(next);
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
        tell(work.goal(), ContainerPhase.STARTING, "");
        return advance(memory.withWork(work.withFetched()));
    }

    private Behavior<Command> onObserved(ContainerMemory memory, Observed command) {
        observing = false;
        if (command.outcome() instanceof StepOutcome.Broke) {
            timers.startSingleTimer(
                    "observe",
                    new Observe(command.containerId()),
                    around.backoff().after(1, around.random()));
            observeNext();
            return minding(memory);
        }
        boolean isOld = observeNext.containsKey(command.containerId());
        boolean again = command.again() && !isOld;
        observeNext.computeIfPresent(command.containerId(), (id, told) -> told || command.again());
        observeNext();
        Optional<ContainerState> state = ((StepOutcome.Inspected) command.outcome()).state();
        if (state.isEmpty()) {
            return gone(memory, command.containerId());
        }
        Optional<ContainerLabels> labels = ContainerLabels.parse(state.get().labels())
                .filter(found ->
                        found.workloadId().equals(workloadId) && found.nodeId().equals(around.nodeId()));
        if (labels.isEmpty() || reporter.isGone(command.containerId())) {
            return minding(memory);
        }
        reporter.tell(labels.get(), state.get(), again);
        Seen.Present present = Seen.Present.of(labels.get(), state.get());
        boolean isOther = memory.seen() instanceof Seen.Present known
                && present.generation().isOlderThan(known.generation());
        return activity == Activity.STEPPING || isOther ? minding(memory) : rest(memory.withSeen(present));
    }

    private Behavior<Command> onObserve(ContainerMemory memory, Observe command) {
        observe(command.containerId(), false);
        return minding(memory);
    }

    private Behavior<Command> onRetryNow(ContainerMemory memory) {
        if (activity != Activity.BACKING_OFF) {
            return minding(memory);
        }
        timers.cancel("retry");
        activity = Activity.RESTING;
        return advance(memory);
    }

    /** Does the next thing, unless something is under way: then it is asked again when that ends. */
    private Behavior<Command> advance(ContainerMemory memory) {
        if (activity != Activity.RESTING || memory.work().isEmpty()) {
            return rest(memory);
        }
        Work work = memory.work().get();
        Step step = ContainerPlan.next(
                work.goal(), memory.seen(), work.fetched(), memory.failed().isPresent());
        if (step instanceof Step.Settle) {
            return settle(memory, work);
        }
        if (step instanceof Step.Fetch) {
            return fetch(memory, (Goal.Run) work.goal());
        }
        if (step.lane().isPresent() && !held.equals(step.lane())) {
            if (!awaited.equals(step.lane())) {
                giveLaneBack();
                awaited = step.lane();
                around.manager().tell(new ContainerManager.Acquire(step.lane().get(), workloadId));
            }
            return minding(memory);
        }
        return perform(memory, step, work.goal());
    }

    private Behavior<Command> perform(ContainerMemory memory, Step step, Goal goal) {
        activity = Activity.STEPPING;
        context.pipeToSelf(
                steps.perform(step, goal, memory.seen()),
                (outcome, failure) -> new StepEnded(
                        step, goal, failure == null ? outcome : new StepOutcome.Broke(RuntimeFailure.from(failure))));
        return minding(memory);
    }

    private Behavior<Command> fetch(ContainerMemory memory, Goal.Run run) {
        giveLaneBack();
        activity = Activity.FETCHING;
        fetches++;
        reporter.tell(Reports.pulling(run, "", Optional.empty()));
        around.puller()
                .tell(new ImagePuller.Fetch(
                        workloadId, fetches, run.order().image(), run.order().registryCredentials(), fetchNews));
        return minding(memory);
    }

    private Behavior<Command> onBroken(ContainerMemory memory, Step step, boolean isCurrent, RuntimeFailure failure) {
        boolean isOfRun = step instanceof Step.Create || step instanceof Step.Start || step instanceof Step.LookByName;
        if (failure.isTransient() || (!isOfRun && isCurrent)) {
            return backOff(memory.withSeen(new Seen.Unknown()), failure);
        }
        if (!isCurrent) {
            return advance(memory.withSeen(new Seen.Unknown()));
        }
        Goal goal = memory.work().orElseThrow().goal();
        if (step instanceof Step.Create && failure.kind() == Kind.NOT_FOUND) {
            return perform(memory, new Step.CheckImage(failure.getMessage()), goal);
        }
        if (step instanceof Step.Create && failure.kind() == Kind.CONFLICT) {
            return perform(memory, new Step.LookByName(), goal);
        }
        return giveUp(memory, ContainerPhase.START_REFUSED, failure.getMessage());
    }

    private Behavior<Command> onImageChecked(ContainerMemory memory, Step.CheckImage step, boolean isThere) {
        Work work = memory.work().orElseThrow();
        Goal.Run run = (Goal.Run) work.goal();
        if (isThere) {
            return giveUp(memory, ContainerPhase.START_REFUSED, step.complaint());
        }
        if (work.fetched() || run.order().pullPolicy() == PullPolicy.NEVER) {
            return giveUp(memory, ContainerPhase.PULL_FAILED, step.complaint());
        }
        return fetch(memory, run);
    }

    /** The order failed for good; what was made for it goes with the next steps, and the failure is remembered. */
    private Behavior<Command> giveUp(ContainerMemory memory, ContainerPhase phase, String message) {
        ContainerReport report = ContainerReport.of(
                workloadId, memory.work().orElseThrow().goal().generation(), phase, message);
        context.getLog().warn("Workload {}: {}: {}", workloadId, phase, message);
        reporter.tell(report);
        return advance(memory.withFailed(report));
    }

    private Behavior<Command> backOff(ContainerMemory memory, RuntimeFailure failure) {
        giveLaneBack();
        if (memory.work().isEmpty()) {
            return rest(memory);
        }
        Work work = memory.work().get();
        int failures = work.failures() + 1;
        Duration pause = around.backoff().after(failures, around.random());
        context.getLog()
                .warn(
                        "Workload {}: Docker failed, next attempt in {} ms: {}",
                        workloadId,
                        pause.toMillis(),
                        failure.getMessage());
        if (work.goal() instanceof Goal.Run && memory.failed().isEmpty()) {
            tell(work.goal(), ContainerPhase.STARTING, failure.getMessage());
        }
        activity = Activity.BACKING_OFF;
        timers.startSingleTimer("retry", new RetryNow(), pause);
        return minding(memory.withWork(work.withFailures(failures)));
    }

    private ContainerMemory stopped(ContainerMemory memory, Step.Stop step, Optional<ContainerState> state) {
        if (state.isEmpty()) {
            reporter.sawEnd(step.containerId());
            return memory.withSeen(new Seen.Absent());
        }
        return ContainerLabels.parse(state.get().labels())
                .map(labels -> {
                    reporter.tell(labels, state.get(), false);
                    return memory.withSeen(Seen.Present.of(labels, state.get()));
                })
                .orElse(memory);
    }

    private Behavior<Command> settle(ContainerMemory memory, Work work) {
        giveLaneBack();
        if (memory.seen() instanceof Seen.Present present) {
            // After a start the engine's event has mostly been looked at already; a repeated order wants an answer.
            if (!work.started()) {
                observe(present.containerId(), true);
            } else if (!reporter.hasToldStartOf(present.containerId())) {
                observe(present.containerId(), false);
            }
        } else if (!(work.goal() instanceof Goal.Run)) {
            tellRemoved(work.goal());
        }
        ContainerMemory settled = memory.settled();
        around.manager().tell(new ContainerManager.Settled(workloadId, orders, settled.isBare()));
        return minding(settled);
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

    private void giveLaneBack() {
        held.or(() -> awaited).ifPresent(lane -> around.manager().tell(new ContainerManager.Release(lane, workloadId)));
        held = Optional.empty();
        awaited = Optional.empty();
    }

    private void observe(String containerId, boolean again) {
        if (observing) {
            observeNext.merge(containerId, again, Boolean::logicalOr);
            return;
        }
        observing = true;
        context.pipeToSelf(
                around.runtime().inspect(containerId),
                (state, failure) -> new Observed(
                        containerId,
                        again,
                        failure == null
                                ? new StepOutcome.Inspected(state)
                                : new StepOutcome.Broke(RuntimeFailure.from(failure))));
    }

    private void observeNext() {
        observeNext.entrySet().stream().findFirst().ifPresent(next -> {
            observeNext.remove(next.getKey());
            observe(next.getKey(), next.getValue());
        });
    }

    private void tell(Goal goal, ContainerPhase phase, String message) {
        reporter.tell(ContainerReport.of(workloadId, goal.generation(), phase, message));
    }

    private void tellRemoved(Goal goal) {
        reporter.tellAgain(ContainerReport.of(workloadId, goal.generation(), ContainerPhase.REMOVED, ""));
    }

    private static boolean hasContainerOf(ContainerMemory memory, Goal goal) {
        return memory.seen() instanceof Seen.Present present
                && present.generation().equals(goal.generation());
    }

    private static String verb(Goal goal) {
        return goal.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
