package dev.persys.cli.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Sends a request again where a scheduler that is full says when to, and gives up after a while. */
final class Patience {
    private static final Duration LONGEST = Duration.ofSeconds(20);

    /** So that those who were refused together do not come back together: up to half as long again. */
    private static final int SPREAD = 2;

    private Patience() {}

    /** A request and the reading of its answer. */
    @FunctionalInterface
    interface Sending<T> {
        T send() throws IOException;
    }

    /**
     * The answer.
     *
     * @param repeatable whether the request does nothing twice; one that is not is sent again only where it is certain
     *     that nothing was begun
     * @param deadline when nobody waits for the answer any longer
     */
    static <T> T send(boolean repeatable, Deadline deadline, Sending<T> sending) throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (true) {
            try {
                return sending.send();
            } catch (Refusal refusal) {
                if (refusal.retryAfter().isEmpty() || !(refusal.isBusy() || repeatable)) {
                    throw refusal;
                }
                long wait = spread(refusal.retryAfter().get());
                if (System.nanoTime() + wait > end || deadline.isBefore(wait) || !pause(wait)) {
                    throw refusal;
                }
            }
        }
    }

    private static long spread(Duration wait) {
        return wait.toNanos() + ThreadLocalRandom.current().nextLong(wait.toNanos() / SPREAD + 1);
    }

    /** False where somebody wants this thread to end. */
    private static boolean pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
