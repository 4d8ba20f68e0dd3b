package dev.persys.agent;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: doubled from {@code min} to {@code max}, each shortened by a random part.
 *
 * @param jitter the largest part that is taken off, from 0 to 1
 */
public record Backoff(Duration min, Duration max, double jitter) {
    /** Beyond this the doubling has reached any sensible maximum. */
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (min.isZero() || min.isNegative() || max.compareTo(min) < 0 || jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException("no pauses: " + min + ", " + max + ", " + jitter);
        }
    }

    static Backoff of(Config config) {
        return new Backoff(config.getDuration("min"), config.getDuration("max"), config.getDouble("jitter"));
    }

    /** The pause after so many failures in a row, one or more. */
    public Duration after(int failures, RandomGenerator random) {
        double doubled = min.toMillis() * Math.pow(2, Math.min(failures - 1, MAX_DOUBLINGS));
        double whole = Math.min((double) max.toMillis(), doubled);
        return Duration.ofMillis(Math.round(whole * (1 - jitter * random.nextDouble())));
    }
}
