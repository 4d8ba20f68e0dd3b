package dev.persys.model;

import java.util.Comparator;

/**
 * One start of one container: the {@code run}-th of the workload, of the container of {@code generation}. Orders are
 * told apart by it, and an older one is refused; runs count on over generations, so that either alone is in order too.
 *
 * @param run zero where it is not known, and from a peer that counts none
 */
public record RunId(Generation generation, long run) implements Comparable<RunId> {
    /** Before the first. */
    public static final RunId NONE = new RunId(Generation.NONE, 0);

    private static final Comparator<RunId> ORDER =
            Comparator.comparing(RunId::generation).thenComparingLong(RunId::run);

    public RunId {
        Present.value(generation, "generation");
        if (run < 0) {
            throw new IllegalArgumentException("a run is not negative: " + run);
        }
    }

    /** The last of that container, whatever its number: whoever speaks of it speaks of the container. */
    public static RunId lastOf(Generation generation) {
        return new RunId(generation, Long.MAX_VALUE);
    }

    public boolean isOlderThan(RunId other) {
        return compareTo(other) < 0;
    }

    /** The newer of this and {@code other}. */
    public RunId or(RunId other) {
        return isOlderThan(other) ? other : this;
    }

    @Override
    public int compareTo(RunId other) {
        return ORDER.compare(this, other);
    }

    /** For people. */
    @Override
    public String toString() {
        return "generation " + generation + (run == Long.MAX_VALUE ? "" : " run " + run);
    }
}
