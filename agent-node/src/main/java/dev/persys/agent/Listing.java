package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.api.ContainerList;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Foreign;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerStatus;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.RuntimeFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/**
 * Answers one request for everything of ours on this node, complete or not at all, and ends. The cursor is taken before
 * the engine is asked, so that whatever changes meanwhile is told again by an event. Of a container that was told of, the
 * last report is taken: only the workload's own actor knows whether one that has ended is started again. Where the engine
 * shows it otherwise, that actor looks again and tells. The rest is inspected.
 */
final class Listing {
    sealed interface Command {}

    private record BoardRead(EventFeed.Board board) implements Command {}

    private record Listed(List<ContainerSummary> containers) implements Command {}

    private record Inspected(ContainerLabels labels, Optional<ContainerState> state) implements Command {}

    private record Failed(RuntimeFailure failure) implements Command {}

    private final ActorContext<Command> context;
    private final ContainerRuntime runtime;
    private final ActorRef<ContainerManager.Command> manager;
    private final Map<String, String> labels;
    private final Optional<ClusterId> cluster;
    private final int parallelism;
    private final ActorRef<ListReply> replyTo;
    private final Queue<ContainerSummary> toInspect = new ArrayDeque<>();
    private final Map<WorkloadId, ContainerReport> containers = new LinkedHashMap<>();
    private final Map<ClusterId, Integer> foreign = new TreeMap<>(Comparator.comparing(ClusterId::value));
    private EventFeed.Board board = new EventFeed.Board("", Map.of());
    private int inspecting;

    private Listing(
            ActorContext<Command> context,
            ContainerRuntime runtime,
            ActorRef<ContainerManager.Command> manager,
            Map<String, String> labels,
            Optional<ClusterId> cluster,
            int parallelism,
            ActorRef<ListReply> replyTo) {
        this.context = context;
        this.runtime = runtime;
        this.manager = manager;
        this.labels = labels;
        this.cluster = cluster;
        this.parallelism = parallelism;
        this.replyTo = replyTo;
    }

    /**
     * @param labels of the containers to list
     * @param cluster of which they have to be, where that is known: others are counted
     * @param parallelism inspections under way at once
     */
    static Behavior<Command> create(
            ContainerRuntime runtime,
            ActorRef<EventFeed.Command> feed,
            ActorRef<ContainerManager.Command> manager,
            Map<String, String> labels,
            Optional<ClusterId> cluster,
            int parallelism,
            ActorRef<ListReply> replyTo) {
        return Behaviors.setup(context -> {
            feed.tell(new EventFeed.GetBoard(context.messageAdapter(EventFeed.Board.class, BoardRead::new)));
            return new Listing(context, runtime, manager, labels, cluster, parallelism, replyTo).listing();
        });
    }

    private Behavior<Command> listing() {
        return Behaviors.receive(Command.class)
                .onMessage(BoardRead.class, this::onBoardRead)
                .onMessage(Listed.class, this::onListed)
                .onMessage(Inspected.class, this::onInspected)
                .onMessage(Failed.class, this::onFailed)
                .build();
    }

    private Behavior<Command> onBoardRead(BoardRead command) {
        board = command.board();
        context.pipeToSelf(
                runtime.list(labels),
                (found, failure) -> failure == null ? new Listed(found) : new Failed(RuntimeFailure.from(failure)));
        return Behaviors.same();
    }

    private Behavior<Command> onListed(Listed command) {
        for (ContainerSummary container : command.containers()) {
            ContainerLabels.parse(container.labels()).ifPresent(known -> {
                if (cluster.filter(ours -> !ours.equals(known.clusterId())).isPresent()) {
                    foreign.merge(known.clusterId(), 1, Integer::sum);
                    return;
                }
                ContainerReport last = board.latest().get(known.workloadId());
                if (last != null
                        && last.containerId().filter(container.id()::equals).isPresent()) {
                    if (!isShownBy(container, last)) {
                        manager.tell(new ContainerManager.LookAgain(last.workloadId()));
                    }
                    add(last);
                } else {
                    toInspect.add(container);
                }
            });
        }
        return next();
    }

    private Behavior<Command> onInspected(Inspected command) {
        inspecting--;
        // Gone since it was listed: then it is not there, and an event tells so.
        command.state().ifPresent(state -> add(Reports.of(command.labels(), state, false)));
        return next();
    }

    private Behavior<Command> onFailed(Failed command) {
        replyTo.tell(new ListReply.Unavailable(command.failure().getMessage()));
        return Behaviors.stopped();
    }

    private Behavior<Command> next() {
        while (inspecting < parallelism && !toInspect.isEmpty()) {
            inspecting++;
            ContainerSummary container = toInspect.remove();
            ContainerLabels known = ContainerLabels.parse(container.labels()).orElseThrow();
            context.pipeToSelf(
                    runtime.inspect(container.id()),
                    (state, failure) ->
                            failure == null ? new Inspected(known, state) : new Failed(RuntimeFailure.from(failure)));
        }
        if (inspecting > 0) {
            return Behaviors.same();
        }
        List<Foreign> others = foreign.entrySet().stream()
                .map(each -> new Foreign(each.getKey(), each.getValue()))
                .toList();
        replyTo.tell(new ListReply.Containers(
                new ContainerList(board.cursor(), new ArrayList<>(containers.values()), orders(), others)));
        return Behaviors.stopped();
    }

    /** Where a workload has two, the newer one counts. */
    private void add(ContainerReport report) {
        containers.merge(
                report.workloadId(),
                report,
                (known, other) -> known.generation().isOlderThan(other.generation()) ? other : known);
    }

    private List<ContainerReport> orders() {
        return board.latest().values().stream()
                .filter(report -> report.containerId().isEmpty())
                .filter(report -> {
                    ContainerReport container = containers.get(report.workloadId());
                    return container == null || container.generation().isOlderThan(report.generation());
                })
                .toList();
    }

    /** Whether what was told is what the engine shows, where it is about the container itself and not about an order. */
    private static boolean isShownBy(ContainerSummary container, ContainerReport last) {
        if (container.status() == ContainerStatus.UNKNOWN) {
            return false;
        }
        ContainerPhase shown = Reports.phase(last.workloadId(), container.name(), container.status());
        return switch (last.phase()) {
            case STARTING, START_REFUSED, UNUSABLE -> !shown.isLive();
            case RESTARTING -> shown == ContainerPhase.EXITED || shown == ContainerPhase.RESTARTING;
            default -> shown == last.phase();
        };
    }
}
