package dev.persys.scheduler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.RecordJson;
import dev.persys.model.Node;
import dev.persys.placement.ClusterView;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/** What a leader finds in the store when it takes over. */
record LoadedState(List<LoadedNode> nodes, List<WorkloadActor.Versioned> workloads, List<Entry> events) {
    record LoadedNode(Node node, long revision) {}

    LoadedState {
        nodes = List.copyOf(nodes);
        workloads = List.copyOf(workloads);
        events = List.copyOf(events);
    }

    /** Fails with {@link IllegalStateException} that names the key, where a record cannot be read. */
    static LoadedState of(Snapshot snapshot) {
        return new LoadedState(
                snapshot.under(Keys.NODES).stream()
                        .map(entry -> new LoadedNode(read(entry, RecordJson::node), entry.revision()))
                        .toList(),
                snapshot.under(Keys.WORKLOADS).stream()
                        .map(entry -> new WorkloadActor.Versioned(read(entry, RecordJson::workload), entry.revision()))
                        .toList(),
                snapshot.under(Keys.EVENTS));
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
            throw new IllegalStateException(
                    "the record " + entry.key() + " cannot be read; was it written by a newer version?", e);
        }
    }
}
