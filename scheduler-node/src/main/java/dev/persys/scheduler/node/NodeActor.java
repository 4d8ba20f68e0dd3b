package dev.persys.scheduler.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.BehaviorBuilder;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ClusterEvent;
import dev.persys.api.NodeView;
import dev.persys.api.RegisterResponse;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.lifecycle.NodeSignal;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.Orphans;
import dev.persys.model.Resources;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.events.EventAbandoned;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.events.Events;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sole writer of one node's record.
 *
 * <p>That a node is alive is not a record: heartbeats are heard and answered whatever is being written, kept in memory
 * with how calls to the agent go, and written seldom. A status that follows from them is written at once, and with it
 * the last heartbeat.
 */
public final class NodeActor implements RecordWriter.Owner<NodeActor.Command, NodeWrite> {
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

    /**
     * To look how long it has been silent.
     *
     * @param at the reading of the ticker at which that is asked
     */
    record CheckSilence(long at) implements Command {}

    /** Calls to its agent are answered: inventory, events and orders. */
    enum CallsWork implements Command {
        INSTANCE
    }

    /**
     * Calls to its agent come to nothing.
     *
     * @param lasted how long that had been so when it was noticed
     */
    record CallsFail(NodeReason reason, String sentence, Duration lasted) implements Command {
        CallsFail(NodeReason reason, String sentence) {
            this(reason, sentence, Duration.ZERO);
        }
    }

    /** An inventory says how it stands with containers that no record speaks of, or that are of another cluster. */
    public record OrphansSeen(NodeSignal signal) implements Command {}

    /** Calls may have failed for long enough. */
    private enum TroubleDue implements Command {
        INSTANCE
    }

    /**
     * An operator wants something of it.
     *
     * @param holding how many workloads hold a reservation on it
     */
    public record Request(NodeAction action, long holding, Optional<Long> ifRevision, ActorRef<Reply<NodeView>> replyTo)
            implements Command {}

    /** The leader has forgotten the node: nothing comes after this. */
    public enum Retire implements Command {
        INSTANCE
    }

    private record Writing(RecordWriter.Step step) implements Command {}

    /** What all node actors of one leader share. */
    public record Shared(
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<TermMessage> term,
            ActorRef<PlacementActor.Command> placement,
            EventNumbers numbers) {}

    private final Shared shared;
    private final SchedulerSettings settings;
    private final TimerScheduler<Command> timers;
    private final RecordWriter<Command, NodeWrite> writer;
    private final Liveness liveness;
    private final NodeDecisions decisions;
    private final ActorRef<Command> self;
    private ActorRef<AgentLink.Command> link;

    private NodeActor(RecordWriter.Means<Command> means, ActorRef<AgentLink.Command> link, Shared shared) {
        this.shared = shared;
        this.settings = shared.environment().settings();
        this.timers = means.timers();
        this.link = link;
        this.writer = new RecordWriter<>(
                means,
                new RecordWriter.Mandate(
                        shared.environment(), shared.leadership().epoch(), shared.term()),
                this,
                Writing::new);
        this.liveness = new Liveness(shared.environment().ticker());
        this.decisions = new NodeDecisions(liveness, shared.environment().clock(), settings);
        this.self = means.context().getSelf();
        link.tell(new AgentLink.ReportTo(self));
    }

    /** Waits for {@link Admit} or {@link Load}. */
    public static Behavior<Command> create(ActorRef<AgentLink.Command> link, Shared shared) {
        return RecordWriter.Means.given(
                shared.environment().settings(), means -> new NodeActor(means, link, shared).beginning());
    }

    private Behavior<Command> beginning() {
        return noting(Behaviors::same)
                .onMessage(Admit.class, this::onAdmit)
                .onMessage(Load.class, this::onLoad)
                .build();
    }

    private Behavior<Command> ready(Stored<Node> written) {
        return noting(() -> settle(written))
                .onMessage(Register.class, command -> onRegister(written, command))
                .onMessage(Beat.class, command -> onBeat(written, command, () -> settle(written)))
                .onMessage(Request.class, command -> onRequest(written, command))
                .onMessage(OrphansSeen.class, command -> onOrphansSeen(written, command))
                .build();
    }

