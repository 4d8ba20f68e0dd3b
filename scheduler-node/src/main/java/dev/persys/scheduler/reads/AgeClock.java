package dev.persys.scheduler.reads;

import dev.persys.scheduler.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time by which ended workloads grow old: it begins where the store's own records leave off, and then passes as fast
 * as time really does, whatever is done to the wall clock. What is kept for three days is not removed because a machine
 * woke up in another year.
 *
 * <p>Time during which nobody led may not count: then things are kept longer, never shorter.
 */
public final class AgeClock {
    /** A store that was written so recently was led until just now, by a clock that agrees with this one. */
    static final Duration AGREEMENT = Duration.ofMinutes(10);

    private final Ticker ticker;
    private final long begun;
    private final Instant start;

    private AgeClock(Ticker ticker, Instant start) {
        this.ticker = ticker;
        this.begun = ticker.nanos();
        this.start = start;
    }

    /**
     * From now on.
     *
     * @param newest the newest label that the store has; absent where it has none
     * @param wall what the wall clock says: believed where it is at most {@link #AGREEMENT} ahead of {@code newest}, or
     *     behind it
     */
    public static AgeClock startingAt(Optional<Instant> newest, Instant wall, Ticker ticker) {
        boolean ahead =
                newest.filter(label -> wall.isAfter(label.plus(AGREEMENT))).isPresent();
        return new AgeClock(ticker, ahead ? newest.get() : wall);
    }

    /** The ticker's reading now. */
    long reading() {
        return ticker.nanos();
    }

    public Instant now() {
        return start.plus(ticker.since(begun));
    }

    /** When something ended that the store says ended at {@code label}: not later than this clock began. */
    public Instant endedBefore(Instant label) {
        return label.isAfter(start) ? start : label;
    }
}
