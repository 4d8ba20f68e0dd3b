package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.ClusterEvent;
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
import dev.persys.scheduler.events.EventAbandoned;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.events.Events;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sole writer of one node's record.
 *
 * <p>Heartbeats are kept in memory and written seldom: a status that changes is written at once, and with it the last
 * heartbeat. A leader that has just read the record counts the node as heard, so that taking over never makes a node
 * look silent.
 */
public final class NodeActor implements RecordWriter.Owner<NodeActor.Command, NodeActor.Write> {
    public sealed interface Command {}

    /** To be the writer of a node that registers for the first time: stored, then answered. The first to come, or: */
    public record Admit(NodeId id, NodeFacts facts, ActorRef<Reply<RegisterResponse>> replyTo) implements Command {}

    /** To be the writer of a node that was read. */
    public record Load(Stored<Node> loaded) implements Command {}

    /** Over this its agent is told something from now on; the link before has failed. */
    public record Linked(ActorRef<AgentLink.Command> link) implements Command {}

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

    /** The leader has forgotten the node: nothing comes after this. */
    public enum Retire implements Command {
        INSTANCE
    }

    private record Writing(RecordWriter.Step step) implements Command {}

    /**
     * The node as it is known, and as it was written last.
     *
     * @param node differs by heartbeats alone from what is written
     */
    private record State(Stored<Node> written, Node node) {
        static State durable(Stored<Node> written) {
            return new State(written, written.value());
        }

        Stored<Node> known() {
            return new Stored<>(node, written.revision());
        }
    }

    /**
     * A decision on its way into the store.
     *
     * @param next absent where the record goes away
     */
    record Write(
            Optional<Node> next, State before, Optional<Asker<Stored<Node>, ?>> asker, Optional<ClusterEvent> event)
            implements RecordWriter.Write {
        @Override
        public List<Change> changes() {
            String key = Keys.node(before.node().id());
            long revision = before.written().revision();
            Change record = next.<Change>map(node -> new Change.Put(key, RecordJson.write(node), revision))
                    .orElseGet(() -> new Change.Delete(key, revision));
            return EventNumbers.with(record, event);
        }
    }

