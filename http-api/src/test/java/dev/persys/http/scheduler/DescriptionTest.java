package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.access.AccessTable;
import dev.persys.api.Parsed;
import dev.persys.api.WorkloadRequest;
import dev.persys.http.scheduler.auth.AuthRoutes;
import dev.persys.http.server.Endpoint;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
        assertThat(endpoints().stream().map(endpoint -> endpoint.method().value() + " " + endpoint.template()))
                .containsExactlyInAnyOrderElementsOf(fixture.description.operations());
        endpoints().forEach(endpoint -> {
            assertThat(fixture.description.queryParameters(endpoint.method().value(), endpoint.template()))
                    .isEqualTo(endpoint.parameters());
            assertThat(fixture.description.hasBody(endpoint.method().value(), endpoint.template()))
                    .isEqualTo(endpoint.takesJson());
        });
    }

    private List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>(SchedulerHttpServer.apiEndpoints(
                null,
                null,
                null,
                new SessionRoutes(null, null, null, null),
                new AuditRoutes(null, "", 1, null),
                Optional.empty(),
                new TrustRoutes(null, Optional.empty(), "", null),
                settings(),
                "1.2.3"));
        all.addAll(AuthRoutes.endpoints(fixture.auth, fixture.documents, null, 1));
        return all;
    }

    @Test
    void whatIsAnsweredAboutTokensAndUsersIsAsDescribed() {
        fixture.scheduler.answer(command -> fixture.documents.change((ChangeDocuments) command));

        fixture.conforms("POST", "/auth/tokens", fixture.api.json("/auth/tokens", "{'name':'ci','role':'viewer'}"));
        fixture.conforms("POST", "/auth/tokens", fixture.api.json("/auth/tokens", "{'name':'ci','role':'viewer'}"));
        fixture.conforms("GET", "/auth/tokens", fixture.api.get("/auth/tokens"));
        fixture.conforms("DELETE", "/auth/tokens/{token}", delete("/auth/tokens/ci"));
        fixture.conforms("DELETE", "/auth/tokens/{token}", delete("/auth/tokens/ci"));
        fixture.conforms(
                "POST",
                "/auth/users",
                fixture.api.json("/auth/users", "{'name':'alice','role':'admin','password':'correct horse'}"));
        fixture.conforms("GET", "/auth/users", fixture.api.get("/auth/users"));
        fixture.conforms("DELETE", "/auth/users/{user}", delete("/auth/users/alice"));
        fixture.conforms("GET", "/auth/whoami", fixture.api.get("/auth/whoami"));
        fixture.conforms("POST", "/auth/login", fixture.api.json("/auth/login", "{'user':'a','password':'b'}"));
    }

    private HttpResponse<String> delete(String path) {
        return fixture.api.send("DELETE", path, HttpRequest.BodyPublishers.noBody());
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
            // Who holds the token is turned away from these whatever the body is.
            boolean isOfGateways = Stream.concat(AccessTable.SIGN_IN.stream(), AccessTable.GATEWAY.stream())
                    .anyMatch(route -> route.is(method, template));
            refused.forEach((status, rest) -> {
                int told = isOfGateways && (status == 413 || status == 415) ? 403 : status;
                assertThat(fixture.api.raw(line + rest)).as(operation).startsWith("HTTP/1.1 " + told + " ");
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
