package dev.persys.http.server;

import akka.Done;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests that are being answered: bounds them, and tells when the last is done. */
public final class InFlight {
    private final int max;
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<Done> drained = new CompletableFuture<>();
    private volatile boolean draining;

    /** @param max at once */
    public InFlight(int max) {
        this.max = max;
    }

    /** Counts one more; false where it must not be begun. To be followed by {@link #end} in either case. */
    public boolean begin() {
        return count.incrementAndGet() <= max && !draining;
    }

    /** One is done, or was not begun. */
    public void end() {
        if (count.decrementAndGet() == 0 && draining) {
            drained.complete(Done.getInstance());
        }
    }

    public boolean isDraining() {
        return draining;
    }

    /** Begins no more; completes when none is left. */
    public CompletableFuture<Done> drain() {
        draining = true;
        if (count.get() == 0) {
            drained.complete(Done.getInstance());
        }
        return drained;
    }
}
