package dev.persys.bench;

import java.util.Arrays;
import java.util.Locale;

/** Durations of one thing that was done many times, in nanoseconds. */
final class Samples {
    private static final double NANOS_PER_MILLI = 1e6;

    private long[] nanos = new long[64];
    private int count;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    int count() {
        return count;
    }

    /** The duration, in milliseconds, that {@code share} of all do not exceed. */
    double percentile(double share) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int index = (int) Math.ceil(share * count) - 1;
        return sorted[Math.max(0, index)] / NANOS_PER_MILLI;
    }

    double median() {
        return percentile(0.5);
    }

    String row(String what) {
        return String.format(
                Locale.ROOT,
                "%-44s n=%-5d p50 %8.2f ms   p90 %8.2f ms   p99 %8.2f ms",
                what,
                count,
                median(),
                percentile(0.9),
                percentile(0.99));
    }
}
