package dev.persys.http.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what a port holds in memory for the pace of its clients: bodies that are still coming and answers that have not
 * been taken.
 */
public final class HeldBytes {
    /** Longer than a client that was refused waits before it asks again, and than the slow are given then. */
    private static final long SINCE_REFUSED_NANOS = Duration.ofSeconds(10).toNanos();

    private final long max;
    private final AtomicLong held = new AtomicLong();
    private volatile long refusedAt = System.nanoTime() - SINCE_REFUSED_NANOS;

    /** @param max in all */
    public HeldBytes(long max) {
        this.max = max;
    }

    /** Holds {@code bytes} until the end of {@code exchange}; false, and nothing is held, where that is too much. */
    public boolean hold(long bytes, Exchange exchange) {
        if (held.addAndGet(bytes) > max) {
            held.addAndGet(-bytes);
            refusedAt = System.nanoTime();
            return false;
        }
        exchange.onEnd(() -> held.addAndGet(-bytes));
        return true;
    }

    /** Whether little is left or somebody was refused, so that who takes nothing should not keep what it holds. */
    public boolean isPressed() {
        return held.get() >= max - max / 4 || System.nanoTime() - refusedAt < SINCE_REFUSED_NANOS;
    }
}
