package dev.persys.protocol;

import dev.persys.model.WorkloadId;
import java.util.List;

/** How the scheduler answers a request. Closed, so that every route has to say what each outcome looks like. */
public sealed interface Reply<T> {
    record Ok<T>(T value) implements Reply<T> {}

    /**
     * There is no such thing.
     *
     * @param kind {@code workload} or {@code node}
     */
    record NotFound<T>(String kind, String reference) implements Reply<T> {}

    /** The name or prefix fits several workloads. */
    record Ambiguous<T>(String reference, List<WorkloadId> candidates) implements Reply<T> {
        public Ambiguous {
            candidates = List.copyOf(candidates);
        }
    }

    /** It is not at the revision that the request was made for; nothing was changed. */
    record PreconditionFailed<T>(long currentRevision) implements Reply<T> {}

    /**
     * It cannot be done as things stand; nothing was changed.
     *
     * @param type a stable word
     * @param detail what is in the way and what to do next
     */
    record Conflict<T>(String type, String detail) implements Reply<T> {}

    /** It cannot be answered at the moment: no leader yet, the store is away, or too much is waiting. */
    record Unavailable<T>(String detail) implements Reply<T> {}
}
