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
import dev.persys.model.Epoch;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.RuntimeSignal;
import java.util.Optional;

/**
 * Sole user of the container engine for one workload. It takes the orders, which {@link OrderExecution} carries out: one
 * that arrives meanwhile takes effect at the next step, and none is lost. What the engine tells of the container is looked
 * at beside that, and at once.
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

    /** A step came to its end. */
    record StepEnded(Step step, Goal goal, StepOutcome outcome) implements Command {}

    private record FetchNews(ImagePuller.Update update) implements Command {}

    private record Observed(String containerId, boolean again, StepOutcome outcome) implements Command {}

    private record Observe(String containerId) implements Command {}

    /** The pause before another attempt is over. */
    record RetryNow() implements Command {}

    /** Somebody is attached to the container, which need not wait for that any longer. */
    record SessionBegun() implements Command {}

    /** The pause before a restart is over. */
    record RestartNow() implements Command {}

    /** The engine was told to restart that container no more. */
    record TookRestarts(String containerId, boolean isDone) implements Command {}

    /** The container's health is to be checked; {@code number} tells one run of it from another. */
    record CheckDue(long number) implements Command {}

    /** What that came to; empty where it was good. */
    record Checked(long number, Optional<String> trouble) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final WorkloadId workloadId;
    private final Surroundings around;
    private final ContainerSteps steps;
    private final ContainerReporter reporter;
    private final ContainerSight sight;
    private final HealthWatch health;
    private final UnderWay underWay;
    private final EngineRestarts restarts;
    private final OrderExecution execution;

    private ContainerActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, WorkloadId workloadId, Surroundings around) {
        this.context = context;
        this.timers = timers;
        this.workloadId = workloadId;
        this.around = around;
        this.steps = new ContainerSteps(workloadId, around);
        this.reporter = new ContainerReporter(workloadId, around.feed(), context.getLog());
        this.sight = new ContainerSight(workloadId, around.nodeId(), reporter, this::look);
        this.health = new HealthWatch(context, timers, around, sight);
        this.underWay = new UnderWay(
                workloadId, around, sight, context.messageAdapter(ImagePuller.Update.class, FetchNews::new));
        this.restarts = new EngineRestarts(context, around.runtime());
        this.execution = new OrderExecution(
                context,
                timers,
                workloadId,
                around,
                reporter,
                sight,
                underWay,
                restarts,
                steps,
                (memory, labels, state) -> saw(memory, labels, state, false));
    }

    static Behavior<Command> create(WorkloadId workloadId, Surroundings around) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ContainerActor(context, timers, workloadId, around).minding(ContainerMemory.NOTHING)));
    }

    private Behavior<Command> minding(ContainerMemory memory) {
        return Behaviors.receive(Command.class)
                .onMessage(Run.class, command -> minding(onRun(memory, command)))
                .onMessage(RunNewest.class, command -> minding(onRunNewest(memory, command)))
                .onMessage(Stop.class, command -> minding(onStop(memory, command)))
                .onMessage(Remove.class, command -> minding(onRemove(memory, command)))
                .onMessage(Happened.class, command -> minding(onHappened(memory, command)))
                .onMessage(Listed.class, command -> minding(onListed(memory, command)))
                .onMessage(Recheck.class, command -> minding(onRecheck(memory)))
                .onMessage(LaneGranted.class, command -> minding(onLaneGranted(memory, command)))
                .onMessage(StepEnded.class, command -> minding(onStepEnded(memory, command)))
                .onMessage(FetchNews.class, command -> minding(onFetchNews(memory, command)))
                .onMessage(Observed.class, command -> minding(onObserved(memory, command)))
                .onMessage(Observe.class, command -> onObserve(command))
                .onMessage(RetryNow.class, command -> minding(onRetryNow(memory)))
                .onMessage(SessionBegun.class, command -> minding(onSessionBegun(memory)))
                .onMessage(RestartNow.class, command -> minding(onRestartNow(memory)))
                .onMessage(TookRestarts.class, this::onTookRestarts)
                .onMessage(CheckDue.class, this::onCheckDue)
                .onMessage(Checked.class, this::onChecked)
                .build();
    }

    private ContainerMemory onRun(ContainerMemory memory, Run command) {
        return admit(memory, new Goal.Run(command.order()), command.replyTo());
    }

    private ContainerMemory onRunNewest(ContainerMemory memory, RunNewest command) {
        RunId newest = memory.newest();
        RunOrder order = command.order()
                .numbered(newest.generation(), command.epoch(), command.clusterId())
                .ofRun(newest.run(), Optional.empty(), 0, 0);
        return admit(memory, new Goal.Run(order), command.replyTo());
    }

    private ContainerMemory onStop(ContainerMemory memory, Stop command) {
        return admit(memory, new Goal.Stop(command.order()), command.replyTo());
    }

    private ContainerMemory onRemove(ContainerMemory memory, Remove command) {
        return admit(memory, new Goal.Remove(command.order()), command.replyTo());
    }

    private ContainerMemory admit(ContainerMemory memory, Goal goal, ActorRef<OrderReply> replyTo) {
        execution.counted();
        Admission admission = memory.admit(goal);
        if (admission instanceof Admission.Stale stale) {
            replyTo.tell(new OrderReply.Refused("stale-generation", "workload " + workloadId + ": " + stale.detail()));
            return execution.rest(memory);
        }
        replyTo.tell(new OrderReply.Queued());
        if (admission instanceof Admission.Accepted accepted) {
            context.getLog().info("Workload {}: order to {} {} taken", workloadId, goal.verb(), goal.runId());
            execution.interrupt();
            ContainerMemory next = accepted.memory();
            if (goal instanceof Goal.Run && !(ContainerPlan.next(next, around.allowed()) instanceof Step.Settle)) {
                reporter.tell(Reports.ofOrder(next, ContainerPhase.STARTING, "", Optional.empty()));
            }
            return execution.advance(next);
        }
        if (memory.failed().isPresent()) {
            reporter.tellAgain(memory.failed().get());
        } else if (memory.work().isEmpty() && memory.seen() instanceof Seen.Present present) {
            sight.observe(present.containerId(), true);
        }
        return execution.rest(memory);
    }

    private ContainerMemory onHappened(ContainerMemory memory, Happened command) {
        if (command.event().action().equals("destroy")) {
            return gone(memory, command.event().containerId());
        }
        sight.happened(command.event());
        return memory;
    }

    private ContainerMemory onListed(ContainerMemory memory, Listed command) {
        String id = command.state().id();
        if (reporter.isGone(id)) {
            return memory;
        }
        restarts.take(id);
        if (memory.isBare() && memory.work().isEmpty() && underWay.isNothing()) {
            return saw(memory, command.labels(), command.state(), false);
        }
        sight.observe(id, false);
        return onRecheck(memory);
    }

    private ContainerMemory onRecheck(ContainerMemory memory) {
        if (underWay.isPause()) {
            return onRetryNow(memory);
        }
        if (memory.seen() instanceof Seen.Present present) {
            sight.observe(present.containerId(), false);
        }
        return memory;
    }

    private ContainerMemory onLaneGranted(ContainerMemory memory, LaneGranted command) {
        return underWay.isGranted(command.lane()) ? execution.advance(memory) : memory;
    }

    private ContainerMemory onStepEnded(ContainerMemory memory, StepEnded command) {
        return execution.stepEnded(memory, command);
    }

    private ContainerMemory onFetchNews(ContainerMemory memory, FetchNews command) {
        return execution.fetched(memory, command.update());
    }

    private ContainerMemory onRetryNow(ContainerMemory memory) {
        return execution.retry(memory);
    }

    private ContainerMemory onObserved(ContainerMemory memory, Observed command) {
        String id = command.containerId();
        if (!(command.outcome() instanceof StepOutcome.Inspected inspected)) {
            timers.startSingleTimer(
                    "observe", new Observe(id), around.backoff().after(sight.failed(), around.random()));
            return memory;
        }
        ContainerSight.Sighting sighting = sight.ended(id, command.again(), inspected.state());
        if (sighting instanceof ContainerSight.Sighting.Gone) {
            return gone(memory, id);
        }
        return sighting instanceof ContainerSight.Sighting.There there
                ? saw(memory, there.labels(), there.state(), there.again())
                : memory;
    }

    /** The engine shows the container so: it is told, and where it ended and is kept running, it is started again. */
    private ContainerMemory saw(ContainerMemory memory, ContainerLabels labels, ContainerState engine, boolean again) {
        Seen.Present present = Seen.Present.of(labels, engine);
        boolean isOlder = memory.seen() instanceof Seen.Present known
                && present.generation().isOlderThan(known.generation());
        ContainerState state = isOlder ? engine : health.shown(engine);
        // A step under way says itself how it ends, and of two containers the newer one counts.
        if (isOlder || underWay.isStep()) {
            reporter.tellShown(memory, labels, state, again);
            return memory;
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
        reporter.tellShown(next, labels, state, again);
        return execution.rest(next);
    }

    private ContainerMemory onSessionBegun(ContainerMemory memory) {
        return execution.attended(memory);
    }

    private ContainerMemory onRestartNow(ContainerMemory memory) {
        Optional<Keeping> waiting = memory.kept().filter(Keeping::isWaiting);
        if (memory.work().isPresent() || waiting.isEmpty()) {
            return memory;
        }
        Keeping due = waiting.get().restarting();
        Work again = Work.of(new Goal.Run(due.order().orElseThrow())).withBefore(due.start());
        return execution.advance(memory.withKept(due).withWork(again));
    }

    private ContainerMemory gone(ContainerMemory memory, String containerId) {
        boolean isOurs = memory.seen() instanceof Seen.Present present
                && present.containerId().equals(containerId);
        if (!isOurs || reporter.isGone(containerId)) {
            return memory;
        }
        reporter.sawEnd(containerId);
        health.gone();
        timers.cancel(RestartNow.class);
        if (memory.work().isPresent()) {
            // The order being carried out tells how it ends.
            return underWay.isStep() ? memory : execution.advance(memory.withSeen(new Seen.Unknown()));
        }
        reporter.tellAgain(Reports.removed(workloadId, ((Seen.Present) memory.seen()).generation(), memory));
        return execution.rest(memory.withoutContainer());
    }

    private Behavior<Command> onObserve(Observe command) {
        sight.observe(command.containerId(), false);
        return Behaviors.same();
    }

    private Behavior<Command> onTookRestarts(TookRestarts command) {
        restarts.took(command);
        return Behaviors.same();
    }

    private Behavior<Command> onCheckDue(CheckDue command) {
        health.due(command);
        return Behaviors.same();
    }

    private Behavior<Command> onChecked(Checked command) {
        health.checked(command);
        return Behaviors.same();
    }

    private void look(String containerId, boolean again) {
        context.pipeToSelf(steps.inspect(containerId), (outcome, never) -> new Observed(containerId, again, outcome));
    }
}