    /** What is heard of the node is noted at once, and decided upon when the write is over. */
    private Behavior<Command> writing(Stored<Node> before) {
        return noting(Behaviors::same)
                .onMessage(Writing.class, this::onWriting)
                .onMessage(Beat.class, command -> onBeat(before, command, Behaviors::same))
                .onMessage(Register.class, command -> onRegisterMeanwhile(before, command))
                .onAnyMessage(writer::keep)
                .onSignal(PostStop.class, signal -> writer.onStopped())
                .build();
    }

    private BehaviorBuilder<Command> noting(Supplier<Behavior<Command>> then) {
        return Behaviors.receive(Command.class)
                .onMessage(CheckSilence.class, command -> onCheckSilence(command, then))
                .onMessage(CallsWork.class, command -> onCallsWork(then))
                .onMessage(CallsFail.class, command -> onCallsFail(command, then))
                .onMessage(TroubleDue.class, command -> onTroubleDue(then))
                .onMessage(Linked.class, this::onLinked);
    }

    /** There is no record any more: whoever still comes is told to ask again, until the leader sends nobody. */
    private Behavior<Command> gone() {
        return Behaviors.receive(Command.class)
                .onMessage(Retire.class, command -> onRetire())
                .onAnyMessage(late -> {
                    turnAway(late, TurnedAway.BUSY);
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> onAdmit(Admit command) {
        liveness.registered();
        Stored<Node> unwritten =
                new Stored<>(NodeLifecycle.registered(command.id(), command.facts(), now()), Change.ABSENT);
        return write(Optional.of(unwritten.value()), unwritten, Optional.of(registered(command.replyTo())));
    }

    private Behavior<Command> onLoad(Load command) {
        liveness.loaded(command.loaded().value().id(), settings.heartbeatWriteInterval());
        link.tell(new AgentLink.Located(command.loaded().value().facts()));
        return ready(command.loaded());
    }

    private Behavior<Command> onLinked(Linked command) {
        link = command.link();
        link.tell(new AgentLink.ReportTo(self));
        return Behaviors.same();
    }

    private Behavior<Command> onCheckSilence(CheckSilence command, Supplier<Behavior<Command>> then) {
        liveness.looked(command.at());
        return then.get();
    }

    private Behavior<Command> onCallsWork(Supplier<Behavior<Command>> then) {
        timers.cancel(TroubleDue.INSTANCE);
        liveness.callsWork();
        return then.get();
    }

    private Behavior<Command> onCallsFail(CallsFail command, Supplier<Behavior<Command>> then) {
        liveness.callsFail(command.reason(), command.sentence(), command.lasted());
        return onTroubleDue(then);
    }

    /** A timer may be early by the ticker: then it is set once more. */
    private Behavior<Command> onTroubleDue(Supplier<Behavior<Command>> then) {
        Duration left = decisions.untilTroubleIsTold();
        if (!left.isZero()) {
            timers.startSingleTimer(TroubleDue.INSTANCE, TroubleDue.INSTANCE, left);
        }
        return then.get();
    }

    private Behavior<Command> onRegister(Stored<Node> written, Register command) {
        Optional<Reply<RegisterResponse>> refused = decisions.ofRegistration(written.value(), command.facts());
        if (refused.isPresent()) {
            command.replyTo().tell(refused.get());
            return Behaviors.same();
        }
        liveness.registered();
        return write(
                Optional.of(decisions.on(written.value(), new NodeSignal.Registered(command.facts()))),
                written,
                Optional.of(registered(command.replyTo())));
    }

    /** One that beats and could not be reached is tried at once. */
    private Behavior<Command> onBeat(Stored<Node> written, Beat command, Supplier<Behavior<Command>> then) {
        Node node = written.value();
        liveness.beaten(command.available(), command.degraded(), now());
        command.replyTo().tell(new Reply.Ok<>(node.id()));
        if (liveness.isToBeTried(settings.heartbeatInterval())) {
            link.tell(new AgentLink.Heard(node.facts()));
        }
        if (written.isWritten()) {
            shared.term()
                    .tell(new NodeNews.Heard(
                            new Stored<>(node.withHeartbeat(now(), command.available()), written.revision())));
        }
        return then.get();
    }

    /** One that registers is not silent, however long the store takes. */
    private Behavior<Command> onRegisterMeanwhile(Stored<Node> before, Register command) {
        if (!NodeDecisions.moves(before.value().facts(), command.facts())) {
            liveness.registersMeanwhile();
        }
        return writer.keep(command);
    }

    /** The same is told with each inventory. */
    private Behavior<Command> onOrphansSeen(Stored<Node> written, OrphansSeen command) {
        Node next = decisions.on(decisions.known(written.value()), command.signal());
        boolean isKnown = next.orphans() == written.value().orphans()
                && next.settledIn().equals(written.value().settledIn())
                && next.foreign().equals(written.value().foreign());
        return isKnown ? ready(written) : write(Optional.of(next), written, Optional.empty());
    }

    private Behavior<Command> onRequest(Stored<Node> written, Request command) {
        ActorRef<Reply<NodeView>> replyTo = command.replyTo();
        Node node = decisions.known(written.value());
        Optional<Reply<NodeView>> refused = NodeDecisions.<NodeView>ofRevision(written, command.ifRevision())
                .or(() -> decisions.ofAction(node, command.action(), command.holding()));
        if (refused.isPresent()) {
            replyTo.tell(refused.get());
            return Behaviors.same();
        }
        return write(
                decisions.asked(node, command.action()),
                written,
                Optional.of(new Asker<>(
                        replyTo,
                        durable -> shared.placement().tell(new PlacementActor.DescribeNode(durable, replyTo)))));
    }

    private Behavior<Command> onWriting(Writing command) {
        return writer.on(command.step());
    }

    @Override
    public Behavior<Command> onWritten(NodeWrite write, long revision) {
        liveness.written();
        Optional<Node> before = write.before().written();
        Node node = write.next().orElse(write.before().value());
        Stored<Node> durable = new Stored<>(node, revision);
        shared.term().tell(new NodeNews.Committed(before, write.next(), durable, write.event()));
        write.asker().ifPresent(asker -> asker.durable(durable));
        if (write.next().isEmpty()) {
            return gone();
        }
        if (node.orphans() == Orphans.ACCEPTED && write.before().value().orphans() != Orphans.ACCEPTED) {
            link.tell(new AgentLink.Heard(node.facts()));
        }
        if (node.status().isReachable()) {
            // What the leader was told meanwhile of its containers was told of a node in trouble.
            before.filter(was -> !was.status().isReachable())
                    .ifPresent(was -> link.tell(new AgentLink.Heard(node.facts())));
        } else if (decisions.isToGiveUp(node)) {
            link.tell(AgentLink.GiveUp.INSTANCE);
        }
        return settle(durable);
    }

    /** A node that was never written is forgotten. */
    @Override
    public Behavior<Command> onRefused(NodeWrite write) {
        write.event().ifPresent(event -> shared.term().tell(new EventAbandoned(event)));
        if (write.before().isWritten()) {
            return ready(write.before());
        }
        shared.term().tell(new NodeNews.Refused(write.before().value().id()));
        return gone();
    }

    @Override
    public Behavior<Command> onUnneeded(NodeWrite write) {
        return ready(write.before());
    }

    private Behavior<Command> onRetire() {
        return Behaviors.stopped();
    }

    /** Agents beat and register again, and the monitor looks again. */
    @Override
    public boolean comesOnce(Command command) {
        return false;
    }

    /** A beat is none: it counts, however long it waits. */
    @Override
    public boolean isAsked(Command command) {
        return command instanceof Register || command instanceof Request;
    }

    @Override
    public void turnAway(Command command, TurnedAway why) {
        NodeAnswers.turnAway(command, why);
    }

    private Behavior<Command> settle(Stored<Node> written) {
        return decisions
                .due(written.value())
                .map(next -> write(Optional.of(next), written, Optional.empty()))
                .orElseGet(() -> ready(written));
    }

    private Behavior<Command> write(Optional<Node> next, Stored<Node> before, Optional<Asker<Stored<Node>, ?>> asker) {
        Optional<ClusterEvent> event = Events.of(before.written(), next, next.orElse(before.value()), now())
                .map(unnumbered ->
                        shared.numbers().take(Keys.node(before.value().id()), unnumbered));
        writer.write(new NodeWrite(next, before, asker, event));
        return writing(before);
    }

    private Asker<Stored<Node>, RegisterResponse> registered(ActorRef<Reply<RegisterResponse>> replyTo) {
        return new Asker<>(replyTo, durable -> {
            link.tell(new AgentLink.Heard(durable.value().facts()));
            replyTo.tell(NodeAnswers.registered(durable.value(), shared.leadership(), settings.heartbeatInterval()));
        });
    }

    private Instant now() {
        return shared.environment().clock().instant();
    }
}
