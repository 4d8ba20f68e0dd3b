package dev.persys.http.scheduler.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SignInLimitsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final SignInLimits limits = new SignInLimits(5);

    @Test
    void ofTenThousandGuessesInAMinuteFiveAndThoseOfTheMinuteAreLookedAt() {
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            if (limits.begin("alice", "192.0.2.1", i * TimeUnit.MINUTES.toNanos(1) / 10_000)) {
                looked++;
            }
        }
        assertThat(looked).isBetween(5, 10);
    }

    @Test
    void tenThousandAddressesTogetherGetTenTimesAsManyForOneUser() {
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            if (limits.begin("alice", "address-" + i, 0)) {
                looked++;
            }
        }
        assertThat(looked).isEqualTo(50);
        assertThat(limits.begin("bob", "address-1", 0)).isTrue();
    }

    @Test
    void oneAddressGetsThreeTimesAsManyForAllUsers() {
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            if (limits.begin("user-" + i, "192.0.2.1", 0)) {
                looked++;
            }
        }
        assertThat(looked).isEqualTo(15);
    }

    @Test
    void whoSignsInRightlyTakesNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(limits.begin("alice", "192.0.2.1", 0)).isTrue();
            limits.giveBack("alice", "192.0.2.1");
        }
    }

    @Test
    void placesComeBackWithTime() {
        for (int i = 0; i < 5; i++) {
            limits.begin("alice", "192.0.2.1", 0);
        }
        assertThat(limits.begin("alice", "192.0.2.1", 11 * SECOND)).isFalse();
        assertThat(limits.begin("alice", "192.0.2.1", 13 * SECOND)).isTrue();
    }
}
