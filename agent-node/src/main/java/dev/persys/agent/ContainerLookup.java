package dev.persys.agent;

import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Finds a container of ours by what people and schedulers call it. Keeps no state. */
final class ContainerLookup {
    private final OwnContainers runtime;

    ContainerLookup(OwnContainers runtime) {
        this.runtime = runtime;
    }

    /**
     * The container as it is now; fails as the engine does.
     *
     * @param container a workload's id, of which the newest container is meant, or the engine's id of one, whole or the
     *     beginning of it
     * @param ours labels that the container has to have
     */
    CompletionStage<Optional<ContainerState>> find(String container, Map<String, String> ours) {
        return WorkloadId.isCanonical(container) ? newest(container, ours) : byId(container, ours);
    }

    /** As it was seen last, without asking the engine; empty where that is not known. */
    Optional<ContainerState> lastSeen(String container, Map<String, String> ours) {
        return WorkloadId.isCanonical(container)
                ? runtime.lastSeen(WorkloadId.of(container))
                        .filter(state -> state.labels().entrySet().containsAll(ours.entrySet()))
                : Optional.empty();
    }

    private CompletionStage<Optional<ContainerState>> newest(String workloadId, Map<String, String> ours) {
        Map<String, String> labels = new HashMap<>(ours);
        labels.put(ContainerLabels.WORKLOAD_ID, workloadId);
        return runtime.list(labels)
                .thenCompose(found -> newest(found)
                        .map(runtime::inspect)
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
    }

    /** The engine takes names and any beginning of an id too; only what was asked for counts. */
    private CompletionStage<Optional<ContainerState>> byId(String containerId, Map<String, String> ours) {
        return runtime.inspect(containerId)
                .thenApply(found -> found.filter(state -> state.id().startsWith(containerId))
                        .filter(state -> state.labels().entrySet().containsAll(ours.entrySet())));
    }

    private static Optional<String> newest(List<ContainerSummary> found) {
        Function<ContainerSummary, Optional<ContainerLabels>> labels =
                container -> ContainerLabels.parse(container.labels());
        return found.stream()
                .filter(container -> labels.apply(container).isPresent())
                .max(Comparator.comparing(
                        container -> labels.apply(container).orElseThrow().generation()))
                .map(ContainerSummary::id);
    }
}
