package dev.persys.http.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what a port holds in memory for the pace of its clients: bodies that are still coming and answers that have not
 * been taken.
 */
final class HeldBytes {
    private final long max;
    private final AtomicLong held = new AtomicLong();

    HeldBytes(long max) {
        this.max = max;
    }

    /** Holds {@code bytes} until the end of {@code exchange}; false, and nothing is held, where that is too much. */
    boolean hold(long bytes, Exchange exchange) {
        if (held.addAndGet(bytes) > max) {
            held.addAndGet(-bytes);
            return false;
        }
        exchange.onEnd(() -> held.addAndGet(-bytes));
        return true;
    }

    /** Whether so little is left that who takes nothing should not keep what it holds. */
    boolean isPressed() {
        return held.get() >= max - max / 4;
    }
}
