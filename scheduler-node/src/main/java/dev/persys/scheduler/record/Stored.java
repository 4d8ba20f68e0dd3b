package dev.persys.scheduler.record;

import dev.persys.store.Change;
import java.util.Optional;

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

    /** The value, where the store has it or had it. */
    public Optional<T> written() {
        return isWritten() ? Optional.of(value) : Optional.empty();
    }
}
