package dev.persys.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.http.GatewaySettings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimit limit = new RateLimit(new GatewaySettings.Rate(2, 3, 2), nanos::get);

    @Test
    void burstIsTakenAndThenSoManyASecond() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.excess("a")).isEmpty();
        }
        assertThat(limit.excess("a")).contains(Duration.ofMillis(500));
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(limit.excess("a")).isEmpty();
        assertThat(limit.excess("a")).isPresent();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        for (int i = 0; i < 3; i++) {
            assertThat(limit.excess("a")).isEmpty();
        }
        assertThat(limit.excess("a")).isPresent();
    }

    @Test
    void oneCallerTakesNothingFromAnother() {
        for (int i = 0; i < 10; i++) {
            var unused = limit.excess("a");
        }
        assertThat(limit.excess("b")).isEmpty();
    }

    @Test
    void whoComesTooOftenIsToldWhenToComeAgainAndReachesNoScheduler() {
        try (GatewayFixture fixture =
                new GatewayFixture(1, "persys.http.gateway.rate.principal { per-second = 1, burst = 2 }")) {
            assertThat(fixture.wire.with("operator").get("/nodes").statusCode()).isEqualTo(200);
            List<HttpResponse<String>> answers = Stream.generate(
                            () -> fixture.wire.with("viewer").get("/nodes"))
                    .limit(20)
                    .toList();
            List<HttpResponse<String>> refused = answers.stream()
                    .filter(answer -> answer.statusCode() == 429)
                    .toList();
            assertThat(refused)
                    .isNotEmpty()
                    .allSatisfy(answer -> assertThat(answer.headers().firstValue("Retry-After"))
                            .contains("1"));
            assertThat(fixture.reached()).isEqualTo(1 + answers.size() - refused.size());
            assertThat(fixture.wire.with("admin").get("/nodes").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void addressIsBoundedWhoeverComesFromIt() {
        try (GatewayFixture fixture =
                new GatewayFixture(1, "persys.http.gateway.rate.address { per-second = 1, burst = 2 }")) {
            assertThat(Stream.generate(() -> fixture.wire.get("/nodes").statusCode())
                            .limit(20))
                    .contains(401, 429);
        }
    }
}
