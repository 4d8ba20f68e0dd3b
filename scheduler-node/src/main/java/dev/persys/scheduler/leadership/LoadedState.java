package dev.persys.scheduler.leadership;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.RecordJson;
import dev.persys.model.Node;
import dev.persys.placement.ClusterView;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a leader finds in the store when it takes over. */
record LoadedState(List<LoadedNode> nodes, List<WorkloadActor.Versioned> workloads, List<Entry> events) {
    record LoadedNode(Node node, long revision) {}

    /** A record is not what this version writes: nothing may be decided without it. */
    static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    LoadedState {
        nodes = List.copyOf(nodes);
        workloads = List.copyOf(workloads);
        events = List.copyOf(events);
    }

    /** Fails with {@link UnreadableException} that names the key, where a record cannot be read. */
    static LoadedState of(Snapshot snapshot) {
        return new LoadedState(
                snapshot.under(Keys.NODES).stream()
                        .map(entry -> new LoadedNode(read(entry, RecordJson::node), entry.revision()))
                        .toList(),
                snapshot.under(Keys.WORKLOADS).stream()
                        .map(LoadedState::versioned)
                        .toList(),
                snapshot.under(Keys.EVENTS));
    }

    /** The one workload that {@code entries} are of, where there is one; fails as {@link #of(Snapshot)} does. */
    static Optional<WorkloadActor.Versioned> workload(List<Entry> entries) {
        return entries.stream().findFirst().map(LoadedState::versioned);
    }

    private static WorkloadActor.Versioned versioned(Entry entry) {
        return new WorkloadActor.Versioned(read(entry, RecordJson::workload), entry.revision());
    }

    /** Nodes and reservations as the records have them. */
    ClusterView clusterView() {
        ClusterView view = new ClusterView();
        nodes.forEach(loaded -> view.put(loaded.node()));
        workloads.stream()
                .map(WorkloadActor.Versioned::workload)
                .filter(workload -> workload.holdsReservation())
                .forEach(workload -> view.reserve(workload, workload.nodeId().orElseThrow()));
        return view;
    }

    private static <T> T read(Entry entry, Function<JsonNode, T> reader) {
        try {
            return reader.apply(Json.MAPPER.readTree(entry.value()));
        } catch (JsonProcessingException | UncheckedIOException | IllegalArgumentException e) {
            throw new UnreadableException(
                    "the record " + entry.key() + " cannot be read; was it written by a newer version?", e);
        }
    }
}
