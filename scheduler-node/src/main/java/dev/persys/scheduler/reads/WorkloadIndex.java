package dev.persys.scheduler.reads;

import dev.persys.model.Health;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeId;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol.WorkloadFilter;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Workloads by everything that lists of them are asked for by, in each the oldest first. Confined to the leader's term. */
final class WorkloadIndex {
    private static final NavigableSet<Place> NOWHERE = Collections.emptyNavigableSet();

    private final NavigableSet<Place> byAge = new TreeSet<>();
    private final Map<String, NavigableSet<Place>> byName = new HashMap<>();
    private final Map<NodeId, NavigableSet<Place>> byNode = new HashMap<>();
    private final Map<WorkloadStatus, NavigableSet<Place>> byStatus = new EnumMap<>(WorkloadStatus.class);
    private final Map<HealthStatus, Long> byHealth = new EnumMap<>(HealthStatus.class);

    /** A workload came, went or became another. */
    void change(Optional<Workload> before, Optional<Workload> after) {
        before.flatMap(WorkloadIndex::health).ifPresent(status -> byHealth.merge(status, -1L, Long::sum));
        after.flatMap(WorkloadIndex::health).ifPresent(status -> byHealth.merge(status, 1L, Long::sum));
        if (after.isPresent()) {
            byAge.add(Place.of(after.get()));
        } else {
            before.map(Place::of).ifPresent(byAge::remove);
        }
        after.or(() -> before).map(Place::of).ifPresent(place -> {
            move(
                    byName,
                    before.map(it -> it.spec().name()),
                    after.map(it -> it.spec().name()),
                    place);
            move(byNode, before.flatMap(Workload::nodeId), after.flatMap(Workload::nodeId), place);
            move(byStatus, before.map(Workload::status), after.map(Workload::status), place);
        });
    }

    private static <K> void move(
            Map<K, NavigableSet<Place>> index, Optional<K> before, Optional<K> after, Place place) {
        if (before.equals(after)) {
            return;
        }
        before.ifPresent(key -> {
            NavigableSet<Place> places = index.get(key);
            places.remove(place);
            if (places.isEmpty()) {
                index.remove(key);
            }
        });
        after.ifPresent(
                key -> index.computeIfAbsent(key, first -> new TreeSet<>()).add(place));
    }

    Stream<WorkloadId> named(String name) {
        return ids(byName.getOrDefault(name, NOWHERE));
    }

    Stream<WorkloadId> placedOn(NodeId node) {
        return ids(byNode.getOrDefault(node, NOWHERE));
    }

    Map<WorkloadStatus, Long> counts() {
        Map<WorkloadStatus, Long> counts = new EnumMap<>(WorkloadStatus.class);
        byStatus.forEach((status, places) -> counts.put(status, (long) places.size()));
        return counts;
    }

    Map<HealthStatus, Long> healthCounts() {
        return Map.copyOf(byHealth);
    }

    private static Optional<HealthStatus> health(Workload workload) {
        return workload.observed().health().map(Health::status);
    }

    /** All behind {@code after} that may pass {@code filter}, by the index that leaves the fewest. */
    Stream<WorkloadId> candidates(WorkloadFilter filter, Optional<Place> after) {
        NavigableSet<Place> fewest = Stream.of(
                        filter.name().map(name -> byName.getOrDefault(name, NOWHERE)),
                        filter.node().map(node -> byNode.getOrDefault(node, NOWHERE)),
                        filter.status().map(status -> byStatus.getOrDefault(status, NOWHERE)))
                .flatMap(Optional::stream)
                .min(Comparator.comparingInt(NavigableSet::size))
                .orElse(byAge);
        return ids(after.map(place -> fewest.tailSet(place, false)).orElse(fewest));
    }

    private static Stream<WorkloadId> ids(NavigableSet<Place> places) {
        return places.stream().map(Place::id);
    }
}
