package dev.persys.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Epoch;
import dev.persys.store.Change.Put;
import dev.persys.store.CommitResult.Committed;
import dev.persys.store.CommitResult.Conflict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The contract's sentences that only many callers at once can break. */
final class StateStoreRaces {
    private static final int THREADS = 8;
    private static final int ROUNDS = 25;

    private StateStoreRaces() {}

    static void countersLoseNoIncrement(StateStore store, Epoch epoch) throws Exception {
        List<String> counters = List.of(StateStoreContract.A, StateStoreContract.B, StateStoreContract.C);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> incrementing = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String counter = counters.get(i % counters.size());
                incrementing.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        increment(store, epoch, counter);
                    }
                }));
            }
            for (Future<?> done : incrementing) {
                done.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        int sum = await(store.load()).entries().stream()
                .mapToInt(entry -> Integer.parseInt(entry.value()))
                .sum();
        assertThat(sum).isEqualTo(THREADS * ROUNDS);
    }

    private static void increment(StateStore store, Epoch epoch, String counter) {
        List<Entry> current = await(store.read(List.of(counter)));
        while (true) {
            int value = current.isEmpty() ? 0 : Integer.parseInt(current.get(0).value());
            long revision = current.isEmpty() ? Change.ABSENT : current.get(0).revision();
            CommitResult result =
                    await(store.commit(epoch, List.of(new Put(counter, Integer.toString(value + 1), revision))));
            if (result instanceof Committed) {
                return;
            }
            assertThat(result).isInstanceOf(Conflict.class);
            current = ((Conflict) result).current();
        }
    }

    static void pairsAreReadTogether(StateStore store, Epoch epoch) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Long> writer = threads.submit(() -> writePairs(store, epoch, enough));
            for (int i = 0; i < 40; i++) {
                Snapshot snapshot = await(store.load());
                assertSame(snapshot.entries());
                assertThat(snapshot.entries()).allMatch(entry -> entry.revision() <= snapshot.revision());
                assertSame(await(store.read(List.of(StateStoreContract.A, StateStoreContract.C))));
            }
            enough.set(true);
            assertThat(writer.get(30, TimeUnit.SECONDS)).isPositive();
        } finally {
            enough.set(true);
            threads.shutdownNow();
        }
    }

    private static long writePairs(StateStore store, Epoch epoch, AtomicBoolean enough) {
        long revision = Change.ABSENT;
        for (int i = 0; !enough.get() || revision == Change.ABSENT; i++) {
            String value = Integer.toString(i);
            CommitResult result = await(store.commit(
                    epoch,
                    List.of(
                            new Put(StateStoreContract.A, value, revision),
                            new Put(StateStoreContract.C, value, revision))));
            revision = ((Committed) result).revision();
        }
        return revision;
    }

    private static void assertSame(List<Entry> pair) {
        assertThat(pair.size()).isIn(0, 2);
        assertThat(pair.stream().map(Entry::value).distinct().count()).isLessThanOrEqualTo(1);
        assertThat(pair.stream().map(Entry::revision).distinct().count()).isLessThanOrEqualTo(1);
    }
}
