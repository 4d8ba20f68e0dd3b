package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.model.NodeId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Has every node look, at a fixed interval, how long its agent has been silent. */
public final class NodeMonitor {
    public sealed interface Command {}

    public record Watch(NodeId id, ActorRef<NodeActor.Command> node) implements Command {}

    public record Unwatch(NodeId id) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    private final Map<NodeId, ActorRef<NodeActor.Command>> nodes = new LinkedHashMap<>();

    private NodeMonitor() {}

    public static Behavior<Command> create(Duration interval) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, interval);
            return new NodeMonitor().running();
        });
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Watch.class, this::onWatch)
                .onMessage(Unwatch.class, this::onUnwatch)
                .onMessage(Tick.class, tick -> onTick())
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
        nodes.values().forEach(node -> node.tell(NodeActor.CheckSilence.INSTANCE));
        return Behaviors.same();
    }
}
