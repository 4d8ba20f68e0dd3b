package dev.persys.scheduler.reads;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class AgeClockTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong passed = new AtomicLong();

    @Test
    void beginsAtTheWallClockWhereThatAgreesWithTheStore() {
        Instant wall = WRITTEN.plusSeconds(20);

        assertThat(startingAt(wall).now()).isEqualTo(wall);
    }

    @Test
    void wallClockThatIsDaysAheadOfTheStoreIsNotBelieved() {
        assertThat(startingAt(WRITTEN.plus(Duration.ofHours(73))).now()).isEqualTo(WRITTEN);
    }

    @Test
    void wallClockBehindTheStoreMakesNothingOlder() {
        Instant wall = WRITTEN.minus(Duration.ofHours(3));

        assertThat(startingAt(wall).now()).isEqualTo(wall);
    }

    @Test
    void emptyStoreBeginsAtTheWallClock() {
        assertThat(AgeClock.startingAt(Stream.of(), WRITTEN, Optional.empty(), passed::get)
                        .now())
                .isEqualTo(WRITTEN);
    }

    @Test
    void passesAsTheTickerDoes() {
        AgeClock clock = startingAt(WRITTEN);

        passed.addAndGet(Duration.ofHours(2).toNanos());

        assertThat(clock.now()).isEqualTo(WRITTEN.plus(Duration.ofHours(2)));
    }

    @Test
    void labelFromTheFutureCountsFromTheBeginning() {
        AgeClock clock = startingAt(WRITTEN);

        assertThat(clock.endedBefore(WRITTEN.plus(Duration.ofDays(9)))).isEqualTo(WRITTEN);
        assertThat(clock.endedBefore(WRITTEN.minusSeconds(9))).isEqualTo(WRITTEN.minusSeconds(9));
    }

    @Test
    void stretchOfWhichNoRecordTellsCountsForADayAtMost() {
        Instant now = WRITTEN.plus(Duration.ofDays(365));
        Instant between = WRITTEN.plus(Duration.ofHours(20));
        AgeClock clock = AgeClock.startingAt(
                Stream.of(now, WRITTEN, between), now, Optional.of(Duration.ofHours(24)), passed::get);

        assertThat(Duration.between(clock.endedBefore(between), clock.now())).isEqualTo(Duration.ofHours(24));
        assertThat(Duration.between(clock.endedBefore(WRITTEN), clock.now())).isEqualTo(Duration.ofHours(44));
        assertThat(clock.endedBefore(now)).isEqualTo(now);
    }

    @Test
    void labelsOfAClockThatWasAheadSayNothingOfTheTimeBefore() {
        Instant now = WRITTEN.plus(Duration.ofHours(9));
        AgeClock clock = AgeClock.startingAt(
                Stream.of(WRITTEN, now, WRITTEN.plus(Duration.ofDays(365))),
                now,
                Optional.of(Duration.ofHours(24)),
                passed::get);

        assertThat(Duration.between(clock.endedBefore(WRITTEN), clock.now())).isEqualTo(Duration.ofHours(9));
    }

    private AgeClock startingAt(Instant wall) {
        return AgeClock.startingAt(Stream.of(WRITTEN), wall, Optional.empty(), passed::get);
    }
}
