package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterResponse;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.lifecycle.NodeSignal;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.leadership.Leader;
import dev.persys.scheduler.leadership.Term;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.FencedWriter;
import dev.persys.scheduler.record.KnownNode;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.Optional;

/**
 * Sole writer of one node's record, and parent of the {@link AgentLink} to its agent.
 *
 * <p>Heartbeats are kept in memory and written seldom: a status that changes is written at once, and with it the last
 * heartbeat. A leader that has just read the record counts the node as heard, so that taking over never makes a node
 * look silent.
 */
public final class NodeActor {
    public sealed interface Command {}

    /** Its agent registers. */
    public record Register(NodeFacts facts, ActorRef<Reply<RegisterResponse>> replyTo) implements Command {}

    /** Its agent is alive; {@code degraded}: its container engine does not answer. */
    public record Beat(Resources available, boolean degraded, ActorRef<Reply<NodeId>> replyTo) implements Command {}

    enum CheckSilence implements Command {
        INSTANCE
    }

    /** An operator wants something of it. */
    public record Request(NodeAction action, Optional<Long> ifRevision, ActorRef<Reply<NodeView>> replyTo)
            implements Command {}

    /** For the agent's link. */
    public record ToAgent(AgentLink.Command command) implements Command {}

    /** The leader has forgotten the node: nothing comes after this. */
    public enum Retire implements Command {
        INSTANCE
    }

    private record WriteEnded(Write write, FencedWriter.Result result) implements Command {}

    private record WriteAgain(Write write) implements Command {}

    /**
     * The node as it is known and as it was written last.
     *
     * @param revision {@link Change#ABSENT} before the first commit
     */
    record State(Node node, Node written, long revision) {
        KnownNode known() {
            return new KnownNode(node, revision, node.lastHeartbeat());
        }
    }

    /**
     * A decision on its way into the store.
     *
     * @param value the record's new text; absent to delete it
     * @param failures attempts to which the store did not say anything
     */
    private record Write(
            Optional<Node> next, Optional<String> value, State before, Optional<Asker<State, ?>> asker, int failures) {
        Write failed() {
            return new Write(next, value, before, asker, failures + 1);
        }
    }

