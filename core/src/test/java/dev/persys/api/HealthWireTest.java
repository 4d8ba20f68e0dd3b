package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Health;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthCheck.Http;
import dev.persys.model.HealthCheck.Scheme;
import dev.persys.model.HealthCheck.Tcp;
import dev.persys.model.HealthStatus;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.Retry;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a health check is asked for and kept, and how health and what is tried again are shown. */
final class HealthWireTest {
    @Test
    void checkOfItsOwnHasEveryDefaultWrittenOut() {
        assertThat(asked("'http':{'port':8080}")).contains(HealthCheck.of(Http.of(8080, "/")));
        HealthCheck tcp = asked("'tcp':{'port':5432}").orElseThrow();
        assertThat(tcp.tcp()).contains(new Tcp(5432));
        assertThat(tcp.interval()).contains(Duration.ofSeconds(10));
        assertThat(tcp.timeout()).contains(Duration.ofSeconds(5));
        assertThat(tcp.retries()).contains(3);
        assertThat(tcp.startPeriod()).contains(Duration.ZERO);
        assertThat(tcp.onUnhealthy()).isEqualTo(OnUnhealthy.REPORT);
    }

    @Test
    void textIsRunByAShellAndAListAsItStands() {
        assertThat(asked("'exec':'curl -f localhost || exit 1'").orElseThrow().exec())
                .contains(List.of("/bin/sh", "-c", "curl -f localhost || exit 1"));
        assertThat(asked("'exec':['pg_isready','-q']").orElseThrow().exec()).contains(List.of("pg_isready", "-q"));
    }

    @Test
    void imagesOwnCheckKeepsWhatItSaysUnlessThatIsReplaced() {
        HealthCheck own = asked("'interval':5,'onUnhealthy':'restart'").orElseThrow();
        assertThat(own.isOfImage()).isTrue();
        assertThat(own.interval()).contains(Duration.ofSeconds(5));
        assertThat(own.timeout()).isEmpty();
        assertThat(asked("'onUnhealthy':'report'")).isEmpty();
        assertThat(asked("'none':true")).contains(HealthCheck.NONE);
    }

    @Test
    void everythingCanBeSaidOfARequest() {
        assertThat(asked("'http':{'port':8080,'path':'/live?x=1','scheme':'https','headers':{'Host':'web.example'},"
                        + "'expect':'200-299'},'interval':'10s','timeout':1.5,'retries':5,'startPeriod':'1m',"
                        + "'onUnhealthy':'restart'"))
                .contains(whole());
        assertThat(asked("'http':{'port':80,'expect':204}")
                        .flatMap(HealthCheck::http)
                        .map(Http::expect))
                .contains("204");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'http':{'path':'/'}                    | /healthCheck/http/port       | the port in the container",
                "'http':{'port':0}                      | /healthCheck/http/port       | from 1 to 65535",
                "'http':{'port':80,'path':'live'}       | /healthCheck/http/path       | begins with /",
                "'http':{'port':80,'path':'/a b'}       | /healthCheck/http/path       | %20",
                "'http':{'port':80,'scheme':'gopher'}   | /healthCheck/http/scheme     | http or https",
                "'http':{'port':80,'expect':'399-200'}  | /healthCheck/http/expect     | 200-399",
                "'http':{'port':80,'expect':700}        | /healthCheck/http/expect     | 200-399",
                "'http':{'port':80,'headers':{'a b':'c'}} | /healthCheck/http/headers/a b | name of a header",
                "'http':{'port':80,'headers':{'a':'b\\r\\nc: d'}} | /healthCheck/http/headers/a | one line",
                "'http':{'port':80},'tcp':{'port':80}   | /healthCheck/tcp             | one of http, tcp, exec and none",
                "'none':true,'exec':'true'              | /healthCheck/exec            | one of http, tcp, exec and none",
                "'exec':[]                              | /healthCheck/exec            | a list of words",
                "'exec':['CMD-SHELL','true']            | /healthCheck/exec            | without Docker's CMD",
                "'exec':' '                             | /healthCheck/exec            | a list of words",
                "'tcp':{'port':80},'interval':'500ms'   | /healthCheck/interval        | from 1s to 1h",
                "'tcp':{'port':80},'interval':'2h'      | /healthCheck/interval        | from 1s to 1h",
                "'tcp':{'port':80},'timeout':0          | /healthCheck/timeout         | from 100ms to 1h",
                "'tcp':{'port':80},'retries':0          | /healthCheck/retries         | from 1 to 100",
                "'tcp':{'port':80},'startPeriod':-1     | /healthCheck/startPeriod     | from 0s to 1d",
                "'tcp':{'port':80},'onUnhealthy':'kill' | /healthCheck/onUnhealthy     | report or restart",
                "'test':['CMD','true']                  | /healthCheck/test            | exec",
                "'httpGet':{'port':80}                  | /healthCheck/httpGet         | http"
            })
    void whatCannotBeIsRefusedWithItsFieldAndARemedy(String check, String pointer, String remedy) {
        Parsed<WorkloadSpec> parsed = WorkloadRequest.parse(request(check));

        assertThat(parsed).isInstanceOf(Parsed.Invalid.class);
        List<FieldError> errors = ((Parsed.Invalid<WorkloadSpec>) parsed).errors();
        assertThat(errors).anySatisfy(error -> {
            assertThat(error.pointer()).isEqualTo(pointer);
            assertThat(error.allowed()).contains(remedy);
        });
    }

    @Test
    void recordMatchesItsGoldenFileAndComesBack() throws IOException {
        JsonNode golden = Json.MAPPER.readTree(golden("workload-v2-health.json"));
        Workload workload = RecordJson.workload(golden);

        assertThat(workload.spec().healthCheck()).contains(whole());
        assertThat(workload.observed().health())
                .contains(new Health(HealthStatus.UNHEALTHY, 5, "GET /live?x=1 answered 500"));
        assertThat(workload.observed().retry()).contains(new Retry(2, Optional.of(3), WireSamples.NOW.plusSeconds(4)));
        assertThat(Json.MAPPER.readTree(RecordJson.write(workload))).isEqualTo(golden);
        JsonNode shown =
                Json.MAPPER.readTree(Json.write(RecordJson.toJson(new WorkloadView(workload, 1, Optional.empty()))));
        for (String field : List.of("health", "retry", "healthCheck")) {
            assertThat(shown.path(field)).as(field).isEqualTo(golden.path(field));
        }
        assertThat(WorkloadRequest.parse(WorkloadRequest.toJson(workload.spec())))
                .isEqualTo(new Parsed.Valid<>(workload.spec()));
    }

    private static HealthCheck whole() {
        return new HealthCheck(
                Optional.of(new Http(8080, "/live?x=1", Scheme.HTTPS, Map.of("Host", "web.example"), "200-299")),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(Duration.ofSeconds(10)),
                Optional.of(Duration.ofMillis(1500)),
                Optional.of(5),
                Optional.of(Duration.ofMinutes(1)),
                OnUnhealthy.RESTART);
    }

    private static Optional<HealthCheck> asked(String check) {
        return WorkloadRequest.parse(request(check)).fold(WorkloadSpec::healthCheck, errors -> {
            throw new AssertionError(errors);
        });
    }

    private static ObjectNode request(String check) {
        String json = "{'name':'web','type':'docker-container','image':'nginx','healthCheck':{" + check + "}}";
        RequestJson.Reading read = RequestJson.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return (ObjectNode) ((RequestJson.Reading.Document) read).json();
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = HealthWireTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
