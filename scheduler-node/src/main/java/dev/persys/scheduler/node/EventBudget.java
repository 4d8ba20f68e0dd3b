package dev.persys.scheduler.node;

import java.time.Duration;

/**
 * How fast the events of one agent are handled: so many a second over time, and as many at once after a second of quiet.
 * Confined to the {@link AgentLink}.
 */
final class EventBudget {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** A pause is at least so long, and then as many are handled as that earns: timers are coarse. */
    private static final long PAUSE = SECOND / 10;

    private final long nanosEach;
    private long paidUntil;

    /**
     * With nothing spent.
     *
     * @param perSecond at least 1
     * @param now the reading of the ticker
     */
    EventBudget(int perSecond, long now) {
        this.nanosEach = SECOND / perSecond;
        this.paidUntil = now;
    }

    /** One was handled; the next may be after so long. */
    Duration spend(long now) {
        paidUntil = Math.max(paidUntil - now, 0) + now + nanosEach;
        long ahead = paidUntil - now - SECOND;
        return ahead < 0 ? Duration.ZERO : Duration.ofNanos(ahead + PAUSE);
    }
}
