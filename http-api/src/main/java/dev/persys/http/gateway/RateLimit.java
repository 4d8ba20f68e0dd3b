package dev.persys.http.gateway;

import dev.persys.http.GatewaySettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Bounds the requests of each of many callers by itself. Of callers it knows so many as are told; who has not come for longest
 * is forgotten first, which gives him a full bucket, and takes a flood of others. Thread-safe.
 */
final class RateLimit {
    private final GatewaySettings.Rate rate;
    private final LongSupplier nanos;
    private final Map<String, TokenBucket> buckets;

    /** @param nanos of a clock that nobody sets */
    RateLimit(GatewaySettings.Rate rate, LongSupplier nanos) {
        this.rate = rate;
        this.nanos = nanos;
        this.buckets = new Latest(rate.callers());
    }

    /** Counts a request of this caller; how long it has to wait where it is one too many. */
    Optional<Duration> excess(String caller) {
        long now = nanos.getAsLong();
        long wait;
        synchronized (buckets) {
            wait = buckets.computeIfAbsent(caller, name -> new TokenBucket(rate.perSecond(), rate.burst(), now))
                    .take(now);
        }
        return wait == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(wait));
    }

    private static final class Latest extends LinkedHashMap<String, TokenBucket> {
        private static final long serialVersionUID = 1L;

        private final int most;

        Latest(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > most;
        }
    }
}
