package dev.persys.placement;

import dev.persys.model.Resources;
import java.util.Optional;

/** What makes one node that fits better than another. */
public enum ScorePolicy {
    /** The fuller the better: leaves whole nodes free for what is large. */
    BEST_FIT("best-fit"),
    /** The emptier the better: a node that breaks takes less with it. */
    SPREAD("spread");

    /** The best score. */
    public static final long PERFECT = 1_000_000;

    private final String text;

    ScorePolicy(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Optional<ScorePolicy> parse(String text) {
        for (ScorePolicy policy : values()) {
            if (policy.text.equals(text)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }

    /**
     * The mean of the shares of CPU and memory that would be reserved, in millionths; for {@link #SPREAD}, what is
     * left to one. Whole numbers, so that every machine computes the same.
     */
    long score(Resources total, Resources reservedThen) {
        long cpu = share(reservedThen.cpuMillis(), total.cpuMillis());
        long memory = share(reservedThen.memoryMib(), total.memoryMib());
        long fullness = (cpu + memory) / 2;
        return this == BEST_FIT ? fullness : PERFECT - fullness;
    }

    private static long share(long part, long whole) {
        return whole == 0 ? PERFECT : Math.min(PERFECT, part * PERFECT / whole);
    }
}
