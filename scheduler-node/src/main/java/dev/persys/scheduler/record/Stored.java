package dev.persys.scheduler.record;

import dev.persys.store.Change;

/**
 * What a record says, and the revision at which it says so.
 *
 * @param revision {@link Change#ABSENT} before the first commit
 */
public record Stored<T>(T value, long revision) {
    /** Whether there is, or was, such a record in the store. */
    public boolean isWritten() {
        return revision != Change.ABSENT;
    }
}
