package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Leadership;
import dev.persys.store.StoreUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A write that waits for its turn, and who waits for its outcome. */
sealed interface Write {
    /** What it counts for against the bound on waiting writes, in bytes. */
    int weight();

    void fail(StoreUnavailableException why);

    /** Changes, and their bytes as they go into the log: made by the caller's thread, not by the one writer's. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never shared
    record Commit(Epoch epoch, List<Change> changes, byte[] encoded, CompletableFuture<CommitResult> outcome)
            implements Write {
        private static final int OVERHEAD_BYTES = 1024;

        @Override
        public int weight() {
            return OVERHEAD_BYTES + encoded.length;
        }

        @Override
        public void fail(StoreUnavailableException why) {
            outcome.completeExceptionally(why);
        }
    }

    record TakeOver(Claim claim, CompletableFuture<Leadership> outcome) implements Write {
        @Override
        public int weight() {
            return Commit.OVERHEAD_BYTES;
        }

        @Override
        public void fail(StoreUnavailableException why) {
            outcome.completeExceptionally(why);
        }
    }

    /** Everything before it is to be finished; nothing comes after it. */
    record Stop() implements Write {
        @Override
        public int weight() {
            return 0;
        }

        @Override
        public void fail(StoreUnavailableException why) {}
    }
}
