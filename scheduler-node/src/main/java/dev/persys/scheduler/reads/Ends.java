package dev.persys.scheduler.reads;

import dev.persys.lifecycle.Retention;
import dev.persys.lifecycle.Retention.Ended;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The workloads that have ended, by the kind of their end, the oldest end first. Confined to the leader's term. */
final class Ends {
    private static final Comparator<Ended> OLDEST_END_FIRST =
            Comparator.comparing(Ended::agedFrom).thenComparing(Ended::id);

    private final AgeClock ages;
    private final Map<Retention.Kind, NavigableSet<Ended>> byKind = new EnumMap<>(Retention.Kind.class);
    private final Map<WorkloadId, Ended> byId = new HashMap<>();

    /** @param ages by which they grow old */
    Ends(AgeClock ages) {
        this.ages = ages;
        for (Retention.Kind kind : Retention.Kind.values()) {
            byKind.put(kind, new TreeSet<>(OLDEST_END_FIRST));
        }
    }

    /**
     * A workload came, went or became another. What ended before this leader led is as old as its label says; what ends
     * now is new, whatever the wall clock says.
     */
    void change(Optional<Workload> before, Optional<Workload> after, WorkloadId id) {
        Optional<Ended> known = Optional.ofNullable(byId.remove(id));
        known.ifPresent(end -> before.flatMap(Retention.Kind::of)
                .ifPresent(kind -> byKind.get(kind).remove(end)));
        after.ifPresent(workload -> Retention.Kind.of(workload).ifPresent(kind -> {
            Instant since = workload.observed().since();
            Instant agedFrom = known.filter(end -> end.since().equals(since))
                    .map(Ended::agedFrom)
                    .orElseGet(() -> before.isPresent() ? ages.now() : ages.endedBefore(since));
            Ended end = new Ended(id, since, agedFrom);
            byId.put(id, end);
            byKind.get(kind).add(end);
        }));
    }

    Collection<Ended> of(Retention.Kind kind) {
        return byKind.get(kind);
    }
}