    /** What all node actors of one leader share. */
    public record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<TermMessage> term,
            ActorRef<PlacementActor.Command> placement,
            EventNumbers numbers) {}

    private final Shared shared;
    private final RecordWriter<Command, Write> writer;
    private ActorRef<AgentLink.Command> link;

    private NodeActor(RecordWriter.Means<Command> means, ActorRef<AgentLink.Command> link, Shared shared) {
        this.shared = shared;
        this.link = link;
        this.writer = new RecordWriter<>(
                means,
                new RecordWriter.Mandate(
                        shared.environment(), shared.leadership().epoch(), shared.term()),
                this,
                Writing::new);
    }

    /** Waits for {@link Admit} or {@link Load}. */
    public static Behavior<Command> create(ActorRef<AgentLink.Command> link, Shared shared) {
        return RecordWriter.Means.given(
                shared.environment().settings(), means -> new NodeActor(means, link, shared).beginning());
    }

    private Behavior<Command> beginning() {
        return Behaviors.receive(Command.class)
                .onMessage(Admit.class, this::onAdmit)
                .onMessage(Load.class, this::onLoad)
                .build();
    }

    private Behavior<Command> ready(State state) {
        return Behaviors.receive(Command.class)
                .onMessage(Register.class, command -> onRegister(state, command))
                .onMessage(Beat.class, command -> onBeat(state, command))
                .onMessage(CheckSilence.class, command -> onCheckSilence(state))
                .onMessage(Request.class, command -> onRequest(state, command))
                .onMessage(Linked.class, this::onLinked)
                .build();
    }

    private Behavior<Command> writing() {
        return Behaviors.receive(Command.class)
                .onMessage(Writing.class, this::onWriting)
                .onMessage(Linked.class, this::onLinked)
                .onAnyMessage(writer::keep)
                .onSignal(PostStop.class, signal -> writer.onStopped())
                .build();
    }

    /** There is no record any more: whoever still comes is told to ask again, until the leader sends nobody. */
    private Behavior<Command> gone() {
        return Behaviors.receive(Command.class)
                .onMessage(Retire.class, command -> onRetire())
                .onAnyMessage(late -> {
                    turnAway(late, RecordWriter.BUSY);
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> onAdmit(Admit command) {
        Node node = NodeLifecycle.registered(
                command.id(), command.facts(), shared.environment().clock().instant());
        State unwritten = State.durable(new Stored<>(node, Change.ABSENT));
        return write(Optional.of(node), unwritten, Optional.of(registered(command.replyTo())));
    }

    private Behavior<Command> onLoad(Load command) {
        Node loaded = command.loaded().value();
        return ready(new State(
                command.loaded(),
                loaded.withHeartbeat(shared.environment().clock().instant(), loaded.available())));
    }

    private Behavior<Command> onLinked(Linked command) {
        link = command.link();
        return Behaviors.same();
    }

    private Behavior<Command> onRegister(State state, Register command) {
        return write(
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
        return heard(state, next);
    }

    private Behavior<Command> onCheckSilence(State state) {
        return heard(state, on(state, NodeSignal.SilenceChecked.INSTANCE));
    }

    private Behavior<Command> onRequest(State state, Request command) {
        if (command.ifRevision()
                .filter(revision -> revision != state.written().revision())
                .isPresent()) {
            command.replyTo()
                    .tell(new Reply.PreconditionFailed<>(state.written().revision()));
            return Behaviors.same();
        }
        Optional<Node> next = switch (command.action()) {
            case DRAIN -> Optional.of(on(state, NodeSignal.DrainAsked.INSTANCE));
            case ACTIVATE -> Optional.of(on(state, NodeSignal.ActivateAsked.INSTANCE));
            case DELETE -> Optional.empty();
        };
        ActorRef<Reply<NodeView>> replyTo = command.replyTo();
        return write(
                next,
                state,
                Optional.of(new Asker<>(
                        replyTo,
                        durable -> shared.placement().tell(new PlacementActor.DescribeNode(durable, replyTo)))));
    }

    private Behavior<Command> onWriting(Writing command) {
        return writer.on(command.step());
    }

    @Override
    public Behavior<Command> onWritten(Write write, long revision) {
        Stored<Node> durable = new Stored<>(write.next().orElse(write.before().node()), revision);
        shared.term()
                .tell(new NodeNews.Committed(write.before().written().written(), write.next(), durable, write.event()));
        write.asker().ifPresent(asker -> asker.durable(durable));
        return write.next().isPresent() ? ready(State.durable(durable)) : gone();
    }

    /** A node that was never written is forgotten. */
    @Override
    public Behavior<Command> onRefused(Write write) {
        write.event().ifPresent(event -> shared.term().tell(new EventAbandoned(event)));
        if (write.before().written().isWritten()) {
            return ready(write.before());
        }
        shared.term().tell(new NodeNews.Refused(write.before().node().id()));
        return gone();
    }

    private Behavior<Command> onRetire() {
        return Behaviors.stopped();
    }

    /** Agents beat and register again, and the monitor looks again. */
    @Override
    public boolean comesOnce(Command command) {
        return false;
    }

    @Override
    public void turnAway(Command command, String detail) {
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
    private Behavior<Command> heard(State state, Node next) {
        Node written = state.written().value();
        boolean beatsOnly =
                next.withHeartbeat(written.lastHeartbeat(), written.available()).equals(written);
        Duration unwritten = Duration.between(written.lastHeartbeat(), next.lastHeartbeat());
        boolean recent = unwritten.compareTo(shared.environment().settings().heartbeatWriteInterval()) < 0;
        if (beatsOnly && recent) {
            State known = new State(state.written(), next);
            shared.term().tell(new NodeNews.Heard(known.known()));
            return ready(known);
        }
        return write(Optional.of(next), state, Optional.empty());
    }

    private Behavior<Command> write(Optional<Node> next, State state, Optional<Asker<Stored<Node>, ?>> asker) {
        Optional<ClusterEvent> event = Events.of(
                        state.written().written(),
                        next,
                        next.orElse(state.node()),
                        shared.environment().clock().instant())
                .map(unnumbered -> shared.numbers().take(Keys.node(state.node().id()), unnumbered));
        writer.write(new Write(next, state, asker, event));
        return writing();
    }

    private Asker<Stored<Node>, RegisterResponse> registered(ActorRef<Reply<RegisterResponse>> replyTo) {
        return new Asker<>(replyTo, durable -> {
            Node node = durable.value();
            link.tell(new AgentLink.Heard(node.facts()));
            replyTo.tell(new Reply.Ok<>(new RegisterResponse(
                    node.id(),
                    node.status(),
                    shared.leadership().clusterId(),
                    shared.leadership().epoch(),
                    shared.environment().settings().heartbeatInterval())));
        });
    }
}
