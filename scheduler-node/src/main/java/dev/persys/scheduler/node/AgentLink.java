package dev.persys.scheduler.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.protocol.AgentClient.Told;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.TermMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The conversation with one node's agent: delivers orders until the agent has taken them, follows its events from a
 * complete inventory on, takes inventories, and tells the node's writer how all that goes. Keeps one order a workload,
 * the newest, and has a bounded number of them under way; loses nothing that a reconciliation would not find again.
 *
 * <p>What follows from an answer is decided by {@link Delivery}, {@link Subscription} and {@link Inventories}.
 */
public final class AgentLink {
    public sealed interface Command {}

    public record Deliver(AgentOrder order) implements Command {}

    /** To tell {@code writer} from now on how calls to the agent go. */
    record ReportTo(ActorRef<NodeActor.Command> writer) implements Command {}

    /** The agent is alive after silence or trouble, or says where it can be reached now. */
    record Heard(NodeFacts facts) implements Command {}

    /** Where the agent can be reached, as its node's record has it: says nothing of whether it can. */
    record Located(NodeFacts facts) implements Command {}

    /** Orders that were certainly not taken are given back while the trouble lasts: they are for other nodes. */
    enum GiveUp implements Command {
        INSTANCE
    }

    /** To take an inventory for the leader; {@code monitor} hears when that is over, well or not. */
    record TakeInventory(ActorRef<WorkloadMonitor.Command> monitor) implements Command {}

    /** To take the end of the container's output, once; what {@code taken} is not told could not be had. */
    public record TakeLogs(WorkloadId id, Consumer<String> taken) implements Command {}

    /** Its turn has come to connect; {@code queue} hears when it has, or could not. */
    record Begin(ActorRef<ConnectionQueue.Command> queue) implements Command {}

    private enum Connect implements Command {
        INSTANCE
    }

    /** One order is to be tried, in the name of all that wait. */
    enum ProbeDue implements Command {
        INSTANCE
    }

    /** The stream has been good for long enough. */
    private enum StreamSettled implements Command {
        INSTANCE
    }

    record SendAgain(WorkloadId id) implements Command {}

    record OrderEnded(AgentOrder order, OrderResult result) implements Command {}

    record OrderFailed(AgentOrder order, Throwable cause) implements Command {}

    record Listed(Inventories.Asked asked, ContainerList list) implements Command {}

    record ListFailed(Throwable cause) implements Command {}

    record StreamOpened(EventStream stream) implements Command {}

    record StreamTold(Told told, CompletableFuture<Done> handled) implements Command {}

    record StreamEnded(Optional<Throwable> cause) implements Command {}

    /** How it goes with the end of an output. */
    record TailTold(Consumer<Tails> what) implements Command {}

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final NodeId node;
    private final SchedulerEnvironment environment;
    private final SchedulerSettings settings;
    private final AgentCalls calls;
    private final Subscription subscription = new Subscription();
    private final Inventories inventories;
    private final Delivery delivery;
    private final EventBudget budget;
    private final Tails tails;
    private Optional<ActorRef<NodeActor.Command>> writer = Optional.empty();
    private Optional<NodeActor.Command> told = Optional.empty();
    private Optional<ActorRef<ConnectionQueue.Command>> turn = Optional.empty();
    private boolean hadTurn;

    private AgentLink(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            NodeId node,
            NodeFacts facts,
            SchedulerEnvironment environment,
            ActorRef<TermMessage> term) {
        this.context = context;
        this.timers = timers;
        this.node = node;
        this.environment = environment;
        this.settings = environment.settings();
        this.calls = new AgentCalls(context, timers, node, facts, environment, term);
        this.inventories = new Inventories(node, settings.startGrace());
        this.budget = new EventBudget(
                settings.agentEventsPerSecond(), environment.ticker().nanos());
        this.delivery = new Delivery(node, environment, subscription, inventories, calls);
        this.tails = new Tails(calls, settings, subscription);
    }

    /** Connects once the {@link ConnectionQueue} says so; orders wait for no turn. */
    public static Behavior<Command> create(
            NodeId node, NodeFacts facts, SchedulerEnvironment environment, ActorRef<TermMessage> term) {
        return create(node, facts, environment, term, false);
    }

    /**
     * In the place of a link that failed, and with it orders: its first inventory is looked at without any grace, and
     * the node is not well before it has gone well for a while.
     */
    public static Behavior<Command> createAnew(
            NodeId node, NodeFacts facts, SchedulerEnvironment environment, ActorRef<TermMessage> term) {
        return create(node, facts, environment, term, true);
    }

