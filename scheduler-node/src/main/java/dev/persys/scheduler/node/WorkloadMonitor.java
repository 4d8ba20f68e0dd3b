package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.model.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The safety net under the event streams: at a fixed interval has every node's inventory taken and compared with the
 * records, a bounded number of nodes at once. A node that does not answer takes a place until its link gives up, and
 * delays nobody else.
 */
public final class WorkloadMonitor {
    public sealed interface Command {}

    public record Watch(NodeId id, ActorRef<AgentLink.Command> link) implements Command {}

    public record Unwatch(NodeId id) implements Command {}

    /** The inventory of that node was taken, or could not be. */
    record Done(NodeId id) implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    private final ActorContext<Command> context;
    private final int atOnce;
    private final Map<NodeId, ActorRef<AgentLink.Command>> links = new LinkedHashMap<>();
    private final Set<NodeId> queue = new LinkedHashSet<>();
    private final Set<NodeId> asked = new HashSet<>();

    private WorkloadMonitor(ActorContext<Command> context, int atOnce) {
        this.context = context;
        this.atOnce = atOnce;
    }

    public static Behavior<Command> create(Duration interval, int atOnce) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, interval);
            return new WorkloadMonitor(context, atOnce).running();
        }));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Watch.class, this::onWatch)
                .onMessage(Unwatch.class, this::onUnwatch)
                .onMessage(Done.class, this::onDone)
                .onMessage(Tick.class, tick -> onTick())
                .build();
    }

    private Behavior<Command> onWatch(Watch command) {
        links.put(command.id(), command.link());
        // Whatever was asked of an earlier link of this node is not answered any more.
        asked.remove(command.id());
        return Behaviors.same();
    }

    private Behavior<Command> onUnwatch(Unwatch command) {
        links.remove(command.id());
        queue.remove(command.id());
        asked.remove(command.id());
        askNext();
        return Behaviors.same();
    }

    private Behavior<Command> onDone(Done command) {
        asked.remove(command.id());
        askNext();
        return Behaviors.same();
    }

    /** A pass that is still under way when the next is due goes on; nodes are not asked twice over. */
    private Behavior<Command> onTick() {
        for (NodeId id : links.keySet()) {
            if (!asked.contains(id)) {
                queue.add(id);
            }
        }
        askNext();
        return Behaviors.same();
    }

    private void askNext() {
        while (asked.size() < atOnce && !queue.isEmpty()) {
            NodeId id = queue.iterator().next();
            queue.remove(id);
            ActorRef<AgentLink.Command> link = links.get(id);
            if (link != null) {
                asked.add(id);
                link.tell(new AgentLink.TakeInventory(context.getSelf()));
            }
        }
    }
}
