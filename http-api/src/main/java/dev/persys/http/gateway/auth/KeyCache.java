package dev.persys.http.gateway.auth;

import dev.persys.http.token.VerifyingKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** The schedulers' keys, asked for when a token names one that is not known, and not more often than now and then. Thread-safe. */
final class KeyCache {
    /** Whoever makes up keys makes us ask no more often. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int OK = 200;

    private final AuthScheduler scheduler;
    private final LongSupplier nanos;
    private volatile VerifyingKeys keys = VerifyingKeys.NONE;
    private boolean asked;
    private long askedNanos;
    private CompletionStage<VerifyingKeys> underWay = CompletableFuture.completedFuture(VerifyingKeys.NONE);

    KeyCache(AuthScheduler scheduler, LongSupplier nanos) {
        this.scheduler = scheduler;
        this.nanos = nanos;
    }

    VerifyingKeys known() {
        return keys;
    }

    /** Newer ones than {@link #known}, or those again where they were asked for just now. */
    synchronized CompletionStage<VerifyingKeys> newer() {
        if (asked && nanos.getAsLong() - askedNanos < PAUSE_NANOS) {
            return underWay;
        }
        asked = true;
        askedNanos = nanos.getAsLong();
        underWay = scheduler.ask("GET", "/auth/keys", Optional.empty()).thenApply(answer -> {
            if (answer.status() != OK) {
                throw new IllegalStateException(
                        "a scheduler answered with " + answer.status() + " when it was asked for keys");
            }
            keys = VerifyingKeys.of(answer.body());
            return keys;
        });
        return underWay;
    }
}
