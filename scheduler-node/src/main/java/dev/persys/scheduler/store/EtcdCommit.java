package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A commit on its way to etcd. */
record EtcdCommit(Epoch epoch, List<Change> changes, long bytes, CompletableFuture<CommitResult> outcome) {
    static EtcdCommit of(Epoch epoch, List<Change> changes) {
        long bytes = changes.stream().mapToLong(EtcdCommit::size).sum();
        return new EtcdCommit(epoch, changes, bytes, new CompletableFuture<>());
    }

    private static long size(Change change) {
        int value = change instanceof Change.Put put ? put.value().getBytes(StandardCharsets.UTF_8).length : 0;
        return (long) change.key().length() + value;
    }

    List<String> keys() {
        return changes.stream().map(Change::key).toList();
    }

    void answer(CommitResult result) {
        outcome.complete(result);
    }

    void fail(StoreUnavailableException why) {
        outcome.completeExceptionally(why);
    }

    /** Answered, or given up by its deadline. */
    boolean isDone() {
        return outcome.isDone();
    }
}
