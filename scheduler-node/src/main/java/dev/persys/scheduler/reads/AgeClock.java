package dev.persys.scheduler.reads;

import dev.persys.scheduler.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The time by which ended workloads grow old: it begins where the store's own records leave off, and then passes as fast
 * as time really does, whatever is done to the wall clock. What is kept for three days is not removed because a machine
 * woke up in another year.
 *
 * <p>What ended before is as old as the records' labels say, and those are by wall clocks that somebody may have set since.
 * So a stretch of which no record tells counts for a part of what things are kept for: a clock that was set by a year looks
 * the same as a year in which nothing happened. Time during which nobody led, or nothing happened, may not count: then
 * things are kept longer, never much shorter.
 */
public final class AgeClock {
    /** A store that was written so recently was led until just now, by a clock that agrees with this one. */
    static final Duration AGREEMENT = Duration.ofMinutes(10);

    /**
     * A stretch of which no record tells.
     *
     * @param from in milliseconds of the epoch
     * @param surplus by how many milliseconds it is longer than counts
     */
    private record Gap(long from, long surplus) {}

    private final Ticker ticker;
    private final long begun;
    private final Instant start;
    private final List<Gap> gaps;

    private AgeClock(Ticker ticker, Instant start, List<Gap> gaps) {
        this.ticker = ticker;
        this.begun = ticker.nanos();
        this.start = start;
        this.gaps = List.copyOf(gaps);
    }

    /**
     * From now on.
     *
     * @param labels the moments at which the store's records say that something happened
     * @param wall what the wall clock says: believed where it is at most {@link #AGREEMENT} ahead of the newest label, or
     *     behind it
     * @param longestGap for how much a stretch counts of which no record tells; absent, for all of it
     */
    public static AgeClock startingAt(
            Stream<Instant> labels, Instant wall, Optional<Duration> longestGap, Ticker ticker) {
        long[] sorted = labels.mapToLong(Instant::toEpochMilli).sorted().toArray();
        Optional<Instant> newest =
                sorted.length == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(sorted[sorted.length - 1]));
        boolean ahead =
                newest.filter(label -> wall.isAfter(label.plus(AGREEMENT))).isPresent();
        Instant start = ahead ? newest.get() : wall;
        List<Gap> gaps = longestGap
                .map(longest -> gaps(sorted, start.toEpochMilli(), longest.toMillis()))
                .orElse(List.of());
        return new AgeClock(ticker, start, gaps);
    }

    private static List<Gap> gaps(long[] sorted, long start, long longest) {
        List<Gap> gaps = new ArrayList<>();
        for (int i = 1; i < sorted.length && sorted[i] <= start; i++) {
            long surplus = sorted[i] - sorted[i - 1] - longest;
            if (surplus > 0) {
                gaps.add(new Gap(sorted[i - 1], surplus));
            }
        }
        return gaps;
    }

    /** The ticker's reading now. */
    long reading() {
        return ticker.nanos();
    }

    public Instant now() {
        return start.plus(ticker.since(begun));
    }

    /**
     * When something ended that the store says ended at {@code label}, one of its labels: not later than this clock began,
     * and without what does not count since.
     */
    public Instant endedBefore(Instant label) {
        if (label.isAfter(start)) {
            return start;
        }
        long from = label.toEpochMilli();
        long surplus = gaps.stream()
                .filter(gap -> gap.from() >= from)
                .mapToLong(Gap::surplus)
                .sum();
        return label.plusMillis(surplus);
    }
}
