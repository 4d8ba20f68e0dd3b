package dev.persys.scheduler;

import java.time.Duration;

/**
 * A clock that nobody sets: it says how much time passed between two of its readings, and nothing else. Ages, silence,
 * retries and back-off are measured on it; the wall clock, which jumps, only labels what is stored and shown.
 */
@FunctionalInterface
public interface Ticker {
    /** The reading now, in nanoseconds from an arbitrary beginning; means nothing in another process. */
    long nanos();

    /** How long ago {@code reading} of this ticker was taken. */
    default Duration since(long reading) {
        return Duration.ofNanos(nanos() - reading);
    }

    /** This machine's. Stands still while the machine sleeps. */
    static Ticker system() {
        return System::nanoTime;
    }
}
