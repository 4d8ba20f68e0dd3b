package dev.persys.join;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often somebody may be wrong, by whatever tells one from another: so many times at once, and as many again in a
 * minute. Those of whom nothing was heard for longest are forgotten where there are too many. Thread-safe.
 */
public final class FailureLimit {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final int most;
    private final Map<String, Budget> budgets = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * For a port.
     *
     * @param perMinute at least 1
     * @param most of whom something is remembered
     */
    public FailureLimit(int perMinute, int most) {
        this.perMinute = perMinute;
        this.most = most;
    }

    /** What is left of the failures of one, at a moment. */
    private record Budget(double left, long nanos) {}

    /** Whether this one may still be wrong; where not, it is not even looked whether it is right. */
    public synchronized boolean mayFail(String who, long nanos) {
        return left(who, nanos) >= 1;
    }

    /** It was wrong. */
    public synchronized void failed(String who, long nanos) {
        budgets.put(who, new Budget(Math.max(0, left(who, nanos) - 1), nanos));
        if (budgets.size() > most) {
            budgets.remove(budgets.keySet().iterator().next()); // In the order of access: the first is the oldest.
        }
    }

    private double left(String who, long nanos) {
        Budget budget = budgets.get(who);
        if (budget == null) {
            return perMinute;
        }
        double since = (double) (nanos - budget.nanos()) / MINUTE;
        return Math.min(perMinute, budget.left() + since * perMinute);
    }
}
