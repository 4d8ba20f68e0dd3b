package dev.persys.scheduler.placement;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.Explanation;
import dev.persys.api.NodeView;
import dev.persys.api.Page;
import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.HostPort;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.placement.ClusterView;
import dev.persys.placement.Decision;
import dev.persys.placement.NodeOffer;
import dev.persys.placement.Placement;
import dev.persys.placement.PlacementRequest;
import dev.persys.placement.ScorePolicy;
import dev.persys.placement.Veto;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.Ticker;
import dev.persys.scheduler.record.Stored;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Owns the {@link ClusterView}: answers where a workload goes and reserves it there in the same breath, and remembers
 * those that fit nowhere until something changes.
 */
public final class PlacementActor {
    public sealed interface Command {}

    /**
     * Where to put {@code workload}; answered now, and where that is nowhere, again the moment a node fits. Takes the
     * place of whatever was asked or reserved for the workload before.
     *
     * @param answer takes each answer, and hands it on at once
     */
    public record Find(Workload workload, Optional<NodeId> preferred, Consumer<WorkloadSignal> answer)
            implements Command {}

    /**
     * Whether {@code workload}, which holds a reservation on its node, can hold there what it would now: answered with
     * what is in the way, and where that is nothing, reserved.
     *
     * @param mayMove whether it is reserved on another node where something is in the way, and stays reserved here until
     *     {@link Hold} says where it is
     */
    public record Exchange(Workload workload, boolean mayMove, Consumer<Exchanged> answer) implements Command {}

    /**
     * What became of it.
     *
     * @param vetoes what is in the way on its node
     * @param elsewhere the other node where it is reserved
     * @param other what is in the way on the others, where that was asked
     */
    public record Exchanged(
            List<Veto> vetoes, Optional<WorkloadSignal.Placed> elsewhere, Optional<PlacementSummary> other) {
        /** Nothing is in the way. */
        public static final Exchanged HERE = new Exchanged(List.of(), Optional.empty(), Optional.empty());

        public Exchanged {
            vetoes = List.copyOf(vetoes);
        }
    }

    /** The workload holds what it says on its node, and no more. */
    public record Hold(Workload workload) implements Command {}

    /** A start on the node was refused because something that is no workload has that port of it. */
    public record AvoidPort(NodeId node, HostPort port) implements Command {}

    /** These hold and want nothing any more. */
    public record Release(List<WorkloadId> ids) implements Command {}

    public record NodeChanged(Node node) implements Command {}

    public record NodeRemoved(NodeId id) implements Command {}

    public record Explain(WorkloadView workload, ActorRef<Reply<Explanation>> replyTo) implements Command {}

    /** To complete these nodes, known to the leader, with what is reserved on them. */
    public record DescribePage(List<Stored<Node>> nodes, Optional<String> next, ActorRef<Reply<Page<NodeView>>> replyTo)
            implements Command {}

    public record DescribeNode(Stored<Node> node, ActorRef<Reply<NodeView>> replyTo) implements Command {}

    /** To complete the leader's counts with capacities. */
    public record Measure(ClusterMetrics counts, List<Node> nodes, ActorRef<Reply<ClusterMetrics>> replyTo)
            implements Command {}

    private enum Sweep implements Command {
        INSTANCE
    }

    /** A port may have been avoided for long enough. */
    private enum PortsDue implements Command {
        INSTANCE
    }

    /** @param told why it waits, as it was answered last */
    private record Waiting(PlacementRequest request, Find find, PlacementSummary told) {
        /**
         * Whether the reason has become another: not with every figure in it, because each answer is a write for each
         * workload that waits.
         */
        boolean isNews(PlacementSummary why) {
            boolean first = told.nodesConsidered() == 0 && why.nodesConsidered() > 0;
            return first || !why.vetoes().keySet().equals(told.vetoes().keySet());
        }

        Waiting told(PlacementSummary why) {
            return new Waiting(request, find, why);
        }
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final InstantSource clock;
    private final Ticker ticker;
    private final ScorePolicy policy;
    private final SchedulerMetrics metrics;
    private final ClusterView view;
    private final PlacementViews shown;
    private final Map<WorkloadId, Waiting> waiting = new LinkedHashMap<>();
    private boolean sweepDue;

