package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.WorkloadId;
import dev.persys.scheduler.node.TailWishes.Wish;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TailWishesTest {
    private static final WorkloadId A = WorkloadId.of(UUID.randomUUID());
    private static final WorkloadId B = WorkloadId.of(UUID.randomUUID());

    private final TailWishes wishes = new TailWishes(2, 3);

    @Test
    void asManyAreUnderWayAsMayBeAndEachGetsItsTurn() {
        List<WorkloadId> ids = IntStream.range(0, 9)
                .mapToObj(i -> WorkloadId.of(UUID.randomUUID()))
                .toList();
        ids.forEach(this::add);

        List<Wish> first =
                Stream.generate(wishes::next).limit(9).flatMap(Optional::stream).toList();
        assertThat(first).extracting(Wish::workload).isEqualTo(ids.subList(0, 2));
        wishes.done(first.get(0));
        assertThat(wishes.next()).map(Wish::workload).contains(ids.get(2));
        assertThat(wishes.next()).isEmpty();
    }

    @Test
    void newestOfAWorkloadIsAskedForWhenTheOneUnderWayIsOver() {
        add(A);
        Wish first = wishes.next().orElseThrow();
        add(A);
        add(B);
        assertThat(wishes.next()).map(Wish::workload).contains(B);
        assertThat(wishes.next()).isEmpty();

        wishes.done(first);

        assertThat(wishes.next()).map(Wish::workload).contains(A);
    }

    @Test
    void failedOneIsTriedAgainAFewTimesUnlessThereIsANewerOne() {
        add(A);
        Wish again = wishes.failed(wishes.next().orElseThrow()).orElseThrow();
        assertThat(again.failures()).isEqualTo(1);
        assertThat(wishes.next()).as("while it pauses").isEmpty();
        wishes.back(again);
        Wish third = wishes.failed(wishes.next().orElseThrow()).orElseThrow();
        add(A);
        wishes.back(third);

        Wish newest = wishes.next().orElseThrow();

        assertThat(newest.failures()).isZero();
        assertThat(wishes.failed(new Wish(A, newest.taken(), 2))).isEmpty();
        assertThat(wishes.next()).isEmpty();
    }

    @Test
    void oneThatNobodyCouldBeAskedForWaitsOnAsIfItHadNotBeenTried() {
        add(A);
        for (int i = 0; i < 9; i++) {
            wishes.untried(wishes.next().orElseThrow());
        }

        assertThat(wishes.next()).map(Wish::failures).contains(0);
    }

    private void add(WorkloadId id) {
        wishes.add(id, tail -> {});
    }
}
