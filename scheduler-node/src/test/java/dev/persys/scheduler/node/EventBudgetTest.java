package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EventBudgetTest {
    private static final int SHARE = 1_000;
    private static final long BEGIN = -42;

    private final EventBudget budget = new EventBudget(SHARE, BEGIN);

    @Test
    void whoAlwaysHasMoreToTellIsHeardAtItsShare() {
        Duration time = Duration.ofSeconds(10);
        long now = BEGIN;
        int handled = 0;
        while (now - BEGIN < time.toNanos()) {
            handled++;
            now += budget.spend(now).toNanos();
        }

        assertThat(handled).isBetween(10 * SHARE, 11 * SHARE + SHARE / 10);
    }

    @Test
    void whoTellsLessThanItsShareNeverWaits() {
        long each = Duration.ofSeconds(1).toNanos() / SHARE;
        for (long i = 0; i < 20 * SHARE; i++) {
            assertThat(budget.spend(BEGIN + i * each)).isZero();
        }
    }

    @Test
    void quietSecondsEarnOneSecondsWorth() {
        long now = BEGIN + Duration.ofDays(1).toNanos();
        int atOnce = 1;
        while (budget.spend(now).isZero()) {
            atOnce++;
        }

        assertThat(atOnce).isEqualTo(SHARE);
    }
}
