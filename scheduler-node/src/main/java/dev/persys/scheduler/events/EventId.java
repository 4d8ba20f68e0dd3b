package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.model.Epoch;
import dev.persys.store.Keys;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place of an event in the order of all: which leader's term, and which one of that.
 *
 * @param number from one on; not every number has an event
 */
record EventId(Epoch epoch, long number) implements Comparable<EventId> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Comparator<EventId> ORDER =
            Comparator.comparingLong((EventId id) -> id.epoch().value()).thenComparingLong(EventId::number);

    /** As followers write it; empty where that is no id. */
    static Optional<EventId> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new EventId(Epoch.of(Long.parseLong(parts.group(1))), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /** Of an event that has its number. */
    static EventId of(ClusterEvent numbered) {
        return parse(numbered.id()).orElseThrow(() -> new IllegalArgumentException("not numbered: " + numbered));
    }

    /** Where the store has it. */
    String key() {
        return Keys.event(epoch, number);
    }

    @Override
    public int compareTo(EventId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return epoch + "-" + number;
    }
}
