package dev.persys.scheduler.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Everything of a run that is left to chance, from one seed. */
final class SimChance {
    private final Random random;

    SimChance(long seed) {
        // Neighbouring seeds begin alike otherwise.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L ^ 0x5DEECE66DL);
        random.nextLong();
    }

    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    boolean percent(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int from, int to) {
        return from + random.nextInt(to - from + 1);
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Of whole microseconds. */
    Duration between(Duration from, Duration to) {
        long span = to.minus(from).toNanos() / 1_000;
        return from.plusNanos(Math.round(random.nextDouble() * span) * 1_000);
    }

    Duration millis(int from, int to) {
        return between(Duration.ofMillis(from), Duration.ofMillis(to));
    }
}
