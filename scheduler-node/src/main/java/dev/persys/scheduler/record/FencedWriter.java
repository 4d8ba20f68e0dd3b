package dev.persys.scheduler.record;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.StateStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Writes one record under the leader's epoch, and tells apart what can come of that.
 *
 * <p>An attempt whose outcome is unknown may be repeated with the same arguments: the write is conditional on the
 * record's revision, and a conflict with the very value that was to be written means that the first attempt had
 * arrived.
 */
public record FencedWriter(StateStore store, Epoch epoch, String key) {
    /** How an attempt ended. */
    public sealed interface Result {}

    /** The record is durable at this revision; after a deletion, zero. */
    public record Written(long revision) implements Result {}

    /** Another leader has taken over. */
    record Deposed(Epoch by) implements Result {}

    /** The record is not what its only writer thinks it is: this must not happen, and nothing was written. */
    record Diverged(Optional<Entry> current) implements Result {}

    /** The store did not say; to be repeated. */
    public record Unknown(Throwable cause) implements Result {}

    /** No store takes such a record, and nothing was written: it is too large. */
    public record Refused(String why) implements Result {}

    /** Puts {@code next} in the place of the value at {@code expected}, or deletes that where {@code next} is absent. */
    public CompletionStage<Result> write(Optional<String> next, long expected) {
        Change change = next.<Change>map(value -> new Change.Put(key, value, expected))
                .orElseGet(() -> new Change.Delete(key, expected));
        CompletionStage<CommitResult> committed;
        try {
            committed = store.commit(epoch, List.of(change));
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedStage(new Refused(e.getMessage()));
        }
        return committed.thenApply(result -> judged(result, next)).exceptionally(Unknown::new);
    }

    private static Result judged(CommitResult result, Optional<String> next) {
        if (result instanceof CommitResult.Committed committed) {
            return new Written(next.isPresent() ? committed.revision() : Change.ABSENT);
        }
        if (result instanceof CommitResult.Fenced fenced) {
            return new Deposed(fenced.current());
        }
        Optional<Entry> current =
                ((CommitResult.Conflict) result).current().stream().findFirst();
        return current.map(Entry::value).equals(next)
                ? new Written(current.map(Entry::revision).orElse(Change.ABSENT))
                : new Diverged(current);
    }
}
