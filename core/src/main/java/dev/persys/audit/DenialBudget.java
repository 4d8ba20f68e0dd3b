package dev.persys.audit;

import java.util.concurrent.TimeUnit;

/**
 * How many denials are written one by one: so many in a minute, after as many at once. Nobody who is not let in can push
 * what others did out of a log of bounded size. Not for several threads at once.
 */
public final class DenialBudget {
    private final int perMinute;
    private double left;
    private long lastNanos;

    /** @param nowNanos of a monotonic clock, as for {@link #take} */
    public DenialBudget(int perMinute, long nowNanos) {
        this.perMinute = perMinute;
        this.left = perMinute;
        this.lastNanos = nowNanos;
    }

    /** Whether one more may be written. */
    public boolean take(long nowNanos) {
        double minutes = (double) (nowNanos - lastNanos) / TimeUnit.MINUTES.toNanos(1);
        left = Math.min(perMinute, left + minutes * perMinute);
        lastNanos = nowNanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
