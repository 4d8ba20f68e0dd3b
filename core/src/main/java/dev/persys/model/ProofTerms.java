package dev.persys.model;

import java.time.Duration;

/**
 * What a changed specification has to do to stay.
 *
 * @param undoes whether the one before takes its place again where it does not do that
 * @param stableFor for how long its container has to run without an end; from zero to {@link #LONGEST}, in
 *     whole milliseconds
 */
public record ProofTerms(boolean undoes, Duration stableFor) {
    public static final Duration LONGEST = Duration.ofHours(1);

    /** Where nobody says otherwise. */
    public static final ProofTerms USUAL = new ProofTerms(true, Duration.ofSeconds(5));

    public ProofTerms {
        Present.value(stableFor, "stableFor");
        if (stableFor.isNegative() || stableFor.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a proof lasts from no time to " + LONGEST + ": " + stableFor);
        }
        stableFor = Duration.ofMillis(stableFor.toMillis());
    }
}
