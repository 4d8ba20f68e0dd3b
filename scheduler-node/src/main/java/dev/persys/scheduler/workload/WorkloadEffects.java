package dev.persys.scheduler.workload;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.lifecycle.WorkloadEffect;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.NodeId;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.placement.PlacementActor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Carries out what one workload's committed decisions ask for. Confined to its {@link WorkloadActor}. */
final class WorkloadEffects implements WorkloadEffect.Runner {
    private final WorkloadActor.Shared shared;
    private final TimerScheduler<WorkloadActor.Command> timers;
    private final ActorRef<WorkloadActor.Command> workload;
    private long finds;
    private boolean firstOrder;
    private long takes;
    private long taken;

    WorkloadEffects(
            WorkloadActor.Shared shared,
            TimerScheduler<WorkloadActor.Command> timers,
            ActorRef<WorkloadActor.Command> workload) {
        this.shared = shared;
        this.timers = timers;
        this.workload = workload;
    }

    /** Whether placement's answer of this number is to what was asked last, and not undone since. */
    boolean isCurrent(WorkloadActor.PlacementAnswered answer) {
        return answer.number() == finds;
    }

    /** Whether no output has been taken yet that was wished for after this. */
    boolean isNews(WorkloadActor.LogsAnswered answer) {
        boolean isNewer = answer.number() > taken;
        taken = Math.max(taken, answer.number());
        return isNewer;
    }

    /**
     * Carries out what was decided.
     *
     * @param comesToItsNode whether with this the workload has come to the node where it is: no order for its container
     *     can have reached that before
     */
    void carryOut(List<WorkloadEffect> decided, boolean comesToItsNode) {
        firstOrder = comesToItsNode;
        decided.forEach(effect -> effect.runWith(this));
    }

    @Override
    public void run(WorkloadEffect.RunContainer effect) {
        Workload wanted = effect.workload();
        RunOrder order = RunOrder.of(
                wanted, shared.leadership().epoch(), shared.leadership().clusterId());
        deliver(wanted.nodeId().orElseThrow(), new AgentOrder.Run(order, firstOrder));
    }

    @Override
    public void stop(WorkloadEffect.StopContainer effect) {
        deliver(effect.node(), new AgentOrder.Stop(order(effect.id(), effect.run(), effect.grace(), false)));
    }

    @Override
    public void remove(WorkloadEffect.RemoveContainer effect) {
        RunId any = new RunId(effect.generation(), 0);
        deliver(effect.node(), new AgentOrder.Remove(order(effect.id(), any, effect.grace(), effect.volumes())));
    }

    @Override
    public void findPlacement(WorkloadEffect.FindPlacement effect) {
        finds++;
        long number = finds;
        shared.placement()
                .tell(new PlacementActor.Find(
                        effect.workload(),
                        effect.preferred(),
                        answer -> workload.tell(new WorkloadActor.PlacementAnswered(number, answer))));
    }

    @Override
    public void release(WorkloadEffect.ReleaseReservation effect) {
        finds++;
        shared.placement().tell(new PlacementActor.Release(List.of(effect.id())));
    }

    @Override
    public void avoid(WorkloadEffect.AvoidPort effect) {
        shared.placement().tell(new PlacementActor.AvoidPort(effect.node(), effect.port()));
    }

    @Override
    public void hold(WorkloadEffect.HoldReservation effect) {
        shared.placement().tell(new PlacementActor.Hold(effect.workload()));
    }

    @Override
    public void proveLater(WorkloadEffect.ProveLater effect) {
        timers.startSingleTimer(
                WorkloadSignal.Proved.class,
                new WorkloadActor.Signal(new WorkloadSignal.Proved(effect.run())),
                effect.delay());
    }

    @Override
    public void retryLater(WorkloadEffect.RetryLater effect) {
        timers.startSingleTimer(
                WorkloadSignal.RetryDue.class, new WorkloadActor.Signal(new WorkloadSignal.RetryDue()), effect.delay());
    }

    @Override
    public void takeLogs(WorkloadEffect.TakeLogs effect) {
        takes++;
        long number = takes;
        shared.term()
                .tell(new WorkloadNews.LogsWanted(
                        effect.node(),
                        effect.id(),
                        tail -> workload.tell(new WorkloadActor.LogsAnswered(
                                number, new WorkloadSignal.LogsTaken(effect.run(), tail)))));
    }

    private void deliver(NodeId node, AgentOrder order) {
        shared.term().tell(new WorkloadNews.Ordered(node, order));
    }

    private ContainerOrder order(WorkloadId id, RunId run, Duration grace, boolean volumes) {
        return new ContainerOrder(
                id,
                run.generation(),
                shared.leadership().epoch(),
                shared.leadership().clusterId(),
                grace,
                Optional.empty(),
                run.run(),
                volumes);
    }
}
