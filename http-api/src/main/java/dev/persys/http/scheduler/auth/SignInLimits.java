package dev.persys.http.scheduler.auth;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many wrong passwords are looked at: so many in a minute, after as many at once, by user and network together, by
 * network, and by user from everywhere. Who signs in rightly takes nothing, so that a guesser keeps nobody out of another
 * network until the last of the three is used up. Bounded; who was not heard of for longest is forgotten first.
 * Thread-safe.
 */
final class SignInLimits {
    private static final int MOST_KEPT = 10_000;
    private static final int NETWORK_FACTOR = 3;
    private static final int USER_FACTOR = 10;

    private final int failures;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private static final class Bucket {
        private double left;
        private long atNanos;

        Bucket(int size, long nowNanos) {
            left = size;
            atNanos = nowNanos;
        }
    }

    SignInLimits(int failures) {
        this.failures = failures;
    }

    /**
     * Whether one more password is looked at; it is taken for wrong until {@link #giveBack}.
     *
     * @param nowNanos of a monotonic clock
     */
    synchronized boolean begin(String user, String network, long nowNanos) {
        boolean free = left(user + '\n' + network, failures, nowNanos) >= 1
                && left('\n' + network, failures * NETWORK_FACTOR, nowNanos) >= 1
                && left(user + '\n', failures * USER_FACTOR, nowNanos) >= 1;
        if (free) {
            change(user, network, -1);
        }
        return free;
    }

    /** The password that was begun with was right, or was not looked at. */
    synchronized void giveBack(String user, String network) {
        change(user, network, 1);
    }

    private void change(String user, String network, int by) {
        add(user + '\n' + network, by);
        add('\n' + network, by);
        add(user + '\n', by);
    }

    private void add(String key, int by) {
        Bucket bucket = buckets.get(key);
        if (bucket != null) {
            bucket.left += by;
        }
    }

    private double left(String key, int size, long nowNanos) {
        Bucket bucket = buckets.computeIfAbsent(key, absent -> new Bucket(size, nowNanos));
        double minutes = (double) (nowNanos - bucket.atNanos) / TimeUnit.MINUTES.toNanos(1);
        bucket.left = Math.min(size, bucket.left + minutes * size);
        bucket.atNanos = nowNanos;
        return bucket.left;
    }
}
