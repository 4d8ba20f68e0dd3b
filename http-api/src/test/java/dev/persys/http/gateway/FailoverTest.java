package dev.persys.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.api.Problem;
import dev.persys.http.testing.Wire;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a gateway does when a scheduler does not answer. */
final class FailoverTest {
    private GatewayFixture fixture;
    private GatewayFixture.EchoScheduler first;
    private GatewayFixture.EchoScheduler second;

    @BeforeEach
    void start() {
        fixture = new GatewayFixture(2, "");
        first = fixture.schedulers.get(0);
        second = fixture.schedulers.get(1);
        await().untilAsserted(
                        () -> assertThat(fixture.wire.get("/readyz").body()).doesNotContain("UNKNOWN", "UNREACHABLE"));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void nextSchedulerAnswersWhereTheFirstIsGone() {
        first.stop();
        assertThat(fixture.wire.with("viewer").get("/nodes").statusCode()).isEqualTo(200);
        await().untilAsserted(
                        () -> assertThat(fixture.wire.get("/readyz").body()).contains("UNREACHABLE"));
        assertThat(change().statusCode()).isEqualTo(200);
        assertThat(second.reached).hasValue(2);
        second.stop();
        await().untilAsserted(() ->
                assertThat(fixture.wire.get("/readyz").statusCode()).isEqualTo(503));
        HttpResponse<String> none = change();
        assertThat(none.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(none).type()).isEqualTo("unavailable");
    }

    @Test
    void changeThatMayHaveArrivedIsNotSentTwice() {
        first.answers = false;
        HttpResponse<String> answer = change();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(answer).type()).isEqualTo("timeout");
        assertThat(second.reached).hasValue(0);
    }

    @Test
    void changeWithAKeyAndALookAreSentToTheNext() {
        first.answers = false;
        assertThat(change("Idempotency-Key", "k-1").statusCode()).isEqualTo(200);
        assertThat(fixture.wire.with("viewer").get("/nodes").statusCode()).isEqualTo(200);
        assertThat(second.reached).hasValue(2);
    }

    @Test
    void lookGoesOnWhereTheFirstCannotServe() {
        first.scripted = Optional.of(GatewayFixture.problem(Problem.Type.UNAVAILABLE));
        assertThat(fixture.wire.with("viewer").get("/nodes").statusCode()).isEqualTo(200);
        assertThat(change().statusCode()).isEqualTo(503);
    }

    private HttpResponse<String> change(String... headers) {
        return fixture.wire.with("operator").json("/workloads/schedule", "{}", headers);
    }
}
