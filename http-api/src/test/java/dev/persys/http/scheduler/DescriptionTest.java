package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(SchedulerHttpServer.apiEndpoints(
                                null,
                                null,
                                null,
                                new SessionRoutes(null, null, null, null),
                                new AuditRoutes(null, "", 1, null),
                                Optional.empty(),
                                new TrustRoutes(null, Optional.empty(), "", null),
                                settings(),
                                "1.2.3")
                        .stream()
                        .map(endpoint -> endpoint.method().value() + " " + endpoint.template()))
                .containsExactlyInAnyOrderElementsOf(fixture.description.operations());
        SchedulerHttpServer.apiEndpoints(
                        null,
                        null,
                        null,
                        new SessionRoutes(null, null, null, null),
                        new AuditRoutes(null, "", 1, null),
                        Optional.empty(),
                        new TrustRoutes(null, Optional.empty(), "", null),
                        settings(),
                        "1.2.3")
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /workloads                 | name            | a-b        | A_b",
                "GET    | /workloads                 | node            | n1.example | n1..",
                "GET    | /workloads                 | status          | Running    | Sleeping",
                "GET    | /workloads                 | limit           | 5          | 0",
                "GET    | /events                    | node            | n1         | -n1",
                "GET    | /workloads/{workload}/logs | since           | 1h30m      | soon",
                "GET    | /workloads/{workload}/logs | since           | 2026-01-02T03:04:05+01:00 | 2026-01-02",
                "POST   | /cluster/gc                | finishedAfter   | 90         | 1y",
                "POST   | /cluster/gc                | limit           | 1          | 0",
                "POST   | /workloads/{workload}/undo | stableFor       | 500ms      | 1.5s",
                "DELETE | /workloads/{workload}      | If-Match        | *          | abc",
                "DELETE | /workloads/{workload}      | If-Match        | \"7\"      | \"7",
                "POST   | /workloads/schedule        | Idempotency-Key | k-1        | a b",
            })
    void whatIsDescribedIsWhatIsTaken(String method, String template, String name, String good, String bad) {
        assertThat(fixture.description.parameterFaults(method, template, name, good))
                .isEmpty();
        assertThat(fixture.description.parameterFaults(method, template, name, bad))
                .isNotEmpty();

        assertThat(answer(method, template, name, bad).statusCode()).isEqualTo(400);
    }

    /** There is nothing of such a name, so that it is not found in place of being refused. */
    @ParameterizedTest
    @CsvSource({
        "/workloads/{workload}, workload, 6f2c1f0e-, A_b",
        "/workloads/{workload}, workload, web, a.b",
        "/nodes/{node}, node, n1.example, n1.."
    })
    void pathsAreDescribedAsNamesOfWhatThereCanBe(String template, String name, String good, String bad) {
        assertThat(fixture.description.parameterFaults("GET", template, name, good))
                .isEmpty();
        assertThat(fixture.description.parameterFaults("GET", template, name, bad))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /cluster/gc, dryRun",
        "GET, /workloads/{workload}/logs, follow",
        "GET, /events, follow",
        "DELETE, /workloads/{workload}, force"
    })
    void whatIsTrueWithoutAValueIsDescribedSo(String method, String template, String name) {
        assertThat(fixture.description.parametersThatMayBeEmpty(method, template))
                .contains(name);
        assertThat(fixture.description.parametersThatMayBeEmpty(method, template))
                .doesNotContain("limit", "tail", "since");
    }

    /** Before any route is asked; what one answers itself is held against its description with its own tests. */
    @Test
    void whatIsRefusedOnEveryRouteIsDescribedOnEveryOne() {
        String named = SchedulerFixture.HEADERS + "Connection: close\r\n";
        Map<Integer, String> refused = Map.of(
                403, named + "Origin: http://evil.example\r\n\r\n",
                413, named + "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n",
                415, named + "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx",
                421, "Host: evil.example\r\nConnection: close\r\n\r\n");
        for (String operation : fixture.description.operations()) {
            String method = operation.substring(0, operation.indexOf(' '));
            String template = operation.substring(method.length() + 1);
            String line = method + " " + template.replaceAll("\\{[a-z]+}", "a") + " HTTP/1.1\r\n";
            refused.forEach((status, rest) -> {
                assertThat(fixture.api.raw(line + rest)).as(operation).startsWith("HTTP/1.1 " + status + " ");
                assertThat(fixture.description.describes(method, template, status))
                        .as("%s is described with %d", operation, status)
                        .isTrue();
            });
        }
    }

    private HttpResponse<String> answer(String method, String template, String name, String value) {
        String path = template.replace("{workload}", "a");
        if (Character.isUpperCase(name.charAt(0))) {
            return method.equals("POST")
                    ? fixture.api.json(path, SEED, name, value)
                    : fixture.api.send(method, path, BodyPublishers.noBody(), name, value);
        }
        String query = path + "?" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        return fixture.api.send(method, query, BodyPublishers.noBody());
    }

    @ParameterizedTest
    @CsvSource({"name, A_b", "network, x", "user, a b", "workingDir, srv", "registryCredentials, My Hub", "image, ''"})
    void aRequestThatIsRefusedIsNoneByItsDescription(String field, String value) {
        ObjectNode request = (ObjectNode) dev.persys.api.Json.read(SEED.replace('\'', '"'), JsonNode.class);
        request.put(field, value);

        assertThat(fixture.description.faults("WorkloadRequest", request)).hasSize(1);
        assertThat(WorkloadRequest.parse(request)).isInstanceOf(Parsed.Invalid.class);
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
