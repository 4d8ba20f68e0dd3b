package dev.persys.protocol;

import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadStatus;
import dev.persys.store.StoreTrouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How the scheduler answers a request. Closed, so that every route has to say what each outcome looks like. */
public sealed interface Reply<T> {
    record Ok<T>(T value) implements Reply<T> {}

    /**
     * There is no such thing.
     *
     * @param kind {@code workload} or {@code node}
     */
    record NotFound<T>(String kind, String reference) implements Reply<T> {}

    /**
     * The name or prefix fits several workloads.
     *
     * @param candidates some of them, {@link #MAX_CANDIDATES} at most
     * @param fitting how many there are
     */
    record Ambiguous<T>(String reference, List<Candidate> candidates, int fitting) implements Reply<T> {
        /** More than these nobody reads. */
        public static final int MAX_CANDIDATES = 20;

        public Ambiguous {
            candidates = List.copyOf(candidates);
        }
    }

    /** A workload that has the name exists or is about to, and the request is only for where none does. */
    record NameTaken<T>(Candidate holder) implements Reply<T> {}

    /** What tells one workload from another of its name. */
    record Candidate(WorkloadId id, String name, WorkloadStatus status, Instant createdAt) {
        public static Candidate of(Workload workload) {
            return new Candidate(workload.id(), workload.spec().name(), workload.status(), workload.createdAt());
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

    /**
     * It cannot be answered at the moment: no leader yet, the store is away, or too much is waiting.
     *
     * @param trouble of the store, where that is why: asking again is of no use before it is over
     */
    record Unavailable<T>(String detail, Optional<StoreTrouble> trouble) implements Reply<T> {
        /** Asking again may be of use soon. */
        public Unavailable(String detail) {
            this(detail, Optional.empty());
        }
    }
}
