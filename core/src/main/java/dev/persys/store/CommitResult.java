package dev.persys.store;

import dev.persys.model.Epoch;
import java.util.List;

/** How a commit ended, where that is known. */
public sealed interface CommitResult {
    /**
     * All changes are durable.
     *
     * @param revision at which every changed key now stands
     */
    record Committed(long revision) implements CommitResult {}

    /**
     * Nothing was written, because a key was not at the revision expected.
     *
     * @param current the entries of this commit's keys as they stand; keys that do not exist are left out
     */
    record Conflict(List<Entry> current) implements CommitResult {
        public Conflict {
            current = List.copyOf(current);
        }
    }

    /** Nothing was written, because another leader has taken over. */
    record Fenced(Epoch current) implements CommitResult {}
}
