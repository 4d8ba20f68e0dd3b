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
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.reconcile.Inventory;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.record.TermMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The conversation with one node's agent: delivers orders until the agent has taken them, follows its events from a
 * complete inventory on, and takes inventories. Keeps one order a workload, the newest, and has a bounded number of them
 * under way; loses nothing that a reconciliation would not find again.
 */
public final class AgentLink {
    public sealed interface Command {}

    public record Deliver(AgentOrder order) implements Command {}

    /** The agent is alive after silence, or says where it can be reached now. */
    record Heard(NodeFacts facts) implements Command {}

    /** To take an inventory for the leader; {@code monitor} hears when that is over, well or not. */
    record TakeInventory(ActorRef<WorkloadMonitor.Command> monitor) implements Command {}

    /** To take the end of the container's output, once; what {@code taken} is not told could not be had. */
    public record TakeLogs(WorkloadId id, Consumer<String> taken) implements Command {}

    private enum Connect implements Command {
        INSTANCE
    }

    private record SendAgain(WorkloadId id) implements Command {}

    private record OrderEnded(AgentOrder order, OrderResult result) implements Command {}

    private record OrderFailed(AgentOrder order, Throwable cause) implements Command {}

    private record Listed(Instant asOf, boolean afresh, ContainerList list) implements Command {}

    private record ListFailed(Throwable cause) implements Command {}

    private record StreamOpened(EventStream stream) implements Command {}

    private record EventArrived(AgentEvent event, CompletableFuture<Done> handled) implements Command {}

    private record StreamEnded(String why) implements Command {}

    private record LogsEnded(Optional<String> tail, Consumer<String> taken) implements Command {}

    private static final class Undelivered {
        AgentOrder order;
        boolean inFlight;
        int attempts;

        Undelivered(AgentOrder order) {
            this.order = order;
        }
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final NodeId node;
    private final SchedulerEnvironment environment;
    private final ActorRef<TermMessage> term;
    private final LogTail logTail;
    private final Map<WorkloadId, Undelivered> orders = new HashMap<>();
    private final List<ActorRef<WorkloadMonitor.Command>> inventoryWaiters = new ArrayList<>();
    private final Set<WorkloadId> newsSinceListing = new HashSet<>();
    private final Set<WorkloadId> queued = new LinkedHashSet<>();
    private int ordersInFlight;
    private boolean ordersFail;
    private NodeFacts facts;
    private boolean listing;
    private boolean forgotten;
    private boolean streaming;
    private int connectAttempts;
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
        this.term = term;
        this.logTail = new LogTail(environment.settings().logTailBytes());
    }

    public static Behavior<Command> create(
            NodeId node, NodeFacts facts, SchedulerEnvironment environment, ActorRef<TermMessage> term) {
        return create(node, facts, environment, term, false);
    }

    /** In the place of a link that failed, and with it orders: its first inventory is looked at without any grace. */
    public static Behavior<Command> createAnew(
            NodeId node, NodeFacts facts, SchedulerEnvironment environment, ActorRef<TermMessage> term) {
        return create(node, facts, environment, term, true);
    }

