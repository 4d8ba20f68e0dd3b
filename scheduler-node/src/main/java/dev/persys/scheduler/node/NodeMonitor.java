package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.NodeId;
import dev.persys.scheduler.SchedulerEnvironment;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Has every node look, at a fixed interval, how long its agent has been silent. A round that comes so late that this
 * process, or the whole machine, must have stood still judges nobody: nodes get the time of a heartbeat first.
 */
public final class NodeMonitor {
    public sealed interface Command {}

    public record Watch(NodeId id, ActorRef<NodeActor.Command> node) implements Command {}

    public record Unwatch(NodeId id) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    private enum GraceOver implements Command {
        INSTANCE
    }

    private static final int LATE = 2;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final SchedulerEnvironment environment;
    private final Map<NodeId, ActorRef<NodeActor.Command>> nodes = new LinkedHashMap<>();
    private long lastRound;
    private Instant lastInstant;

    private NodeMonitor(
            ActorContext<Command> context, TimerScheduler<Command> timers, SchedulerEnvironment environment) {
        this.context = context;
        this.timers = timers;
        this.environment = environment;
        this.lastRound = environment.ticker().nanos();
        this.lastInstant = environment.clock().instant();
    }

    public static Behavior<Command> create(SchedulerEnvironment environment) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(
                    Tick.INSTANCE, environment.settings().nodeMonitorInterval());
            return new NodeMonitor(context, timers, environment).running();
        }));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Watch.class, this::onWatch)
                .onMessage(Unwatch.class, this::onUnwatch)
                .onMessage(Tick.class, tick -> onTick())
                .onMessage(GraceOver.class, over -> onGraceOver())
                .build();
    }

    private Behavior<Command> onWatch(Watch command) {
        nodes.put(command.id(), command.node());
        return Behaviors.same();
    }

    private Behavior<Command> onUnwatch(Unwatch command) {
        nodes.remove(command.id());
        return Behaviors.same();
    }

    private Behavior<Command> onTick() {
        Duration late = sinceLastRound();
        if (late.compareTo(environment.settings().nodeMonitorInterval().multipliedBy(LATE)) > 0) {
            Duration grace = environment.settings().heartbeatInterval();
            context.getLog()
                    .info(
                            "the last look at the nodes was {} s ago; they have {} s to be heard before the next",
                            late.toSeconds(),
                            grace.toSeconds());
            timers.startSingleTimer(GraceOver.INSTANCE, GraceOver.INSTANCE, grace);
        } else if (!timers.isTimerActive(GraceOver.INSTANCE)) {
            look();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onGraceOver() {
        look();
        return Behaviors.same();
    }

    /** By the clock that says more: the ticker of a machine that sleeps stands still, and the wall clock may be set. */
    private Duration sinceLastRound() {
        Instant now = environment.clock().instant();
        Duration byTicker = environment.ticker().since(lastRound);
        Duration byClock = Duration.between(lastInstant, now).abs();
        lastRound = environment.ticker().nanos();
        lastInstant = now;
        return byTicker.compareTo(byClock) > 0 ? byTicker : byClock;
    }

    private void look() {
        NodeActor.CheckSilence now =
                new NodeActor.CheckSilence(environment.ticker().nanos());
        nodes.values().forEach(node -> node.tell(now));
    }
}
