package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Hands on what has come of the numbers of one term in their order: what is known early waits. For one actor's use. */
final class InOrder {
    /**
     * What has come of a number.
     *
     * @param event absent where nothing has
     * @param isStored whether the store has something in its place, be it no event
     */
    record Settled(Optional<ClusterEvent> event, boolean isStored) {
        static final Settled NOTHING = new Settled(Optional.empty(), false);

        static Settled written(ClusterEvent event) {
            return new Settled(Optional.of(event), true);
        }
    }

    private final TreeMap<Long, Settled> early = new TreeMap<>();
    private final BiConsumer<Long, Settled> next;
    private long awaited = 1;

    /** @param next takes one number after the other, and what has come of it */
    InOrder(BiConsumer<Long, Settled> next) {
        this.next = next;
    }

    /** What has come of {@code number}; what is told of it first counts. */
    void settle(long number, Settled outcome) {
        if (number >= awaited) {
            early.putIfAbsent(number, outcome);
        }
        while (!early.isEmpty() && early.firstKey() == awaited) {
            awaited++;
            next.accept(awaited - 1, early.pollFirstEntry().getValue());
        }
    }
}