    private static Behavior<Command> create(
            NodeId node,
            NodeFacts facts,
            SchedulerEnvironment environment,
            ActorRef<TermMessage> term,
            boolean forgotten) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            context.getSelf().tell(Connect.INSTANCE);
            AgentLink link = new AgentLink(context, timers, node, facts, environment, term);
            link.forgotten = forgotten;
            return link.running();
        }));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(SendAgain.class, this::onSendAgain)
                .onMessage(OrderEnded.class, this::onOrderEnded)
                .onMessage(OrderFailed.class, this::onOrderFailed)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Connect.class, command -> onConnect())
                .onMessage(TakeInventory.class, this::onTakeInventory)
                .onMessage(Listed.class, this::onListed)
                .onMessage(ListFailed.class, this::onListFailed)
                .onMessage(StreamOpened.class, this::onStreamOpened)
                .onMessage(EventArrived.class, this::onEventArrived)
                .onMessage(StreamEnded.class, this::onStreamEnded)
                .onMessage(TakeLogs.class, this::onTakeLogs)
                .onMessage(LogsEnded.class, this::onLogsEnded)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onDeliver(Deliver command) {
        AgentOrder order = command.order();
        Undelivered waiting = orders.computeIfAbsent(order.workload(), id -> new Undelivered(order));
        if (order.run().isOlderThan(waiting.order.run())) {
            return Behaviors.same();
        }
        waiting.order = order;
        if (!waiting.inFlight) {
            timers.cancel(order.workload());
            send(waiting);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onSendAgain(SendAgain command) {
        Undelivered waiting = orders.get(command.id());
        if (waiting != null && !waiting.inFlight) {
            send(waiting);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onOrderEnded(OrderEnded command) {
        if (command.result() instanceof OrderResult.Busy busy) {
            return retry(command.order(), busy.detail());
        }
        if (command.result() instanceof OrderResult.Refused refused) {
            onRefused(command.order(), refused);
        }
        ordersFail = false;
        Undelivered waiting = landed(command.order());
        waiting.attempts = 0;
        if (waiting.order.equals(command.order())) {
            orders.remove(command.order().workload());
        } else {
            send(waiting);
        }
        sendQueued();
        return Behaviors.same();
    }

    private void onRefused(AgentOrder order, OrderResult.Refused refused) {
        context.getLog()
                .warn(
                        "node {} refused an order for workload {}: {}: {}",
                        node,
                        order.workload(),
                        refused.type(),
                        refused.detail());
        if (refused.type().equals("stale-epoch")) {
            term.tell(NodeNews.EpochDoubted.INSTANCE);
        }
    }

    private Behavior<Command> onOrderFailed(OrderFailed command) {
        return retry(command.order(), String.valueOf(command.cause().getMessage()));
    }

    /** One line says that the agent takes nothing, however many orders wait for it. */
    private Behavior<Command> retry(AgentOrder order, String why) {
        Undelivered waiting = landed(order);
        waiting.attempts++;
        Duration delay = environment.settings().agentRetry(waiting.attempts);
        String message = "node {} did not take an order for workload {}; again in {} ms: {}";
        if (ordersFail) {
            context.getLog().debug(message, node, order.workload(), delay.toMillis(), why);
        } else {
            context.getLog().warn(message, node, order.workload(), delay.toMillis(), why);
        }
        ordersFail = true;
        timers.startSingleTimer(order.workload(), new SendAgain(order.workload()), delay);
        sendQueued();
        return Behaviors.same();
    }

    private Undelivered landed(AgentOrder order) {
        ordersInFlight--;
        Undelivered waiting = orders.get(order.workload());
        waiting.inFlight = false;
        return waiting;
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
        if (!streaming && lastEvent.isPresent()) {
            timers.cancel(Connect.INSTANCE);
            context.getSelf().tell(Connect.INSTANCE);
        }
        orders.values().stream().filter(waiting -> !waiting.inFlight).forEach(waiting -> {
            timers.cancel(waiting.order.workload());
            send(waiting);
        });
        return Behaviors.same();
    }

    /** Follows from the last event seen, or where there is none, from a complete inventory. */
    private Behavior<Command> onConnect() {
        if (streaming) {
            return Behaviors.same();
        }
        if (lastEvent.isEmpty()) {
            list();
            return Behaviors.same();
        }
        streaming = true;
        context.pipeToSelf(
                environment.agents().events(facts, lastEvent),
                (opened, failure) ->
                        failure == null ? new StreamOpened(opened) : new StreamEnded(failure.getMessage()));
        return Behaviors.same();
    }

    private Behavior<Command> onTakeInventory(TakeInventory command) {
        inventoryWaiters.add(command.monitor());
        list();
        return Behaviors.same();
    }

    private void list() {
        if (listing) {
            return;
        }
        listing = true;
        newsSinceListing.clear();
        Instant asOf = environment.clock().instant();
        boolean afresh = forgotten;
        context.pipeToSelf(
                environment.agents().list(facts),
                (list, failure) -> failure == null ? new Listed(asOf, afresh, list) : new ListFailed(failure));
    }

    private Behavior<Command> onListed(Listed command) {
        listing = false;
        forgotten = forgotten && !command.afresh();
        ContainerList list = command.list();
        Inventory inventory = new Inventory(node, command.asOf(), list.containers(), list.orders(), newsSinceListing);
        // An agent that was started anew knows of no order that was given before, and neither does a link.
        Duration grace =
                command.afresh() ? Duration.ZERO : environment.settings().startGrace();
        term.tell(new NodeNews.InventoryTaken(inventory, grace));
        tellWaiters();
        if (!streaming) {
            lastEvent = Optional.of(list.cursor());
            return onConnect();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onListFailed(ListFailed command) {
        listing = false;
        tellWaiters();
        if (!streaming) {
            connectLater("no inventory: " + command.cause().getMessage());
        }
        return Behaviors.same();
    }

    private Behavior<Command> onStreamOpened(StreamOpened command) {
        if (!(command.stream() instanceof EventStream.Open open)) {
            streaming = false;
            lastEvent = Optional.empty();
            forgotten = true;
            return onConnect();
        }
        connectAttempts = 0;
        context.getLog().info("following the events of node {}", node);
        stream = Optional.of(follow(open.events()));
        return Behaviors.same();
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
                (done, failure) -> new StreamEnded(failure == null ? "the agent closed it" : failure.getMessage()));
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

    private Behavior<Command> onStreamEnded(StreamEnded command) {
        streaming = false;
        stream = Optional.empty();
        connectLater(command.why());
        return Behaviors.same();
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
        return Behaviors.same();
    }

    /** Sends the order, or has it wait until one of those under way has ended. */
    private void send(Undelivered waiting) {
        if (ordersInFlight >= environment.settings().ordersAtOnce()) {
            queued.add(waiting.order.workload());
            return;
        }
        queued.remove(waiting.order.workload());
        ordersInFlight++;
        waiting.inFlight = true;
        AgentOrder order = waiting.order;
        context.pipeToSelf(
                order.send(environment.agents(), facts),
                (result, failure) -> failure == null ? new OrderEnded(order, result) : new OrderFailed(order, failure));
    }

    private void sendQueued() {
        while (!queued.isEmpty() && ordersInFlight < environment.settings().ordersAtOnce()) {
            send(orders.get(queued.iterator().next()));
        }
    }

    private void connectLater(String why) {
        connectAttempts++;
        Duration delay = environment.settings().agentRetry(connectAttempts);
        context.getLog().warn("no events from node {}; again in {} ms: {}", node, delay.toMillis(), why);
        timers.startSingleTimer(Connect.INSTANCE, Connect.INSTANCE, delay);
    }

    private void closeStream() {
        stream.ifPresent(UniqueKillSwitch::shutdown);
    }

    private void tellWaiters() {
        inventoryWaiters.forEach(monitor -> monitor.tell(new WorkloadMonitor.Done(node)));
        inventoryWaiters.clear();
    }
}
