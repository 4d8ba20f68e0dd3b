package dev.persys.scheduler.leadership;

import dev.persys.api.RecordJson;
import dev.persys.model.Excerpt;
import dev.persys.model.Node;
import dev.persys.model.Workload;
import dev.persys.placement.ClusterView;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.record.Stored;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a leader finds in the store when it takes over.
 *
 * @param revision at which the store stood
 */
record LoadedState(long revision, List<Stored<Node>> nodes, List<Stored<Workload>> workloads, List<Entry> events) {
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
        return of(snapshot.revision(), snapshot.entries());
    }

    /** As {@link #of(Snapshot)}, of some records as they stand now. */
    static LoadedState of(List<Entry> entries) {
        return of(Change.ABSENT, entries);
    }

    private static LoadedState of(long revision, List<Entry> entries) {
        return new LoadedState(
                revision,
                under(Keys.NODES, entries)
                        .map(entry -> stored(entry, RecordJson::node))
                        .toList(),
                under(Keys.WORKLOADS, entries)
                        .map(entry -> stored(entry, LoadedState::workload))
                        .toList(),
                under(Keys.EVENTS, entries).toList());
    }

    /** Records of before hold all that was kept of the output: what is more than the last lines goes with the next write. */
    private static Workload workload(String json) {
        Workload read = RecordJson.workload(json);
        String excerpt = Excerpt.of(read.logs());
        return excerpt.length() == read.logs().length() ? read : read.withLogs(excerpt);
    }

    private static Stream<Entry> under(String prefix, List<Entry> entries) {
        return entries.stream().filter(entry -> entry.key().startsWith(prefix));
    }

    private static <T> Stored<T> stored(Entry entry, Function<String, T> reader) {
        return new Stored<>(read(entry, reader), entry.revision());
    }

    /** The moments at which the records say that something happened, by the clocks of those who led. */
    Stream<Instant> labels() {
        return Stream.concat(
                nodes.stream().map(Stored::value).map(Node::lastHeartbeat),
                workloads.stream()
                        .map(Stored::value)
                        .flatMap(workload -> Stream.of(
                                workload.createdAt(), workload.observed().since())));
    }

    /** Nodes and reservations as the records have them. */
    ClusterView clusterView(SchedulerSettings settings) {
        ClusterView view = new ClusterView(settings.minFreeMemoryPercent());
        nodes.forEach(loaded -> view.put(loaded.value()));
        workloads.stream()
                .map(Stored::value)
                .filter(Workload::holdsReservation)
                .forEach(workload -> view.reserve(workload, workload.nodeId().orElseThrow()));
        return view;
    }

    private static <T> T read(Entry entry, Function<String, T> reader) {
        try {
            return reader.apply(entry.value());
        } catch (UncheckedIOException e) {
            throw new UnreadableException(
                    "the record " + entry.key() + " cannot be read; was it written by a newer version? "
                            + e.getMessage(),
                    e);
        }
    }
}
