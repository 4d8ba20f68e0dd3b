package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RenewalTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = FROM.plus(Duration.ofDays(60));

    @Test
    void isDueAtTwoThirdsOfItsLifeOrALittleEarlier() {
        assertThat(at(0)).isEqualTo(FROM.plus(Duration.ofDays(40)));
        assertThat(at(1 << 15)).isEqualTo(FROM.plus(Duration.ofDays(40)).minus(Duration.ofHours(36)));
        assertThat(at(0xffff)).isAfter(FROM.plus(Duration.ofDays(37))).isBefore(FROM.plus(Duration.ofDays(38)));
        assertThat(at(1 << 16)).as("only its last bits count").isEqualTo(at(0));
    }

    @Test
    void worksForWhatLivesForMinutesAndForDecades() {
        assertThat(Renewal.at(FROM, FROM.plusSeconds(60), BigInteger.ZERO)).isEqualTo(FROM.plusSeconds(40));
        assertThat(Renewal.at(FROM, FROM.plus(Duration.ofDays(3653)), BigInteger.valueOf(0xffff)))
                .isBetween(FROM.plus(Duration.ofDays(2252)), FROM.plus(Duration.ofDays(2436)));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, OK",
        "2026-02-09T23:59:59Z, OK",
        "2026-02-10T00:00:00Z, DUE",
        "2026-02-23T23:59:59Z, DUE",
        "2026-02-24T00:00:00Z, SOON",
        "2026-03-02T00:00:00Z, SOON",
        "2026-03-02T00:00:01Z, EXPIRED",
        "2036-01-01T00:00:00Z, EXPIRED",
    })
    void expiryComesInSteps(Instant now, Expiry expected) {
        assertThat(Expiry.of(FROM, TO, at(0), now)).isEqualTo(expected);
    }

    private static Instant at(long serial) {
        return Renewal.at(FROM, TO, BigInteger.valueOf(serial));
    }
}
