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
import java.util.List;
import org.junit.jupiter.api.Test;

final class FencedWriterTest {
    private static final String KEY = Keys.workload(Workbench.ID);
    private static final String TAIL = Keys.event(Epoch.of(1), 1);

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final FencedWriter writer = new FencedWriter(store, claim());

    @Test
    void writtenRecordStandsAtTheRevisionTold() {
        assertThat(write("one", Change.ABSENT)).isEqualTo(new Written(1));
        assertThat(write("two", 1)).isEqualTo(new Written(2));
        assertThat(delete(2)).isEqualTo(new Written(3));
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
        assertThat(delete(1)).isEqualTo(new Written(1));
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

        assertThat(write("one", Change.ABSENT)).isEqualTo(new Diverged(store.entries(KEY)));
        assertThat(delete(99)).isInstanceOf(Diverged.class);
    }

    @Test
    void whatGoesWithTheRecordIsWrittenWithItOrNotAtAll() {
        Change tail = new Change.Put(TAIL, "said", Change.ABSENT);
        store.nextCommits(key -> true, Fate.WRITTEN_UNANSWERED);

        assertThat(write(new Change.Put(KEY, "one", Change.ABSENT), tail)).isInstanceOf(Unknown.class);
        assertThat(write(new Change.Put(KEY, "one", Change.ABSENT), tail)).isEqualTo(new Written(1));
        assertThat(store.entries(TAIL)).hasSize(1);
        assertThat(write(new Change.Put(KEY, "two", 1), tail)).isInstanceOf(Diverged.class);
        assertThat(store.entries(KEY).get(0).value()).isEqualTo("one");
        assertThat(write(new Change.Delete(KEY, 1), new Change.Delete(TAIL, 1))).isEqualTo(new Written(2));
        assertThat(store.entries(TAIL)).isEmpty();
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
        return write(new Change.Put(KEY, value, expected));
    }

    private Result delete(long expected) {
        return write(new Change.Delete(KEY, expected));
    }

    private Result write(Change... changes) {
        return writer.write(List.of(changes)).toCompletableFuture().join();
    }
}