    /** What all node actors of one leader share. */
    public record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Term.Command> term,
            ActorRef<PlacementActor.Command> placement,
            ActorRef<WorkloadMonitor.Command> workloadMonitor) {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final StashBuffer<Command> stash;
    private final Shared shared;
    private final FencedWriter writer;
    private final ActorRef<AgentLink.Command> link;

    private NodeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            StashBuffer<Command> stash,
            Node node,
            Shared shared) {
        this.context = context;
        this.timers = timers;
        this.stash = stash;
        this.shared = shared;
        this.writer = new FencedWriter(
                shared.environment().store(), shared.leadership().epoch(), Keys.node(node.id()));
        this.link =
                context.spawn(AgentLink.create(node.id(), node.facts(), shared.environment(), shared.term()), "link");
        context.watch(link);
        shared.workloadMonitor().tell(new WorkloadMonitor.Watch(node.id(), link));
    }

    /** For a node that registers for the first time: stored, then answered. */
    public static Behavior<Command> createNew(
            NodeId id, NodeFacts facts, ActorRef<Reply<RegisterResponse>> replyTo, Shared shared) {
        Node node =
                NodeLifecycle.registered(id, facts, shared.environment().clock().instant());
        return create(node, shared, actor -> {
            State state = new State(node, node, Change.ABSENT);
            return actor.commit(Optional.of(node), state, Optional.of(actor.registered(replyTo)));
        });
    }

    /** For a node that was read from the store at {@code revision}. */
    public static Behavior<Command> createLoaded(Node loaded, long revision, Shared shared) {
        Node heard = loaded.withHeartbeat(shared.environment().clock().instant(), loaded.available());
        return create(heard, shared, actor -> actor.ready(new State(heard, loaded, revision)));
    }

    private static Behavior<Command> create(
            Node node, Shared shared, java.util.function.Function<NodeActor, Behavior<Command>> start) {
        int waiting = shared.environment().settings().waitingPerRecord();
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.withStash(
                waiting, stash -> start.apply(new NodeActor(context, timers, stash, node, shared)))));
    }

    private Behavior<Command> ready(State state) {
        return Behaviors.receive(Command.class)
                .onMessage(Register.class, command -> onRegister(state, command))
                .onMessage(Beat.class, command -> onBeat(state, command))
                .onMessage(CheckSilence.class, command -> onCheckSilence(state))
                .onMessage(Request.class, command -> onRequest(state, command))
                .onMessage(ToAgent.class, this::onToAgent)
                .build();
    }

    private Behavior<Command> committing(Write write) {
        return Behaviors.receive(Command.class)
                .onMessage(WriteEnded.class, this::onWriteEnded)
                .onMessage(WriteAgain.class, this::onWriteAgain)
                .onMessage(ToAgent.class, this::onToAgent)
                .onAnyMessage(this::onWaiting)
                .onSignal(PostStop.class, signal -> onStopped(write.asker()))
                .build();
    }

    /** There is no record any more: whoever still comes is told to ask again, until the leader sends nobody. */
    private Behavior<Command> gone() {
        return Behaviors.receive(Command.class)
                .onMessage(Retire.class, command -> onRetire())
                .onAnyMessage(late -> {
                    refuse(late, Leader.BUSY);
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> onRegister(State state, Register command) {
        return commit(
                Optional.of(on(state, new NodeSignal.Registered(command.facts()))),
                state,
                Optional.of(registered(command.replyTo())));
    }

    private Behavior<Command> onBeat(State state, Beat command) {
        Node next = on(state, new NodeSignal.Beat(command.available(), command.degraded()));
        if (!state.node().status().isReachable() && next.status().isReachable()) {
            link.tell(new AgentLink.Heard(next.facts()));
        }
        command.replyTo().tell(new Reply.Ok<>(next.id()));
        return written(state, next);
    }

    private Behavior<Command> onCheckSilence(State state) {
        return written(state, on(state, NodeSignal.SilenceChecked.INSTANCE));
    }

    private Behavior<Command> onRequest(State state, Request command) {
        if (command.ifRevision()
                .filter(revision -> revision != state.revision())
                .isPresent()) {
            command.replyTo().tell(new Reply.PreconditionFailed<>(state.revision()));
            return Behaviors.same();
        }
        Optional<Node> next = switch (command.action()) {
            case DRAIN -> Optional.of(on(state, NodeSignal.DrainAsked.INSTANCE));
            case ACTIVATE -> Optional.of(on(state, NodeSignal.ActivateAsked.INSTANCE));
            case DELETE -> Optional.empty();
        };
        ActorRef<Reply<NodeView>> replyTo = command.replyTo();
        return commit(
                next,
                state,
                Optional.of(new Asker<>(
                        replyTo,
                        durable ->
                                shared.placement().tell(new PlacementActor.DescribeNode(durable.known(), replyTo)))));
    }

    private Behavior<Command> onToAgent(ToAgent command) {
        link.tell(command.command());
        return Behaviors.same();
    }

    private Behavior<Command> onWriteEnded(WriteEnded command) {
        Write write = command.write();
        if (command.result() instanceof FencedWriter.Written written) {
            return onDurable(write, written.revision());
        }
        if (command.result() instanceof FencedWriter.Refused refused) {
            return onRefused(write, refused);
        }
        if (command.result() instanceof FencedWriter.Unknown unknown) {
            context.getLog()
                    .warn(
                            "the store did not say whether {} was written; asking again: {}",
                            writer.key(),
                            String.valueOf(unknown.cause()));
            Write again = write.failed();
            timers.startSingleTimer(
                    new WriteAgain(again), shared.environment().settings().storeRetry(again.failures()));
            return Behaviors.same();
        }
        shared.term().tell(new Term.LeadershipLost(command.result().toString()));
        return Behaviors.stopped();
    }

    private Behavior<Command> onWriteAgain(WriteAgain command) {
        send(command.write());
        return committing(command.write());
    }

    private Behavior<Command> onDurable(Write write, long revision) {
        Optional<Node> before = write.before().revision() == Change.ABSENT
                ? Optional.empty()
                : Optional.of(write.before().written());
        Node node = write.next().orElse(write.before().node());
        State durable = new State(node, node, revision);
        if (write.next().isEmpty()) {
            shared.workloadMonitor().tell(new WorkloadMonitor.Unwatch(node.id()));
        }
        shared.term().tell(new Term.NodeCommitted(before, write.next(), durable.known()));
        write.asker().ifPresent(asker -> asker.durable(durable));
        return stash.unstashAll(write.next().isPresent() ? ready(durable) : gone());
    }

    /** No store takes the record: what was decided is dropped, and a node that was never written is forgotten. */
    private Behavior<Command> onRefused(Write write, FencedWriter.Refused refused) {
        context.getLog().error("the record {} cannot be written: {}", writer.key(), refused.why());
        write.asker().ifPresent(asker -> asker.refused(refused));
        if (write.before().revision() != Change.ABSENT) {
            return stash.unstashAll(ready(write.before()));
        }
        NodeId id = write.before().node().id();
        shared.workloadMonitor().tell(new WorkloadMonitor.Unwatch(id));
        shared.term().tell(new Term.NodeRefused(id));
        return stash.unstashAll(gone());
    }

    private Behavior<Command> onRetire() {
        return Behaviors.stopped();
    }

    /** Whoever still waits when the actor ends before its write does has to ask again. */
    private Behavior<Command> onStopped(Optional<Asker<State, ?>> asker) {
        asker.ifPresent(waiting -> waiting.unavailable(Leader.DEPOSED));
        stash.forEach(command -> refuse(command, Leader.DEPOSED));
        return Behaviors.same();
    }

    private Behavior<Command> onWaiting(Command command) {
        if (stash.isFull()) {
            refuse(command, Leader.BUSY);
        } else {
            stash.stash(command);
        }
        return Behaviors.same();
    }

    private void refuse(Command command, String detail) {
        if (command instanceof Register register) {
            register.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (command instanceof Beat beat) {
            beat.replyTo().tell(new Reply.Unavailable<>(detail));
        } else if (command instanceof Request request) {
            request.replyTo().tell(new Reply.Unavailable<>(detail));
        }
    }

    private Node on(State state, NodeSignal signal) {
        return NodeLifecycle.on(
                state.node(),
                signal,
                shared.environment().clock().instant(),
                shared.environment().settings().nodeTimings());
    }

    /** {@code next} in memory, and in the store where more than a heartbeat is new or the written one is old. */
    private Behavior<Command> written(State state, Node next) {
        Node written = state.written();
        boolean beatsOnly =
                next.withHeartbeat(written.lastHeartbeat(), written.available()).equals(written);
        Duration unwritten = Duration.between(written.lastHeartbeat(), next.lastHeartbeat());
        boolean recent = unwritten.compareTo(shared.environment().settings().heartbeatWriteInterval()) < 0;
        if (beatsOnly && recent) {
            State known = new State(next, written, state.revision());
            shared.term().tell(new Term.NodeHeard(known.known()));
            return ready(known);
        }
        return commit(Optional.of(next), state, Optional.empty());
    }

    private Behavior<Command> commit(Optional<Node> next, State state, Optional<Asker<State, ?>> asker) {
        Write write = new Write(next, next.map(node -> RecordJson.toJson(node).toString()), state, asker, 0);
        send(write);
        return committing(write);
    }

    private void send(Write write) {
        context.pipeToSelf(
                writer.write(write.value(), write.before().revision()),
                (result, failure) ->
                        new WriteEnded(write, failure == null ? result : new FencedWriter.Unknown(failure)));
    }

    private Asker<State, RegisterResponse> registered(ActorRef<Reply<RegisterResponse>> replyTo) {
        return new Asker<>(replyTo, durable -> {
            link.tell(new AgentLink.Heard(durable.node().facts()));
            replyTo.tell(new Reply.Ok<>(new RegisterResponse(
                    durable.node().id(),
                    durable.node().status(),
                    shared.leadership().clusterId(),
                    shared.leadership().epoch(),
                    shared.environment().settings().heartbeatInterval())));
        });
    }
}
