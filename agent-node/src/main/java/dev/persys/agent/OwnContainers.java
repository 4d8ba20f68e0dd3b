package dev.persys.agent;

import akka.Done;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.Ownership;
import dev.persys.runtime.RuntimeSignal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A container runtime on which only containers that are ours ({@link Ownership}) have our labels. Lists and events leave
 * out those that merely carry them, and an inspection shows such a one without, so that whoever looks at labels before
 * touching a container leaves it alone.
 *
 * <p>Safe for use by many threads: it remembers which containers were seen under their own name, as long as they are
 * there, so that one which somebody renames meanwhile stays ours, and when their runs began and ended.
 */
final class OwnContainers extends ForwardingRuntime {
    private final NodeId node;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Map<String, RunTimes> runs = new ConcurrentHashMap<>();
    private final Map<WorkloadId, ContainerState> newest = new ConcurrentHashMap<>();

    OwnContainers(ContainerRuntime runtime, NodeId node) {
        super(runtime);
        this.node = node;
    }

    @Override
    public CompletionStage<Optional<ContainerState>> inspect(String containerIdOrName) {
        return runtime.inspect(containerIdOrName).thenApply(found -> {
            if (found.isEmpty()) {
                forget(containerIdOrName);
            }
            return found.map(state -> {
                if (isForeign(state)) {
                    return state.withLabels(withoutOurs(state.labels()));
                }
                runs.compute(state.id(), (id, before) -> RunTimes.of(state, Optional.ofNullable(before)));
                remember(state);
                return state;
            });
        });
    }

    @Override
    public CompletionStage<List<ContainerSummary>> list(Map<String, String> labels) {
        Set<String> knownBefore = Set.copyOf(known);
        return runtime.list(labels).thenApply(found -> {
            if (labels.keySet().equals(Set.of(ContainerLabels.NODE))) {
                // All that there are: what is not among them is gone, and not only here.
                Set<String> there = found.stream().map(ContainerSummary::id).collect(Collectors.toSet());
                knownBefore.stream().filter(id -> !there.contains(id)).forEach(this::forget);
            }
            return found.stream().filter(container -> !isForeign(container)).toList();
        });
    }

    @Override
    public Watch watch(Map<String, String> labels, Optional<Instant> since, Consumer<RuntimeSignal> listener) {
        return runtime.watch(labels, since, signal -> {
            if (!(signal instanceof RuntimeSignal.Happened event)) {
                listener.accept(signal);
            } else if (Ownership.mayBe(node, event, known.contains(event.containerId()))) {
                listener.accept(signal);
                if (event.action().equals("destroy")) {
                    forget(event.containerId());
                }
            }
        });
    }

    /**
     * Keeps one of ours that has ended for what it has printed, in the place of the one that was kept before: from now on
     * it is not ours, see {@link Ownership#ofPrevious}.
     */
    CompletionStage<Done> putAside(WorkloadId workload, String containerId) {
        return removePrevious(workload)
                .thenCompose(done -> runtime.rename(containerId, Ownership.previousName(workload)))
                .thenApply(done -> {
                    forget(containerId);
                    return done;
                });
    }

    /**
     * The newest container of a workload as it was inspected last; empty where none was. Whoever acts on it has to find out
     * whether that is how it is now.
     */
    Optional<ContainerState> lastSeen(WorkloadId workload) {
        return Optional.ofNullable(newest.get(workload));
    }

    private void remember(ContainerState state) {
        ContainerLabels.parse(state.labels())
                .filter(labels -> labels.nodeId().equals(node))
                .ifPresent(labels -> newest.compute(
                        labels.workloadId(),
                        (id, before) -> before != null && isOlder(labels, before) ? before : state));
    }

    private static boolean isOlder(ContainerLabels labels, ContainerState than) {
        return ContainerLabels.parse(than.labels())
                .filter(known -> labels.generation().isOlderThan(known.generation()))
                .isPresent();
    }

    /** When the runs of a container that was inspected began and ended. */
    RunTimes runs(ContainerState state) {
        return RunTimes.of(state, Optional.ofNullable(runs.get(state.id())));
    }

    /** The container that was put aside last; empty where none is kept. */
    CompletionStage<Optional<ContainerState>> previous(WorkloadId workload) {
        return runtime.inspect(Ownership.previousName(workload))
                .thenApply(found -> found.filter(state -> Ownership.ofPrevious(node, state)
                        .filter(labels -> labels.workloadId().equals(workload))
                        .isPresent()));
    }

    /** What was put aside goes; nothing happens where nothing is kept. */
    CompletionStage<Done> removePrevious(WorkloadId workload) {
        return previous(workload)
                .thenCompose(found -> found.map(state -> runtime.remove(state.id()))
                        .orElseGet(() -> CompletableFuture.completedStage(Done.done())));
    }

    /** Whether it carries this node's labels and is not ours; one that is ours is remembered. */
    private boolean isForeign(Ownership.Traits container) {
        if (Ownership.of(node, container, known.contains(container.id())).isPresent()) {
            known.add(container.id());
            return false;
        }
        return ContainerLabels.parse(container.labels())
                .filter(labels -> labels.nodeId().equals(node))
                .isPresent();
    }

    private void forget(String containerId) {
        known.remove(containerId);
        runs.remove(containerId);
        newest.values().removeIf(state -> state.id().equals(containerId));
    }

    private static Map<String, String> withoutOurs(Map<String, String> labels) {
        return labels.entrySet().stream()
                .filter(label -> !ContainerLabels.isOurs(label.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Override
    public CompletionStage<String> create(ContainerSpec spec) {
        return runtime.create(spec).thenApply(id -> {
            known.add(id);
            runs.put(id, RunTimes.NONE);
            return id;
        });
    }
}