    private PlacementActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ClusterView view,
            ScorePolicy policy,
            InstantSource clock,
            Ticker ticker) {
        this.context = context;
        this.timers = timers;
        this.view = view;
        this.policy = policy;
        this.clock = clock;
        this.ticker = ticker;
        this.metrics = SchedulerMetrics.INSTANCE;
        this.shown = new PlacementViews(view, policy);
    }

    /** Takes over {@code view}, which the caller must not touch any more. */
    public static Behavior<Command> create(ClusterView view, ScorePolicy policy, InstantSource clock, Ticker ticker) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new PlacementActor(context, timers, view, policy, clock, ticker).running()));
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Find.class, this::onFind)
                .onMessage(Exchange.class, this::onExchange)
                .onMessage(Hold.class, this::onHold)
                .onMessage(AvoidPort.class, this::onAvoidPort)
                .onMessage(PortsDue.class, due -> onPortsDue())
                .onMessage(Release.class, this::onRelease)
                .onMessage(NodeChanged.class, this::onNodeChanged)
                .onMessage(NodeRemoved.class, this::onNodeRemoved)
                .onMessage(Explain.class, this::onExplain)
                .onMessage(DescribePage.class, this::onDescribePage)
                .onMessage(DescribeNode.class, this::onDescribeNode)
                .onMessage(Measure.class, this::onMeasure)
                .onMessage(Sweep.class, sweep -> onSweep())
                .build();
    }

    private Behavior<Command> onFind(Find command) {
        waiting.remove(command.workload().id());
        if (view.reservationOf(command.workload().id()).isPresent()) {
            view.release(command.workload().id());
            sweepSoon();
        }
        PlacementRequest request = PlacementRequest.of(command.workload(), command.preferred());
        Decision decision = metrics.timePlacement(() -> Placement.decide(view.offers(), request, policy));
        PlacementSummary summary = decision.summary(clock.instant());
        if (decision instanceof Decision.Placed placed) {
            reserve(command, placed, summary);
        } else {
            waiting.put(command.workload().id(), new Waiting(request, command, summary));
            answer(command, unplaceable(request, summary));
        }
        return Behaviors.same();
    }

    private Behavior<Command> onExchange(Exchange command) {
        Workload workload = command.workload();
        NodeId node = workload.nodeId().orElseThrow();
        PlacementRequest request = PlacementRequest.of(workload, Optional.empty());
        List<Veto> vetoes = view.offerWithout(workload.id(), node)
                .map(offer -> Placement.inPlace(offer, request))
                .orElse(List.of());
        if (vetoes.isEmpty()) {
            view.reserve(workload, node);
            sweepSoon();
            command.answer().accept(Exchanged.HERE);
        } else {
            command.answer()
                    .accept(
                            command.mayMove()
                                    ? elsewhere(workload, node, vetoes)
                                    : new Exchanged(vetoes, Optional.empty(), Optional.empty()));
        }
        return Behaviors.same();
    }

    private Exchanged elsewhere(Workload workload, NodeId node, List<Veto> vetoes) {
        Workload moving = workload.versions()
                .change()
                .map(change -> workload.withChange(change.awayFrom(node)))
                .orElse(workload);
        List<NodeOffer> others = view.offersWithout(workload.id()).stream()
                .filter(offer -> !offer.id().equals(node))
                .toList();
        Decision decision = Placement.decide(others, PlacementRequest.of(moving, Optional.empty()), policy);
        PlacementSummary summary = decision.summary(clock.instant());
        if (!(decision instanceof Decision.Placed placed)) {
            return new Exchanged(vetoes, Optional.empty(), Optional.of(summary));
        }
        view.reserveMove(moving, placed.node());
        return new Exchanged(
                vetoes, Optional.of(new WorkloadSignal.Placed(placed.node(), summary)), Optional.of(summary));
    }

    private Behavior<Command> onHold(Hold command) {
        if (command.workload().holdsReservation()) {
            view.reserve(command.workload(), command.workload().nodeId().orElseThrow());
            sweepSoon();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onAvoidPort(AvoidPort command) {
        view.avoidPort(command.node(), command.port(), ticker.nanos());
        awaitPorts();
        return Behaviors.same();
    }

    private Behavior<Command> onPortsDue() {
        if (view.lapsePorts(ticker.nanos())) {
            sweepSoon();
        }
        awaitPorts();
        return Behaviors.same();
    }

    private Behavior<Command> onRelease(Release command) {
        for (WorkloadId id : command.ids()) {
            waiting.remove(id);
            view.release(id);
        }
        sweepSoon();
        return Behaviors.same();
    }

    private Behavior<Command> onNodeChanged(NodeChanged command) {
        if (view.put(command.node())) {
            sweepSoon();
        }
        return Behaviors.same();
    }

    private Behavior<Command> onNodeRemoved(NodeRemoved command) {
        view.remove(command.id());
        sweepSoon();
        return Behaviors.same();
    }

    /** Looks once more at everything that waits, oldest first; what wants the same as one that just failed fails alike. */
    private Behavior<Command> onSweep() {
        sweepDue = false;
        Map<Object, PlacementSummary> hopeless = new HashMap<>();
        for (Iterator<Map.Entry<WorkloadId, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<WorkloadId, Waiting> entry = all.next();
            Waiting one = entry.getValue();
            Object shape = shape(one.request());
            if (!hopeless.containsKey(shape)) {
                Decision decision = Placement.decide(view.offers(), one.request(), policy);
                if (decision instanceof Decision.Placed placed) {
                    all.remove();
                    reserve(one.find(), placed, decision.summary(clock.instant()));
                    continue;
                }
                hopeless.put(shape, decision.summary(clock.instant()));
            }
            PlacementSummary why = hopeless.get(shape);
            if (one.isNews(why)) {
                entry.setValue(one.told(why));
                answer(one.find(), unplaceable(one.request(), why));
            }
        }
        return Behaviors.same();
    }

    private Behavior<Command> onExplain(Explain command) {
        command.replyTo().tell(new Reply.Ok<>(shown.explained(command.workload(), clock.instant())));
        return Behaviors.same();
    }

    private Behavior<Command> onDescribePage(DescribePage command) {
        List<NodeView> views = command.nodes().stream().map(shown::described).toList();
        command.replyTo().tell(new Reply.Ok<>(new Page<>(views, command.next())));
        return Behaviors.same();
    }

    private Behavior<Command> onDescribeNode(DescribeNode command) {
        command.replyTo().tell(new Reply.Ok<>(shown.described(command.node())));
        return Behaviors.same();
    }

    private Behavior<Command> onMeasure(Measure command) {
        command.replyTo().tell(new Reply.Ok<>(shown.measured(command.counts(), command.nodes())));
        return Behaviors.same();
    }

    private WorkloadSignal.Unplaceable unplaceable(PlacementRequest request, PlacementSummary why) {
        return new WorkloadSignal.Unplaceable(why, view.nextTry(request, ticker.nanos()));
    }

    /** A timer may be early by the ticker: then it is set once more. */
    private void awaitPorts() {
        view.portsLapseIn(ticker.nanos())
                .ifPresent(left -> timers.startSingleTimer(PortsDue.INSTANCE, PortsDue.INSTANCE, left));
    }

    private void reserve(Find find, Decision.Placed placed, PlacementSummary summary) {
        view.reserve(find.workload(), placed.node());
        answer(find, new WorkloadSignal.Placed(placed.node(), summary));
    }

    private static void answer(Find find, WorkloadSignal signal) {
        find.answer().accept(signal);
    }

    private void sweepSoon() {
        if (!sweepDue && !waiting.isEmpty()) {
            sweepDue = true;
            context.getSelf().tell(Sweep.INSTANCE);
        }
    }

    /** What makes two requests fail alike. */
    private static Object shape(PlacementRequest request) {
        return List.of(request.type(), request.resources(), request.hostPorts(), request.constraints());
    }
}
