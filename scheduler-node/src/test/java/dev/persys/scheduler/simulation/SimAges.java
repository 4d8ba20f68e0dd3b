package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.KEPT_UNTIL_OLD;

import dev.persys.lifecycle.Retention;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How long each workload has ended, by time that passed, and that it is kept as long as the settings say. */
final class SimAges {
    /** Between a look at how many have ended, and what follows from it. */
    private static final Duration OLDEST_LOOK = Duration.ofMinutes(5);

    /** How long a removal may take that nothing disturbs. */
    private static final Duration REMOVAL = Duration.ofMinutes(2);

    /** @param clock by how much the clock was ahead that labelled the end */
    private record End(Retention.Kind kind, long at, Duration clock) {}

    private record Begin(long at, Duration clock) {}

    private final Simulation sim;
    private final Map<WorkloadId, End> ended = new HashMap<>();
    private final Map<String, Begin> terms = new HashMap<>();
    private final Map<Retention.Kind, Long> tooMany = new EnumMap<>(Retention.Kind.class);
    private final Map<WorkloadId, Long> expired = new HashMap<>();
    private final Map<WorkloadId, End> endedBefore = new HashMap<>();

    SimAges(Simulation sim) {
        this.sim = sim;
    }

    /** As they are now they may become again. */
    void backUp() {
        endedBefore.putAll(ended);
    }

    void putBack() {
        ended.clear();
        ended.putAll(endedBefore);
    }

    /** A leader has read the records: its term begins. */
    void loaded(SimProcess by) {
        terms.put(by.name(), new Begin(sim.now(), by.clockAhead()));
    }

    /**
     * Whether {@code by} has {@code was} go as one that is kept no longer. Where nobody has asked for it, what has ended has
     * to be old, or one of too many.
     */
    boolean isExpiry(SimProcess by, Workload was, boolean unasked) {
        Optional<Retention.Kind> kind = Retention.Kind.of(was);
        if (kind.isEmpty()) {
            return false;
        }
        Retention.Limits limits = sim.settings().retention().limits(kind.get());
        End end = ended.get(was.id());
        Duration age = Duration.ofNanos(sim.now() - end.at()).plus(gained(terms.get(by.name()), end));
        boolean isOld =
                limits.after().filter(limit -> age.compareTo(limit) >= 0).isPresent();
        long looked = sim.now() - tooMany.getOrDefault(kind.get(), Long.MIN_VALUE / 2);
        boolean isDue = isOld || looked <= OLDEST_LOOK.toNanos();
        sim.promises()
                .require(
                        isDue || !unasked,
                        KEPT_UNTIL_OLD,
                        was.id(),
                        " is ",
                        was.status(),
                        " since ",
                        Duration.ofNanos(sim.now() - end.at()),
                        " and kept no longer by ",
                        by.name());
        if (isDue) {
            expired.put(was.id(), sim.now());
        }
        return isDue;
    }

    /**
     * A leader that takes over knows an end by its label alone, and nobody tells it how far the clocks were set since; what
     * happens while it leads it measures.
     */
    private static Duration gained(Begin term, End end) {
        Duration gain = term.clock().minus(end.clock());
        return term.at() > end.at() && !gain.isNegative() ? gain : Duration.ZERO;
    }

    /** A record was written. */
    void committed(SimProcess by, Optional<Workload> before, Optional<Workload> after) {
        WorkloadId id = after.or(() -> before).orElseThrow().id();
        Optional<Retention.Kind> kind = after.flatMap(Retention.Kind::of);
        boolean asBefore = before.isPresent()
                && after.filter(next -> next.observed()
                                .since()
                                .equals(before.get().observed().since()))
                        .isPresent();
        if (kind.isEmpty()) {
            ended.remove(id);
        } else if (!asBefore || !ended.containsKey(id)) {
            ended.put(id, new End(kind.get(), sim.now(), by.clockAhead()));
        }
        for (Retention.Kind each : Retention.Kind.values()) {
            long count =
                    ended.values().stream().filter(end -> end.kind() == each).count();
            if (count > sim.settings().retention().limits(each).kept()) {
                tooMany.put(each, sim.now());
            }
        }
    }

    /** Whether that one goes because it is kept no longer. */
    boolean isExpired(WorkloadId id) {
        return expired.containsKey(id);
    }

    /** Whether it is on its way out since a moment ago. */
    boolean isLeaving(WorkloadId id) {
        return sim.now() - expired.getOrDefault(id, Long.MIN_VALUE / 2) <= REMOVAL.toNanos();
    }
}
