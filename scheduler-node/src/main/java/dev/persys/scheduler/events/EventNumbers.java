package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.api.Json;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives the events of one term their numbers. A number is taken by the writer of a record when it sends a change, and the
 * event goes into the store in that same commit: it is there exactly when the change is. The writer then tells the {@link
 * EventLog} what has come of it. Safe for many threads.
 */
public final class EventNumbers {
    private final Epoch epoch;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, String> unsettled = new ConcurrentHashMap<>();

    public EventNumbers(Epoch epoch) {
        this.epoch = epoch;
    }

    /**
     * The event under the next number.
     *
     * @param record the key of the record whose change it tells of
     */
    public ClusterEvent take(String record, ClusterEvent unnumbered) {
        long number = last.incrementAndGet();
        unsettled.put(number, record);
        return unnumbered.withId(new EventId(epoch, number).toString());
    }

    /** One commit of a record's change and of the event that tells of it. */
    public static List<Change> with(Change record, Optional<ClusterEvent> numbered) {
        return numbered.map(event ->
                        List.of(record, new Change.Put(EventId.of(event).key(), Json.write(event), Change.ABSENT)))
                .orElseGet(() -> List.of(record));
    }

    /** It is known what has come of this number. */
    void settled(long number) {
        unsettled.remove(number);
    }

    /** Numbers that the writer of {@code record} has taken and not settled. */
    public List<Long> unsettledOf(String record) {
        return unsettled.entrySet().stream()
                .filter(taken -> taken.getValue().equals(record))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
