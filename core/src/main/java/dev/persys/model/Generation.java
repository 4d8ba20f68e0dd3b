package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Which container of a workload is meant: grows by one each time a new container is wanted (the first placement, one on
 * another node, a replacement for one that is gone or cannot be started any more). Zero before the first placement.
 */
public record Generation(@JsonValue long value) implements Comparable<Generation> {
    /** Before the first placement. */
    public static final Generation NONE = new Generation(0);

    public Generation {
        if (value < 0) {
            throw new IllegalArgumentException("a generation is not negative: " + value);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Generation of(long value) {
        return new Generation(value);
    }

    public Generation next() {
        return new Generation(value + 1);
    }

    public boolean isOlderThan(Generation other) {
        return value < other.value;
    }

    @Override
    public int compareTo(Generation other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
