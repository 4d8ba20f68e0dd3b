package dev.persys.scheduler.node;

import akka.Done;
import akka.NotUsed;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.reconcile.Inventory;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.TermMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The conversation with one node's agent: delivers orders until the agent has taken them, follows its events from a
 * complete inventory on, takes inventories, and tells the node's writer how all that goes. Keeps one order a workload,
 * the newest, and has a bounded number of them under way; loses nothing that a reconciliation would not find again.
 *
 * <p>An agent that is in trouble gets fewer calls, not more: orders wait for it together, behind one that is tried after
 * a back-off.
 */
public final class AgentLink {
    public sealed interface Command {}

    public record Deliver(AgentOrder order) implements Command {}

    /** To tell {@code writer} from now on how calls to the agent go. */
    record ReportTo(ActorRef<NodeActor.Command> writer) implements Command {}

    /** The agent is alive after silence or trouble, or says where it can be reached now. */
    record Heard(NodeFacts facts) implements Command {}

    /** Orders that were certainly not taken are given back while the trouble lasts: they are for other nodes. */
    enum GiveUp implements Command {
        INSTANCE
    }

    /** To take an inventory for the leader; {@code monitor} hears when that is over, well or not. */
    record TakeInventory(ActorRef<WorkloadMonitor.Command> monitor) implements Command {}

    /** To take the end of the container's output, once; what {@code taken} is not told could not be had. */
    public record TakeLogs(WorkloadId id, Consumer<String> taken) implements Command {}

    private enum Connect implements Command {
        INSTANCE
    }

    /** One order is to be tried, in the name of all that wait. */
    private enum ProbeDue implements Command {
        INSTANCE
    }

    /** The stream has been good for long enough. */
    private enum StreamSettled implements Command {
        INSTANCE
    }

    private record SendAgain(WorkloadId id) implements Command {}

    private record OrderEnded(AgentOrder order, OrderResult result) implements Command {}

    private record OrderFailed(AgentOrder order, Throwable cause) implements Command {}

    private record Listed(long asOf, boolean afresh, ContainerList list) implements Command {}

    private record ListFailed(Throwable cause) implements Command {}

    private record StreamOpened(EventStream stream) implements Command {}

    private record EventArrived(AgentEvent event, CompletableFuture<Done> handled) implements Command {}

    private record StreamEnded(Optional<Throwable> cause) implements Command {}

    private record LogsEnded(Optional<String> tail, Consumer<String> taken) implements Command {}

    /** So many failures in a row are no hiccup: whoever waits is told. */
    private static final int TOLD_AFTER = 3;

    /** Orders of one workload may be refused for what is in them; those of so many in a row are not. */
    private static final int REFUSES_ALL_FROM = 2;

