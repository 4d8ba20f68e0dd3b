package dev.persys.model;

import java.time.Duration;

/**
 * What an agent tries again by itself, and when.
 *
 * @param number of the attempt that comes next, in a row and counted from 1
 * @param of how many there are at most; zero is without limit
 * @param in from now on: the clock of another machine tells nothing here
 */
public record Attempt(int number, int of, Duration in) {
    private static final Duration LONGEST = Duration.ofDays(1);

    public Attempt {
        Present.value(in, "in");
        if (number < 1 || of < 0) {
            throw new IllegalArgumentException("attempts are counted from 1: " + number + " of " + of);
        }
        if (in.isNegative() || in.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the next attempt is due within a day: " + in);
        }
    }
}
