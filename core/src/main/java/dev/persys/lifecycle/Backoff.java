package dev.persys.lifecycle;

import java.time.Duration;

/** How long to wait before a container is replaced: one second, doubled with every attempt, at most five minutes. */
final class Backoff {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** A container that lived this long starts the count anew. */
    static final Duration STABLE = Duration.ofMinutes(10);

    private static final int DOUBLINGS_TO_LONGEST = 9;

    private Backoff() {}

    /** The wait before attempt {@code attempt}, counted from 1. */
    static Duration before(int attempt) {
        if (attempt > DOUBLINGS_TO_LONGEST) {
            return LONGEST;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.max(0, attempt - 1));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
