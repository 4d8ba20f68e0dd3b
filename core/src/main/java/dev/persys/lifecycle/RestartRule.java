package dev.persys.lifecycle;

import dev.persys.model.RestartPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and when a container that ended is started again. One rule for the two that may be the one to do it: the agent
 * that carried out the order for it, and the scheduler where no agent says that it will.
 *
 * <p>An attempt is a start that nobody asked for, counted from 1 and anew after a long life. The pause before it is one
 * second, doubled with every attempt, at most five minutes.
 */
public final class RestartRule {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /** A container that lived this long starts the count anew. */
    static final Duration STABLE = Duration.ofMinutes(10);

    private static final int DOUBLINGS_TO_LONGEST = 9;

    private RestartRule() {}

    /**
     * The number of the attempt that would follow now.
     *
     * @param before attempts in a row so far
     * @param life how long the container lived, by one clock; absent where nobody knows
     */
    public static int nextAttempt(int before, Optional<Duration> life) {
        boolean stable = life.filter(lived -> lived.compareTo(STABLE) >= 0).isPresent();
        return stable || before < 0 ? 1 : before == Integer.MAX_VALUE ? before : before + 1;
    }

    /** Whether the policy has that attempt made after an end with {@code code}. */
    public static boolean allows(RestartPolicy policy, int code, int attempt) {
        return switch (policy.mode()) {
            case NO -> false;
            case ON_FAILURE -> code != 0 && (policy.maxRetries() == 0 || attempt <= policy.maxRetries());
            case ALWAYS, UNLESS_STOPPED -> true;
        };
    }

    /**
     * Whether one that is unhealthy, and to be restarted for that, is restarted by that attempt. That it is to be is
     * said; the policy, which is about ends, only limits how often in a row.
     */
    public static boolean allowsUnhealthy(RestartPolicy policy, int attempt) {
        return policy.maxRetries() == 0 || attempt <= policy.maxRetries();
    }

    /** The wait before attempt {@code attempt}, counted from 1. */
    public static Duration pause(int attempt) {
        if (attempt > DOUBLINGS_TO_LONGEST) {
            return LONGEST;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.max(0, attempt - 1));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
