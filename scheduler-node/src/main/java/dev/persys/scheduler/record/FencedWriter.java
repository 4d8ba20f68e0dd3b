package dev.persys.scheduler.record;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.StateStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes under the leader's epoch, and tells apart what can come of that.
 *
 * <p>An attempt whose outcome is unknown may be repeated with the same arguments: every write is conditional on the
 * revisions of its keys, and a conflict with the very values that were to be written means that the first attempt had
 * arrived.
 */
public record FencedWriter(StateStore store, Epoch epoch) {
    /** How an attempt ended. */
    public sealed interface Result {}

    /**
     * All is durable.
     *
     * @param revision of the write; of the record before it, where it deleted that and is only known to have arrived
     */
    public record Written(long revision) implements Result {}

    /** Another leader has taken over. */
    public record Deposed(Epoch by) implements Result {}

    /**
     * A record is not what its only writer last wrote, in the epoch that is in force: something else writes to the store,
     * or a late write of a writer that failed has arrived. Nothing was written.
     */
    public record Diverged(List<Entry> current) implements Result {
        public Diverged {
            current = List.copyOf(current);
        }

        /** What there is of {@code key}, for people: no value, which may hold what is nobody's business. */
        String found(String key) {
            return current.stream()
                    .filter(entry -> entry.key().equals(key))
                    .findFirst()
                    .map(entry -> "at " + entry.revision())
                    .orElse("absent");
        }
    }

    /** The store did not say; to be repeated. */
    public record Unknown(Throwable cause) implements Result {}

    /** No store takes such a record, and nothing was written: it is too large. */
    public record Refused(String why) implements Result {}

    /** Makes all of {@code changes} or none; the first is that of the record, others go with it. */
    public CompletionStage<Result> write(List<Change> changes) {
        CompletionStage<CommitResult> committed;
        try {
            committed = store.commit(epoch, changes);
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedStage(new Refused(e.getMessage()));
        }
        return committed.thenApply(result -> judged(result, changes)).exceptionally(Unknown::new);
    }

    private static Result judged(CommitResult result, List<Change> changes) {
        Change own = changes.get(0);
        if (result instanceof CommitResult.Committed committed) {
            return new Written(committed.revision());
        }
        if (result instanceof CommitResult.Fenced fenced) {
            return new Deposed(fenced.current());
        }
        List<Entry> current = ((CommitResult.Conflict) result).current();
        Map<String, Entry> byKey = current.stream().collect(Collectors.toMap(Entry::key, Function.identity()));
        boolean arrived =
                changes.stream().allMatch(change -> isDone(change, Optional.ofNullable(byKey.get(change.key()))));
        return arrived
                ? new Written(Optional.ofNullable(byKey.get(own.key()))
                        .map(Entry::revision)
                        .orElse(own.expectedRevision()))
                : new Diverged(current);
    }

    private static boolean isDone(Change change, Optional<Entry> current) {
        return change instanceof Change.Put put
                ? current.map(Entry::value).filter(put.value()::equals).isPresent()
                : current.isEmpty();
    }
}
