package dev.persys.http.gateway;

/**
 * A caller's allowance: so many requests at once, and so many a second after them. Not thread-safe.
 */
final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final double burst;
    private double left;
    private long seen;

    /** Full at {@code now}, in nanoseconds of a clock that nobody sets. */
    TokenBucket(int perSecond, int burst, long now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.seen = now;
    }

    /** Takes one; where there is none, in how many nanoseconds there is one, else 0. */
    long take(long now) {
        left = Math.min(burst, left + Math.max(0, now - seen) / NANOS_PER_SECOND * perSecond);
        seen = now;
        if (left >= 1) {
            left--;
            return 0;
        }
        return (long) Math.ceil((1 - left) / perSecond * NANOS_PER_SECOND);
    }
}
