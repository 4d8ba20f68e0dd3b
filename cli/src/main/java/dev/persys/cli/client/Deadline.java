package dev.persys.cli.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** When a verb gives up: for all that it asks and waits for, whatever it hears meanwhile. Measured monotonically. */
public final class Deadline {
    /** Never. */
    public static final Deadline NONE = new Deadline(Optional.empty());

    private final Optional<Long> atNanos;

    private Deadline(Optional<Long> atNanos) {
        this.atNanos = atNanos;
    }

    /** So long from now. */
    public static Deadline in(Duration span) {
        return new Deadline(Optional.of(System.nanoTime() + span.toNanos()));
    }

    /** So much later. */
    public Deadline plus(Duration span) {
        return new Deadline(atNanos.map(at -> at + span.toNanos()));
    }

    /** Whichever of the two comes first. */
    public Deadline or(Deadline other) {
        return atNanos.isEmpty()
                        || other.atNanos.filter(at -> at - atNanos.get() < 0).isPresent()
                ? other
                : this;
    }

    /** At this reading of {@link System#nanoTime}. */
    public static Deadline at(long nanos) {
        return new Deadline(Optional.of(nanos));
    }

    public boolean isPassed() {
        return atNanos.filter(at -> System.nanoTime() - at >= 0).isPresent();
    }

    /** What is left of {@code limit} in milliseconds, where zero is no limit; at least 1. */
    int millisLeft(int limit) {
        if (atNanos.isEmpty()) {
            return limit;
        }
        long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(atNanos.get() - System.nanoTime()) + 1);
        return (int) Math.min(limit == 0 ? Integer.MAX_VALUE : limit, left);
    }

    /** Whether it comes before {@code nanos} from now. */
    boolean isBefore(long nanos) {
        return atNanos.filter(at -> at - System.nanoTime() < nanos).isPresent();
    }
}