    /** The words with which an agent refuses what a newer order has overtaken. */
    private static final Set<String> OVERTAKEN = Set.of("stale-epoch", "stale-generation");

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final NodeId node;
    private final SchedulerEnvironment environment;
    private final SchedulerSettings settings;
    private final ActorRef<TermMessage> term;
    private final LogTail logTail;
    private final Orders orders;
    private final List<ActorRef<WorkloadMonitor.Command>> inventoryWaiters = new ArrayList<>();
    private final Set<WorkloadId> newsSinceListing = new HashSet<>();
    private final Set<WorkloadId> refusedInARow = new HashSet<>();
    private NodeFacts facts;
    private Optional<ActorRef<NodeActor.Command>> writer = Optional.empty();
    private boolean listing;
    private boolean forgotten;
    private boolean streaming;
    private boolean unsettled;
    private int timesGone;
    private int connectAttempts;
    private int orderAttempts;
    private boolean givingUp;
    private Optional<Trouble> connection = Optional.empty();
    private Optional<Trouble> refusal = Optional.empty();
    private Optional<Trouble> inventory = Optional.empty();
    private int listsFailed;
    private Optional<NodeActor.Command> told = Optional.empty();
    private Optional<String> lastEvent = Optional.empty();
    private Optional<UniqueKillSwitch> stream = Optional.empty();

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
        this.facts = facts;
        this.environment = environment;
        this.settings = environment.settings();
        this.term = term;
        this.logTail = new LogTail(settings.logTailBytes());
        this.orders = new Orders(settings.ordersAtOnce());
    }

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
            context.getSelf().tell(Connect.INSTANCE);
            AgentLink link = new AgentLink(context, timers, node, facts, environment, term);
            if (anew) {
                link.forgotten = true;
                link.unsettled = true;
                link.trouble(new Trouble(
                        NodeReason.MALFORMED_ANSWERS,
                        "what its agent sent could not be dealt with; the log of the scheduler has more",
                        false));
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
                .onMessage(GiveUp.class, command -> onGiveUp())
                .onMessage(Connect.class, command -> onConnect())
                .onMessage(TakeInventory.class, this::onTakeInventory)
                .onMessage(Listed.class, this::onListed)
                .onMessage(ListFailed.class, this::onListFailed)
                .onMessage(StreamOpened.class, this::onStreamOpened)
                .onMessage(StreamSettled.class, command -> onStreamSettled())
                .onMessage(EventArrived.class, this::onEventArrived)
                .onMessage(StreamEnded.class, this::onStreamEnded)
                .onMessage(TakeLogs.class, this::onTakeLogs)
                .onMessage(LogsEnded.class, this::onLogsEnded)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    // Orders.

    private Behavior<Command> onDeliver(Deliver command) {
        orders.add(command.order()).ifPresent(added -> {
            timers.cancel(command.order().workload());
            send();
            giveUp(added);
            tellOfDelay();
        });
        return Behaviors.same();
    }

    private Behavior<Command> onSendAgain(SendAgain command) {
        orders.again(command.id());
        send();
        return Behaviors.same();
    }

    /**
     * While nobody is there, the next to find out is whoever connects; while an order is under way, what becomes of that
     * says it; where nothing waits, there is nothing to find.
     */
    private Behavior<Command> onProbeDue() {
        if (!isAway() && !orders.areUnderWay() && !sendOne()) {
            ordersAreTaken();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onOrderEnded(OrderEnded command) {
        AgentOrder order = command.order();
        if (command.result() instanceof OrderResult.Refused refused) {
            return onRefused(order, refused);
        }
        if (command.result() instanceof OrderResult.Busy busy) {
            sendLater(order, "it has no time: " + busy.detail(), TOLD_AFTER);
            ordersAreTaken();
            return Behaviors.same();
        }
        return isDoneWith(order);
    }

    private Behavior<Command> isDoneWith(AgentOrder order) {
        orders.taken(order);
        refusedInARow.clear();
        ordersAreTaken();
        return Behaviors.same();
    }

    /**
     * What a newer order has overtaken is done with. To run a workload is tried again where it is refused once, and the
     * workload told; an agent that refuses to, whichever it is, takes no orders.
     */
    private Behavior<Command> onRefused(AgentOrder order, OrderResult.Refused refused) {
        String sentence = "it refuses the order: " + refused.type() + ", " + refused.detail();
        context.getLog().warn("node {}, workload {}: {}", node, order.workload(), sentence);
        if (refused.type().equals("stale-epoch")) {
            term.tell(NodeNews.EpochDoubted.INSTANCE);
        }
        if (OVERTAKEN.contains(refused.type()) || !(order instanceof AgentOrder.Run)) {
            return isDoneWith(order);
        }
        refusedInARow.add(order.workload());
        if (refusedInARow.size() >= REFUSES_ALL_FROM) {
            return onTrouble(order, new Trouble(NodeReason.ORDERS_REFUSED, sentence, true));
        }
        sendLater(order, sentence, 1);
        return Behaviors.same();
    }

    /** The order of one workload waits by itself, and the workload is told when that is so for the {@code toldAt}th time. */
    private void sendLater(AgentOrder order, String why, int toldAt) {
        int attempts = orders.putOff(order);
        Duration delay = settings.agentRetry(attempts);
        context.getLog()
                .debug(
                        "node {} puts off workload {}; again in {} ms: {}",
                        node,
                        order.workload(),
                        delay.toMillis(),
                        why);
        timers.startSingleTimer(order.workload(), new SendAgain(order.workload()), delay);
        if (attempts == toldAt && order instanceof AgentOrder.Run) {
            term.tell(new NodeNews.OrderDelayed(
                    node, order.workload(), order.run().generation(), why));
        }
    }

    /** One line says that the agent takes nothing, and one timer finds out when it does, however many orders wait. */
    private Behavior<Command> onOrderFailed(OrderFailed command) {
        return onTrouble(command.order(), Trouble.of(command.cause(), facts));
    }

    private Behavior<Command> onTrouble(AgentOrder order, Trouble trouble) {
        Orders.Undelivered failed = orders.failed(order, trouble.notTaken());
        boolean isNew = refusal.isEmpty();
        refusal = Optional.of(trouble);
        if (isNew) {
            context.getLog().warn("node {} does not take orders: {}", node, trouble.sentence());
        }
        if (!timers.isTimerActive(ProbeDue.INSTANCE)) {
            orderAttempts++;
            timers.startSingleTimer(ProbeDue.INSTANCE, ProbeDue.INSTANCE, settings.agentRetry(orderAttempts));
        }
        giveUp(failed);
        tellOfDelay();
        tellHealth();
        return Behaviors.same();
    }

    private void ordersAreTaken() {
        refusal = Optional.empty();
        orderAttempts = 0;
        timers.cancel(ProbeDue.INSTANCE);
        tellHealth();
        send();
    }

    /** As many as may be under way; none while orders are known to come to nothing. */
    private void send() {
        boolean more = true;
        while (more && !isAway() && refusal.isEmpty()) {
            more = sendOne();
        }
    }

    private boolean sendOne() {
        Optional<AgentOrder> next = orders.next();
        next.ifPresent(order -> context.pipeToSelf(
                order.send(environment.agents(), facts),
                (result, failure) ->
                        failure == null ? new OrderEnded(order, result) : new OrderFailed(order, failure)));
        return next.isPresent();
    }

    private boolean isAway() {
        return connection.filter(Trouble::isOfConnection).isPresent();
    }

    private Optional<Trouble> trouble() {
        return connection.or(() -> refusal).or(() -> inventory);
    }

    private Behavior<Command> onGiveUp() {
        givingUp = trouble().isPresent();
        orders.untaken().forEach(this::giveUp);
        return Behaviors.same();
    }

    /**
     * What the agent cannot have acted on needs the agent no more: while it is in trouble, to run it is for another node,
     * and to stop or remove it is done.
     */
    private void giveUp(Orders.Undelivered one) {
        boolean pointless = givingUp || !(one.order() instanceof AgentOrder.Run);
        if (pointless && one.isUntaken() && trouble().isPresent()) {
            orders.forget(one);
            if (refusal.isPresent() && !orders.haveOneToTry()) {
                // Without one that waits, nothing would say when orders are taken again.
                orders.add(one.order().toTry());
            }
            term.tell(new NodeNews.OrderNotTaken(
                    node,
                    one.order().workload(),
                    one.order().run().generation(),
                    trouble().get().sentence()));
        }
    }

    private void tellOfDelay() {
        if (connectAttempts >= TOLD_AFTER || orderAttempts >= TOLD_AFTER) {
            trouble()
                    .ifPresent(why -> orders.toBeTold()
                            .forEach(order -> term.tell(new NodeNews.OrderDelayed(
                                    node, order.workload(), order.run().generation(), why.sentence()))));
        }
    }

    // Events and inventories.

    private Behavior<Command> onReportTo(ReportTo command) {
        writer = Optional.of(command.writer());
        told.ifPresent(command.writer()::tell);
        return Behaviors.same();
    }

    private Behavior<Command> onHeard(Heard command) {
        boolean moved = command.facts().agentPort() != facts.agentPort()
                || !command.facts().ipAddress().equals(facts.ipAddress());
        facts = command.facts();
        connectAttempts = 0;
        if (moved) {
            closeStream();
        }
        list();
        if (refusal.isPresent() && timers.isTimerActive(ProbeDue.INSTANCE)) {
            timers.cancel(ProbeDue.INSTANCE);
            sendOne();
        }
        return Behaviors.same();
    }

    /** Follows from the last event seen; where there is none or that comes to nothing, from a complete inventory. */
    private Behavior<Command> onConnect() {
        if (streaming) {
            return Behaviors.same();
        }
        if (lastEvent.isEmpty() || connectAttempts > 1) {
            list();
        } else {
            openStream();
        }
        return Behaviors.same();
    }

    private void openStream() {
        streaming = true;
        context.pipeToSelf(
                environment.agents().events(facts, lastEvent),
                (opened, failure) ->
                        failure == null ? new StreamOpened(opened) : new StreamEnded(Optional.of(failure)));
    }

    /** Of a node that is in trouble anyway, the next inventory is whoever connects to it. */
    private Behavior<Command> onTakeInventory(TakeInventory command) {
        inventoryWaiters.add(command.monitor());
        if (connection.isPresent()) {
            tellWaiters();
        } else {
            list();
        }
        return Behaviors.same();
    }

    private void list() {
        if (listing) {
            return;
        }
        listing = true;
        newsSinceListing.clear();
        long asOf = environment.ticker().nanos();
        boolean afresh = forgotten;
        context.pipeToSelf(
                environment.agents().list(facts),
                (list, failure) -> failure == null ? new Listed(asOf, afresh, list) : new ListFailed(failure));
    }

    private Behavior<Command> onListed(Listed command) {
        listing = false;
        listsFailed = 0;
        if (inventory.isPresent()) {
            inventory = Optional.empty();
            tellHealth();
        }
        forgotten = forgotten && !command.afresh();
        ContainerList list = command.list();
        Inventory seen = new Inventory(node, command.asOf(), list.containers(), list.orders(), newsSinceListing);
        // An agent that was started anew knows of no order that was given before, and neither does a link.
        Duration grace = command.afresh() ? Duration.ZERO : settings.startGrace();
        term.tell(new NodeNews.InventoryTaken(seen, grace));
        tellWaiters();
        isThere();
        if (!streaming) {
            lastEvent = Optional.of(list.cursor());
            openStream();
        }
        return Behaviors.same();
    }

    /**
     * Whoever answers can be given what waited for a connection. An order that got no answer says more of orders than a
     * list that got one: the next that is tried shows it.
     */
    private void isThere() {
        if (isAway()) {
            connection = connection.map(
                    trouble -> new Trouble(NodeReason.ORDERS_REFUSED, trouble.sentence(), trouble.notTaken()));
        }
        if (refusal.filter(why -> why.isOfConnection() && why.notTaken()).isPresent()) {
            ordersAreTaken();
        } else if (refusal.isPresent() && !timers.isTimerActive(ProbeDue.INSTANCE)) {
            onProbeDue();
        } else {
            send();
        }
    }

    private Behavior<Command> onListFailed(ListFailed command) {
        listing = false;
        tellWaiters();
        Trouble trouble = Trouble.of(command.cause(), facts);
        if (streaming) {
            onInventoryFailed(trouble);
        } else {
            connectLater(trouble);
        }
        return Behaviors.same();
    }

    /** Events go on coming, but one that was missed would never be found. An answer that is late once is no trouble. */
    private void onInventoryFailed(Trouble why) {
        listsFailed++;
        if (listsFailed > 1 || why.reason() == NodeReason.MALFORMED_ANSWERS) {
            if (inventory.isEmpty()) {
                context.getLog().warn("no inventory of node {}: {}", node, why.sentence());
            }
            inventory = Optional.of(why);
            tellHealth();
        }
    }

    private Behavior<Command> onStreamOpened(StreamOpened command) {
        if (!(command.stream() instanceof EventStream.Open open)) {
            return onEventsGone();
        }
        context.getLog().info("following the events of node {}", node);
        stream = Optional.of(follow(open.events()));
        timesGone = 0;
        timers.startSingleTimer(
                StreamSettled.INSTANCE,
                StreamSettled.INSTANCE,
                settings.nodeTimings().unreachableAfter().dividedBy(2));
        if (!unsettled) {
            works();
        }
        return Behaviors.same();
    }

    /** An inventory tells what the events told; an agent that lacks even those behind its inventory is in trouble. */
    private Behavior<Command> onEventsGone() {
        streaming = false;
        lastEvent = Optional.empty();
        forgotten = true;
        timesGone++;
        if (timesGone > 1) {
            connectLater(new Trouble(
                    NodeReason.MALFORMED_ANSWERS, "its agent has no events from where its own list ends", false));
        } else {
            list();
        }
        return Behaviors.same();
    }

    /** An agent whose last stream broke at once, or could not be read, is not well by opening another. */
    private Behavior<Command> onStreamSettled() {
        if (stream.isPresent()) {
            unsettled = false;
            works();
        }
        return Behaviors.same();
    }

    private void works() {
        connection = Optional.empty();
        connectAttempts = 0;
        tellHealth();
        isThere();
    }

    private UniqueKillSwitch follow(Source<AgentEvent, NotUsed> events) {
        ActorRef<Command> self = context.getSelf();
        // The switch is behind the hand-over, so that an event nobody handles any more does not hold the stream open.
        var running = events.mapAsync(1, event -> {
                    CompletableFuture<Done> handled = new CompletableFuture<>();
                    self.tell(new EventArrived(event, handled));
                    return handled;
                })
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.ignore(), Keep.both())
                .run(context.getSystem());
        // A stream's own future calls back on a thread of the common pool; the link is told on the system's.
        context.pipeToSelf(
                running.second().thenApplyAsync(done -> done, context.getExecutionContext()),
                (done, failure) -> new StreamEnded(Optional.ofNullable(failure)));
        return running.first();
    }

    private Behavior<Command> onEventArrived(EventArrived command) {
        lastEvent = Optional.of(command.event().id());
        if (listing) {
            newsSinceListing.add(command.event().report().workloadId());
        }
        term.tell(new NodeNews.Seen(node, command.event().report()));
        command.handled().complete(Done.getInstance());
        return Behaviors.same();
    }

    /** An event that cannot be read is passed over: a complete inventory tells what it told. */
    private Behavior<Command> onStreamEnded(StreamEnded command) {
        streaming = false;
        unsettled |= stream.isPresent() && timers.isTimerActive(StreamSettled.INSTANCE);
        stream = Optional.empty();
        timers.cancel(StreamSettled.INSTANCE);
        Trouble trouble = command.cause()
                .map(cause -> Trouble.of(cause, facts))
                .orElseGet(
                        () -> new Trouble(NodeReason.UNREACHABLE, "its agent has closed the stream of events", false));
        if (trouble.reason() == NodeReason.MALFORMED_ANSWERS) {
            unsettled = true;
            lastEvent = Optional.empty();
        }
        connectLater(trouble);
        return Behaviors.same();
    }

    private void connectLater(Trouble why) {
        connectAttempts++;
        Duration delay = settings.agentRetry(connectAttempts);
        if (connection.filter(why::equals).isEmpty()) {
            context.getLog().warn("no events from node {}: {}", node, why.sentence());
        }
        trouble(why);
        timers.startSingleTimer(Connect.INSTANCE, Connect.INSTANCE, delay);
    }

    private void trouble(Trouble why) {
        connection = Optional.of(why);
        tellHealth();
        tellOfDelay();
    }

    private Behavior<Command> onTakeLogs(TakeLogs command) {
        context.pipeToSelf(
                logTail.of(environment.agents(), facts, command.id(), context.getSystem()),
                (tail, failure) -> new LogsEnded(Optional.ofNullable(tail), command.taken()));
        return Behaviors.same();
    }

    private Behavior<Command> onLogsEnded(LogsEnded command) {
        command.tail().ifPresent(command.taken());
        return Behaviors.same();
    }

    private Behavior<Command> onStopped() {
        closeStream();
        tellWaiters();
        return Behaviors.same();
    }

    /** Each change once. */
    private void tellHealth() {
        Optional<NodeActor.Command> health = trouble()
                .<NodeActor.Command>map(why -> new NodeActor.CallsFail(why.reason(), why.sentence()))
                .or(() -> stream.isPresent() ? Optional.of(NodeActor.CallsWork.INSTANCE) : Optional.empty());
        if (health.isPresent() && !health.equals(told)) {
            told = health;
            givingUp = givingUp && trouble().isPresent();
            writer.ifPresent(writer -> writer.tell(health.get()));
        }
    }

    private void closeStream() {
        stream.ifPresent(UniqueKillSwitch::shutdown);
    }

    private void tellWaiters() {
        inventoryWaiters.forEach(monitor -> monitor.tell(new WorkloadMonitor.Done(node)));
        inventoryWaiters.clear();
    }
}
