package dev.persys.scheduler.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.scheduler.record.FencedWriter.Deposed;
import dev.persys.scheduler.record.FencedWriter.Diverged;
import dev.persys.scheduler.record.FencedWriter.Refused;
import dev.persys.scheduler.record.FencedWriter.Result;
import dev.persys.scheduler.record.FencedWriter.Unknown;
import dev.persys.scheduler.record.FencedWriter.Written;
import dev.persys.scheduler.testing.InMemoryStateStore;
import dev.persys.scheduler.testing.InMemoryStateStore.Fate;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.Keys;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FencedWriterTest {
    private static final String KEY = Keys.workload(Workbench.ID);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final FencedWriter writer = new FencedWriter(store, claim(), KEY);

    @Test
    void writtenRecordStandsAtTheRevisionTold() {
        assertThat(write("one", Change.ABSENT)).isEqualTo(new Written(1));
        assertThat(write("two", 1)).isEqualTo(new Written(2));
        assertThat(delete(2)).isEqualTo(new Written(Change.ABSENT));
    }

    @Test
    void repeatedAttemptRecognizesTheFirst() {
        store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED);

        assertThat(write("one", Change.ABSENT)).isInstanceOf(Unknown.class);
        assertThat(write("one", Change.ABSENT)).isEqualTo(new Written(1));
    }

    @Test
    void repeatedDeletionRecognizesTheFirst() {
        write("one", Change.ABSENT);
        store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED);

        assertThat(delete(1)).isInstanceOf(Unknown.class);
        assertThat(delete(1)).isEqualTo(new Written(Change.ABSENT));
    }

    @Test
    void attemptThatWasLostIsDoneByTheNext() {
        store.nextCommits(key -> true, Fate.LOST);

        assertThat(write("one", Change.ABSENT)).isInstanceOf(Unknown.class);
        assertThat(write("one", Change.ABSENT)).isEqualTo(new Written(1));
    }

    @Test
    void recordOfSomebodyElseIsNotTakenForOnesOwn() {
        store.plant(KEY, "another");

        assertThat(write("one", Change.ABSENT))
                .isEqualTo(new Diverged(Optional.of(store.entries(KEY).get(0))));
        assertThat(delete(99)).isInstanceOf(Diverged.class);
    }

    @Test
    void olderEpochIsDeposed() {
        Epoch newer = claim();

        assertThat(write("one", Change.ABSENT)).isEqualTo(new Deposed(newer));
        assertThat(store.entries(KEY)).isEmpty();
    }

    @Test
    void recordThatNoStoreTakesIsRefused() {
        assertThat(write("x".repeat(1_100_000), Change.ABSENT)).isInstanceOf(Refused.class);
    }

    private Epoch claim() {
        return store.claim(new Claim("test", ClusterId.of("test"), Epoch.NONE))
                .toCompletableFuture()
                .join()
                .epoch();
    }

    private Result write(String value, long expected) {
        return writer.write(Optional.of(value), expected).toCompletableFuture().join();
    }

    private Result delete(long expected) {
        return writer.write(Optional.empty(), expected).toCompletableFuture().join();
    }
}
