package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Lets links connect to their agents for the first time, a bounded number at once: a leader that takes over thousands of
 * nodes does not ask all of them in the same breath what they have. As many as may be under way at once wait for nothing.
 *
 * <p>An agent that does not answer gives its place to the next after a second, and goes on being called: machines that
 * are gone hold up nobody. Orders wait for no turn.
 */
public final class ConnectionQueue {
    public sealed interface Command {}

    /** To let {@code link} connect as soon as there is a place. */
    public record Enter(ActorRef<AgentLink.Command> link) implements Command {}

    /** The link has connected, or could not, or has had its place for long enough. */
    record Done(ActorRef<AgentLink.Command> link) implements Command {}

    /** Answers of so many are read and compared with the records in some tens of milliseconds. */
    static final int AT_ONCE = 64;

    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Queue<ActorRef<AgentLink.Command>> waiting = new ArrayDeque<>();
    private final Set<ActorRef<AgentLink.Command>> underWay = new HashSet<>();

    private ConnectionQueue(ActorContext<Command> context, TimerScheduler<Command> timers) {
        this.context = context;
        this.timers = timers;
    }

    public static Behavior<Command> create() {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new ConnectionQueue(context, timers).running()));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Enter.class, this::onEnter)
                .onMessage(Done.class, this::onDone)
                .build();
    }

    private Behavior<Command> onEnter(Enter command) {
        waiting.add(command.link());
        letBegin();
        return Behaviors.same();
    }

    private Behavior<Command> onDone(Done command) {
        if (underWay.remove(command.link())) {
            timers.cancel(command.link());
            letBegin();
        }
        return Behaviors.same();
    }

    private void letBegin() {
        while (underWay.size() < AT_ONCE && !waiting.isEmpty()) {
            ActorRef<AgentLink.Command> link = waiting.remove();
            underWay.add(link);
            timers.startSingleTimer(link, new Done(link), PATIENCE);
            link.tell(new AgentLink.Begin(context.getSelf()));
        }
    }
}