    private static Behavior<Command> create(
            NodeId node, NodeFacts facts, SchedulerEnvironment environment, ActorRef<TermMessage> term, boolean anew) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            AgentLink link = new AgentLink(context, timers, node, facts, environment, term);
            if (anew) {
                link.inventories.forgetOrders();
                link.subscription.doubt(new Trouble(
                        NodeReason.MALFORMED_ANSWERS,
                        "what its agent sent could not be dealt with; the log of the scheduler has more",
                        false));
                link.tellHealth();
            }
            return link.running();
        }));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(SendAgain.class, this::onSendAgain)
                .onMessage(ProbeDue.class, command -> onProbeDue())
                .onMessage(OrderEnded.class, this::onOrderEnded)
                .onMessage(OrderFailed.class, this::onOrderFailed)
                .onMessage(ReportTo.class, this::onReportTo)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Located.class, this::onLocated)
                .onMessage(GiveUp.class, command -> onGiveUp())
                .onMessage(Begin.class, this::onBegin)
                .onMessage(Connect.class, command -> onConnect())
                .onMessage(TakeInventory.class, this::onTakeInventory)
                .onMessage(Listed.class, this::onListed)
                .onMessage(ListFailed.class, this::onListFailed)
                .onMessage(StreamOpened.class, this::onStreamOpened)
                .onMessage(StreamSettled.class, command -> onStreamSettled())
                .onMessage(StreamTold.class, this::onStreamTold)
                .onMessage(StreamEnded.class, this::onStreamEnded)
                .onMessage(TakeLogs.class, this::onTakeLogs)
                .onMessage(TailTold.class, this::onTailTold)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    // Orders.

    private Behavior<Command> onDeliver(Deliver command) {
        delivery.deliver(command.order());
        return Behaviors.same();
    }

    private Behavior<Command> onSendAgain(SendAgain command) {
        delivery.again(command.id());
        return Behaviors.same();
    }

    private Behavior<Command> onProbeDue() {
        delivery.tryOne();
        return tellHealth();
    }

    private Behavior<Command> onOrderEnded(OrderEnded command) {
        delivery.ended(command.order(), command.result());
        return tellHealth();
    }

    private Behavior<Command> onOrderFailed(OrderFailed command) {
        delivery.failed(command.order(), Trouble.of(command.cause(), calls.facts()));
        return tellHealth();
    }

    private Behavior<Command> onGiveUp() {
        delivery.giveUp();
        return Behaviors.same();
    }

    // Events and inventories.

    private Behavior<Command> onReportTo(ReportTo command) {
        writer = Optional.of(command.writer());
        told.ifPresent(command.writer()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onHeard(Heard command) {
        moveTo(command.facts());
        subscription.encouraged();
        // All agents are heard of in a moment where a leader takes over: each is asked in its turn.
        if (hadTurn) {
            list();
        }
        delivery.encouraged();
        return Behaviors.same();
    }

    private Behavior<Command> onLocated(Located command) {
        moveTo(command.facts());
        return Behaviors.same();
    }

    private void moveTo(NodeFacts facts) {
        if (calls.moveTo(facts)) {
            subscription.close();
        }
    }

    private Behavior<Command> onBegin(Begin command) {
        turn = Optional.of(command.queue());
        hadTurn = true;
        if (subscription.isOpen()) {
            endTurn();
        }
        return onConnect();
    }

    private void endTurn() {
        turn.ifPresent(queue -> queue.tell(new ConnectionQueue.Done(context.getSelf())));
        turn = Optional.empty();
    }

    /** Follows from the last event seen; where there is none or that comes to nothing, from a complete inventory. */
    private Behavior<Command> onConnect() {
        if (subscription.isBegun()) {
            return Behaviors.same();
        }
        if (subscription.wantsInventory()) {
            list();
        } else {
            calls.open(subscription.begin());
        }
        return Behaviors.same();
    }

    /** Of a node that is in trouble anyway, the next inventory is whoever connects to it. */
    private Behavior<Command> onTakeInventory(TakeInventory command) {
        inventories.await(command.monitor());
        if (subscription.trouble().isPresent()) {
            inventories.tellWaiters();
        } else {
            list();
        }
        return Behaviors.same();
    }

    private void list() {
        inventories.begin(environment.ticker().nanos()).ifPresent(calls::list);
    }

    private Behavior<Command> onListed(Listed command) {
        calls.tell(inventories.taken(command.asked(), command.list()));
        inventories.tellWaiters();
        subscription.answers();
        delivery.answers();
        if (!subscription.isBegun()) {
            subscription.goOnFrom(command.list().cursor());
            calls.open(subscription.begin());
        }
        return tellHealth();
    }

    private Behavior<Command> onListFailed(ListFailed command) {
        inventories.failed();
        inventories.tellWaiters();
        Trouble trouble = Trouble.of(command.cause(), calls.facts());
        if (!subscription.isBegun()) {
            return connectLater(trouble);
        }
        if (inventories.failedUnderEvents(trouble)) {
            context.getLog().warn("no inventory of node {}: {}", node, trouble.sentence());
        }
        return tellHealth();
    }

    private Behavior<Command> onStreamOpened(StreamOpened command) {
        if (!(command.stream() instanceof EventStream.Open open)) {
            return onEventsGone();
        }
        context.getLog().info("following the events of node {}", node);
        timers.startSingleTimer(
                StreamSettled.INSTANCE,
                StreamSettled.INSTANCE,
                settings.nodeTimings().unreachableAfter().dividedBy(2));
        boolean isWell = subscription.opened(calls.follow(open.told()));
        endTurn();
        tails.take();
        return isWell ? works() : Behaviors.same();
    }

    private Behavior<Command> onEventsGone() {
        inventories.forgetOrders();
        Optional<Trouble> trouble = subscription.gone();
        if (trouble.isPresent()) {
            return connectLater(trouble.get());
        }
        list();
        return Behaviors.same();
    }

    private Behavior<Command> onStreamSettled() {
        return subscription.settled() ? works() : Behaviors.same();
    }

    private Behavior<Command> works() {
        subscription.works();
        delivery.answers();
        return tellHealth();
    }

    private Behavior<Command> onStreamTold(StreamTold command) {
        if (command.told() instanceof Told.Happened happened) {
            return onEvent(happened.event(), command.handled());
        }
        if (command.told() instanceof Told.Silence silence) {
            onSilence(silence.lasting());
        } else {
            subscription.sounds();
            delivery.answers();
        }
        calls.handled(command.handled(), Duration.ZERO);
        return tellHealth();
    }

    /** An agent that tells more than its share is not asked for the next until its time has come. */
    private Behavior<Command> onEvent(AgentEvent event, CompletableFuture<Done> handled) {
        subscription.arrived(event.id());
        inventories.heardOf(event.report().workloadId());
        calls.tell(new NodeNews.Seen(node, event.report()));
        calls.handled(handled, budget.spend(environment.ticker().nanos()));
        return Behaviors.same();
    }

    /**
     * An agent that hangs accepts calls and answers none. It counts as away from the beginning of the silence, but has a
     * third of its time left to answer the list that asks it.
     */
    private void onSilence(Duration lasting) {
        Duration most =
                settings.nodeTimings().unreachableAfter().multipliedBy(2).dividedBy(3);
        context.getLog().info("node {} has told nothing for {} ms; asking it", node, lasting.toMillis());
        subscription.silent(Trouble.ofSilence(lasting, calls.facts()), lasting.compareTo(most) < 0 ? lasting : most);
        list();
    }

    private Behavior<Command> onStreamEnded(StreamEnded command) {
        Trouble trouble = command.cause()
                .map(cause -> Trouble.of(cause, calls.facts()))
                .orElseGet(
                        () -> new Trouble(NodeReason.UNREACHABLE, "its agent has closed the stream of events", false));
        subscription.ended(trouble, timers.isTimerActive(StreamSettled.INSTANCE));
        timers.cancel(StreamSettled.INSTANCE);
        return connectLater(trouble);
    }

    private Behavior<Command> connectLater(Trouble why) {
        endTurn();
        if (subscription.failed(why)) {
            context.getLog().warn("no events from node {}: {}", node, why.sentence());
        }
        timers.startSingleTimer(Connect.INSTANCE, Connect.INSTANCE, settings.agentRetry(subscription.attempts()));
        delivery.tellOfDelay();
        return tellHealth();
    }

    private Behavior<Command> onTakeLogs(TakeLogs command) {
        tails.wish(command.id(), command.taken());
        return Behaviors.same();
    }

    private Behavior<Command> onTailTold(TailTold command) {
        command.what().accept(tails);
        return Behaviors.same();
    }

    private Behavior<Command> onStopped() {
        subscription.close();
        inventories.tellWaiters();
        return Behaviors.same();
    }

    /** Tells the node's writer how calls go, each change once. */
    private Behavior<Command> tellHealth() {
        Optional<NodeActor.Command> health = delivery.trouble()
                .<NodeActor.Command>map(
                        why -> new NodeActor.CallsFail(why.reason(), why.sentence(), subscription.lasted()))
                .or(() -> subscription.isOpen() ? Optional.of(NodeActor.CallsWork.INSTANCE) : Optional.empty());
        if (health.isPresent() && !health.equals(told)) {
            told = health;
            delivery.healthTold();
            writer.ifPresent(writer -> writer.tell(health.get()));
        }
        return Behaviors.same();
    }
}
