package dev.persys.scheduler.reads;

import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import java.time.Instant;

/**
 * Where a list of workloads goes on: behind this one. Older ones come first.
 *
 * @param createdAt the workload's
 */
record Place(Instant createdAt, WorkloadId id) implements Comparable<Place> {
    static Place of(Workload workload) {
        return new Place(workload.createdAt(), workload.id());
    }

    /** Whether {@code text} is one in writing. */
    static boolean isOne(String text) {
        String[] parts = text.split("\\.", 3);
        return parts.length == 3
                && parts[0].matches("\\d{1,11}")
                && parts[1].matches("\\d{1,9}")
                && WorkloadId.isCanonical(parts[2]);
    }

    /** From what {@link #toString} wrote. */
    static Place parse(String text) {
        String[] parts = text.split("\\.", 3);
        return new Place(
                Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1])), WorkloadId.of(parts[2]));
    }

    @Override
    public int compareTo(Place other) {
        int byAge = createdAt.compareTo(other.createdAt);
        return byAge != 0 ? byAge : id.compareTo(other.id);
    }

    @Override
    public String toString() {
        return createdAt.getEpochSecond() + "." + createdAt.getNano() + "." + id;
    }
}
