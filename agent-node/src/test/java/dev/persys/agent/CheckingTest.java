package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthStatus;
import dev.persys.model.OnUnhealthy;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CheckingTest {
    private static final Optional<String> GOOD = Optional.empty();
    private static final Optional<String> BAD = Optional.of("HTTP 500");

    @Test
    void oneSuccessMakesItHealthyAndSoManyFailuresInARowUnhealthy() {
        Checking healthy = begin(Duration.ZERO).after(GOOD, seconds(1));
        assertThat(healthy.health()).isEqualTo(new Health(HealthStatus.HEALTHY, 0, ""));
        assertThat(healthy.pause()).isEqualTo(Duration.ofSeconds(10));

        Checking failing = healthy.after(BAD, seconds(11)).after(BAD, seconds(21));
        assertThat(failing.health()).isEqualTo(new Health(HealthStatus.HEALTHY, 2, "HTTP 500"));
        assertThat(failing.after(GOOD, seconds(31)).health().failures()).isZero();

        Checking unhealthy = failing.after(BAD, seconds(31));
        assertThat(unhealthy.health()).isEqualTo(new Health(HealthStatus.UNHEALTHY, 3, "HTTP 500"));
        assertThat(unhealthy.after(GOOD, seconds(41)).health().status()).isEqualTo(HealthStatus.HEALTHY);
    }

    @Test
    void whileItStartsItIsAskedEverySecondAndOneFailureCountsInAnInterval() {
        Checking starting = begin(Duration.ZERO);
        assertThat(starting.pause()).isEqualTo(Duration.ofSeconds(1));
        for (int second = 1; second < 30; second++) {
            starting = starting.after(BAD, seconds(second));
            assertThat(starting.health()).isEqualTo(new Health(HealthStatus.STARTING, second / 10, "HTTP 500"));
        }
        assertThat(starting.after(BAD, seconds(30)).health().status()).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void failuresInTheStartPeriodDoNotCountUntilOneHasSucceeded() {
        Checking starting = begin(Duration.ofMinutes(1));
        for (int second = 1; second < 60; second++) {
            starting = starting.after(BAD, seconds(second));
        }
        assertThat(starting.health()).isEqualTo(new Health(HealthStatus.STARTING, 0, "HTTP 500"));
        Checking early = begin(Duration.ofMinutes(1)).after(GOOD, seconds(1));
        assertThat(early.after(BAD, seconds(11)).health().failures()).isEqualTo(1);
    }

    @Test
    void anotherRunOfTheContainerOrAnotherCheckIsBegunAnew() {
        Checking one = begin(Duration.ZERO);
        assertThat(one.isOf(state(Instant.EPOCH, Map.of()), check(Duration.ZERO)))
                .isTrue();
        assertThat(one.isOf(state(Instant.EPOCH.plusSeconds(1), Map.of()), check(Duration.ZERO)))
                .isFalse();
        assertThat(one.isOf(state(Instant.EPOCH, Map.of()), check(Duration.ofSeconds(1))))
                .isFalse();
    }

    @Test
    void checkIsReadFromTheLabelAndWhatIsNoneIsNone() {
        HealthCheck check = check(Duration.ofSeconds(7));
        assertThat(Checking.of(state(Instant.EPOCH, Map.of(ContainerLabels.HEALTH, Json.write(check)))))
                .contains(check);
        assertThat(Checking.of(state(Instant.EPOCH, Map.of()))).isEmpty();
        for (String label : List.of("", "null", "{}", "{\"http\":{}}", "{\"onUnhealthy\":\"explode\"}")) {
            assertThat(Checking.of(state(Instant.EPOCH, Map.of(ContainerLabels.HEALTH, label))))
                    .as(label)
                    .isEmpty();
        }
    }

    private static Checking begin(Duration startPeriod) {
        return Checking.begin(state(Instant.EPOCH, Map.of()), check(startPeriod), 0);
    }

    private static HealthCheck check(Duration startPeriod) {
        HealthCheck.Http http = HealthCheck.Http.of(80, "/");
        return new HealthCheck(
                        Optional.of(http),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(startPeriod),
                        OnUnhealthy.REPORT)
                .whole();
    }

    private static ContainerState state(Instant startedAt, Map<String, String> labels) {
        return ContainerStates.running(startedAt, labels, Optional.empty());
    }

    private static long seconds(int seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
