package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.WorkloadRequest;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is said of the routes, against the routes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DescriptionTest {
    private static final String SEED = "{'name':'celery-worker','type':'docker-container','image':'python:3.9',"
            + "'command':'celery worker','envVars':{'A':'1'}}";

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new SchedulerFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void theDescriptionNamesExactlyTheRoutesThatThereAre() {
        HttpResponse<String> response = fixture.api.get("/openapi.json");

        fixture.conforms("GET", "/openapi.json", response);
        String tag = response.headers().firstValue("ETag").orElseThrow();
        assertThat(fixture.api.get("/openapi.json", "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(
                        SchedulerHttpServer.apiEndpoints(
                                        null,
                                        null,
                                        null,
                                        new SessionRoutes(null, null, null, null),
                                        settings(),
                                        "1.2.3")
                                .stream()
                                .map(endpoint -> endpoint.method().value() + " " + endpoint.template()))
                .containsExactlyInAnyOrderElementsOf(fixture.description.operations());
        SchedulerHttpServer.apiEndpoints(
                        null, null, null, new SessionRoutes(null, null, null, null), settings(), "1.2.3")
                .forEach(endpoint -> {
                    assertThat(fixture.description.queryParameters(
                                    endpoint.method().value(), endpoint.template()))
                            .isEqualTo(endpoint.parameters());
                    assertThat(fixture.description.hasBody(endpoint.method().value(), endpoint.template()))
                            .isEqualTo(endpoint.takesJson());
                });
    }

    @Test
    void theDescriptionOfARequestAllowsWhatTheParserReads() {
        assertThat(fixture.description.faults("WorkloadRequest", WorkloadRequest.toJson(Samples.SPEC)))
                .isEmpty();
        assertThat(fixture.description.faults(
                        "WorkloadRequest", dev.persys.api.Json.read(SEED.replace('\'', '"'), JsonNode.class)))
                .isEmpty();
    }

    @Test
    void searchIsNotThereAndTheAnswerNamesWhatIs() {
        HttpResponse<String> response = fixture.api.get("/logs/search?q=x");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(Wire.problem(response).detail()).contains("/logs/search").contains("GET /workloads/{workload}/logs");
    }

    private dev.persys.http.HttpSettings.Scheduler settings() {
        return dev.persys.http.HttpSettings.of(fixture.kit.system().settings().config())
                .scheduler();
    }
}
