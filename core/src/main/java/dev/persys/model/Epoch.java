package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The fencing token of a term of leadership: grows by one each time a leader takes over. A write or an order that
 * carries an older epoch than its receiver knows is refused.
 */
public record Epoch(@JsonValue long value) implements Comparable<Epoch> {
    /** Before any leader: no write can carry it. */
    public static final Epoch NONE = new Epoch(0);

    public Epoch {
        if (value < 0) {
            throw new IllegalArgumentException("an epoch is not negative: " + value);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Epoch of(long value) {
        return new Epoch(value);
    }

    public Epoch next() {
        return new Epoch(value + 1);
    }

    public boolean isOlderThan(Epoch other) {
        return value < other.value;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
