package dev.persys.bench;

import java.time.Instant;

/** The machine's clock in nanoseconds, as Docker stamps its events with it. */
final class Clock {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Clock() {}

    static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }

    /** What this clock showed when {@link System#nanoTime} was {@code monotonic}, a moment ago. */
    static long ofMonotonic(long monotonic) {
        return nanos() - (System.nanoTime() - monotonic);
    }
}
