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

    /** All is durable, at this revision; zero where the first change, the record's own, deleted it. */
    public record Written(long revision) implements Result {}

    /** Another leader has taken over. */
    public record Deposed(Epoch by) implements Result {}

    /** A record is not what its only writer thinks it is: this must not happen, and nothing was written. */
    public record Diverged(List<Entry> current) implements Result {
        public Diverged {
            current = List.copyOf(current);
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
            return new Written(own instanceof Change.Put ? committed.revision() : Change.ABSENT);
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
                        .orElse(Change.ABSENT))
                : new Diverged(current);
    }

    private static boolean isDone(Change change, Optional<Entry> current) {
        return change instanceof Change.Put put
                ? current.map(Entry::value).filter(put.value()::equals).isPresent()
                : current.isEmpty();
    }
}
