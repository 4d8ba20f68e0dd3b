package dev.persys.http.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.access.AccessTable;
import dev.persys.access.Role;
import dev.persys.access.Route;
import dev.persys.api.Problem;
import dev.persys.http.testing.TlsClient;
import dev.persys.http.testing.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What gets through a gateway, and how, over real connections to it and behind it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayTest {
    private static final String ADMIN = "Authorization: Bearer admin|";

    private GatewayFixture fixture;

    @BeforeAll
    void start() {
        fixture = new GatewayFixture(1, "");
    }

    @BeforeEach
    void answer() {
        fixture.schedulers.get(0).scripted = Optional.empty();
        fixture.schedulers.get(0).answers = true;
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyRouteReachesASchedulerForItsRolesAndForNoOther(Role role) {
        for (Route route : AccessTable.ROUTES) {
            String path = route.template().replaceAll("\\{[^}]*}", "web-1");
            if (path.equals("/events")) {
                continue; // That does not end.
            }
            int before = fixture.reached();
            HttpResponse<String> answer =
                    fixture.wire.with(role.word()).send(route.method(), path, BodyPublishers.noBody());
            boolean may = role.includes(route.least());
            assertThat(answer.statusCode()).as("%s as %s", route, role).isEqualTo(may ? 200 : 403);
            assertThat(fixture.reached() - before).as("%s as %s", route, role).isEqualTo(may ? 1 : 0);
        }
    }

    @Test
    void nobodyReachesASchedulerWhoIsNotKnown() {
        for (Route route : AccessTable.ROUTES) {
            String path = route.template().replaceAll("\\{[^}]*}", "web-1");
            int before = fixture.reached();
            HttpResponse<String> answer = fixture.wire.send(route.method(), path, BodyPublishers.noBody());
            assertThat(answer.statusCode()).as("%s", route).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"persys\"");
            assertThat(Wire.problem(answer).requestId())
                    .isEqualTo(answer.headers().firstValue("X-Request-Id"));
            assertThat(fixture.reached()).as("%s", route).isEqualTo(before);
        }
    }

    @Test
    void callerWhoCannotBeLookedUpIsNotLetIn() {
        int before = fixture.reached();
        assertThat(fixture.wire.with("slow").get("/nodes").statusCode()).isEqualTo(503);
        assertThat(fixture.reached()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /metrics/x",
                "GET /docker/list",
                "POST /nodes/register",
                "POST /nodes/heartbeat",
                "GET /workloads/../audit",
                "GET /workloads/%2e%2e/audit",
                "GET /workloads/%252e%252e",
                "GET //nodes",
                "GET /nodes/",
                "GET /nodes//x",
                "GET /%6eodes",
                "GET /workloads/web%2flogs",
                "GET /workloads/web%5clogs",
                "GET /workloads/web;x=1",
                "GET http://other/nodes",
                "GET /v1/v1/nodes",
                "GET /v2/nodes",
                "TRACE /nodes",
                "CONNECT /nodes",
                "PATCH /workloads/web",
                "OPTIONS /nodes",
                "PUT /nodes",
                "GETX /nodes",
                "OPTIONS *",
                "PRI *"
            })
    void whatIsNotInTheTableReachesNoScheduler(String asked) throws IOException {
        int before = fixture.reached();
        String answer = raw(asked + " HTTP/1.1|Host: localhost|" + ADMIN + "Connection: close||");
        assertThat(answer).matches("(?s)HTTP/1\\.1 (400|404|405|421|501|505) .*");
        assertThat(fixture.reached()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /cluster/gc HTTP/1.1|Host: localhost|Content-Length: 3|Transfer-Encoding: chunked|{A}|0||",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|Content-Length: 3|{A}|0||",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Content-Length: 2|Content-Length: 2|{A}|{}",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Content-Length: 2|Content-Length: 3|{A}|{}",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Content-Length: 2, 2|{A}|{}",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Content-Length: +2|{A}|{}",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Transfer-Encoding: chunked, identity|{A}|0||",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Transfer-Encoding: xchunked|{A}|0||",
                "POST /cluster/gc HTTP/1.1|Host: localhost|Transfer-Encoding : chunked|{A}|0||",
                "GET /nodes HTTP/1.1|Host: localhost|X-A: b| c|{A}|",
                "GET /nodes HTTP/1.1|Host: localhost|X-A: b|\tc|{A}|",
                "GET /nodes HTTP/1.1\nHost: localhost|{A}|",
                "GET /nodes HTTP/1.1|Host: localhost\n{A}|",
                "GET /nodes HTTP/1.1|Host: localhost|{A}\n",
                "GET /nodes HTTP/1.1|Host: localhost|X-A: b\rc|{A}|",
                "GET /nodes HTTP/1.1|Host: localhost|X-A: \0|{A}|",
                "GET /nodes HTTP/1.1|Host: localhost|: x|{A}|"
            })
    void requestWithTwoReadingsIsRefusedAndItsConnectionClosed(String request) throws IOException {
        int before = fixture.reached();
        String smuggled = "GET /audit HTTP/1.1|Host: localhost|" + ADMIN + "Connection: close||";
        String answer = raw(request.replace("{A}", ADMIN) + smuggled);
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("malformed-http");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
        assertThat(fixture.reached()).isEqualTo(before);
    }

    @Test
    void requestsBehindOneAnotherOnOneConnectionAreEachTheirOwn() throws IOException {
        String chunked =
                "POST /cluster/gc HTTP/1.1|Host: localhost|Transfer-Encoding: chunked|" + ADMIN + "|1;x=y|{|1|}|0||";
        String last = "GET /nodes HTTP/1.1|Host: localhost|" + ADMIN + "Connection: close||";
        int before = fixture.reached();
        String answer = raw(chunked + chunked + last);
        assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(4);
        assertThat(fixture.reached() - before).isEqualTo(3);
    }

    @Test
    void badRequestBehindAGoodOneIsAnsweredBehindIt() throws IOException {
        String good = "GET /nodes HTTP/1.1|Host: localhost|" + ADMIN + "|";
        String answer = raw(good + "GET /nodes HTTP/1.1\nHost: localhost||");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("HTTP/1.1 400");
    }

    @Test
    void schedulerIsToldWhoAsksByTheGatewayAlone() {
        HttpResponse<String> answer = fixture.wire
                .with("operator")
                .json(
                        "/workloads/schedule?x=%20a%2Fb+c&y=%C3%A4",
                        "{'a':1}",
                        "Persys-Principal",
                        "token:root",
                        "persys-role",
                        "admin",
                        "Persys-Credential",
                        "api-token/root",
                        "Persys-Client-Address",
                        "1.2.3.4",
                        "X-Forwarded-For",
                        "1.2.3.4",
                        "Cookie",
                        "session=secret",
                        "X-Request-Id",
                        "mine-1",
                        "Idempotency-Key",
                        "k-1",
                        "If-Match",
                        "\"3\"");
        JsonNode said = Wire.tree(answer);
        assertThat(said.path("peer").asText()).isEqualTo("spiffe://c-1/gateway/gw-1");
        assertThat(said.path("target").asText()).isEqualTo("/workloads/schedule?x=%20a%2Fb+c&y=%C3%A4");
        assertThat(said.path("body").asText()).isEqualTo("{\"a\":1}");
        assertThat(said.path("type").asText()).isEqualTo("application/json");
        Map<String, String> headers = GatewayFixture.headers(said);
        assertThat(headers)
                .containsEntry("persys-principal", "token:is-operator")
                .containsEntry("persys-credential", "api-token/operator")
                .containsEntry("persys-role", "operator")
                .containsEntry("persys-client-address", "127.0.0.1")
                .containsEntry("x-request-id", "mine-1")
                .containsEntry("idempotency-key", "k-1")
                .containsEntry("if-match", "\"3\"")
                .doesNotContainKeys("authorization", "cookie", "x-forwarded-for");
        assertThat(answer.headers().firstValue("ETag")).contains("\"7-abc\"");
        assertThat(answer.headers().firstValue("Persys-Role")).isEmpty();
        assertThat(answer.headers().firstValue("Keep-Alive")).isEmpty();
    }

    @Test
    void headersOfAConnectionEndAtTheGateway() throws IOException {
        String answer = raw("GET /nodes HTTP/1.1|Host: localhost|" + ADMIN
                + "Connection: close, X-Hop, Persys-Role|X-Hop: 1|TE: trailers|Proxy-Authorization: x||");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .doesNotContain("x-hop", "\"te\"", "proxy-authorization")
                .contains("\"persys-role\":\"admin\"");
    }

    @Test
    void pageOfTheGatewaysOwnSiteIsServedAsSchedulersKnowNothingOfPages() throws IOException {
        String asked = "POST /cluster/gc HTTP/1.1|Host: localhost:8443|Content-Length: 0|Connection: close|" + ADMIN
                + "Referer: https://localhost:8443/x|Origin: https://";
        assertThat(raw(asked + "localhost:8443||"))
                .startsWith("HTTP/1.1 200")
                .doesNotContain("\"origin\"", "\"referer\"");
        int before = fixture.reached();
        assertThat(raw(asked + "evil.example||")).startsWith("HTTP/1.1 403").contains("foreign-origin");
        assertThat(fixture.reached()).isEqualTo(before);
    }

    @Test
    void problemOfASchedulerIsTheClients() {
        fixture.schedulers.get(0).scripted = Optional.of(GatewayFixture.problem(Problem.Type.CREDENTIAL_GONE));
        HttpResponse<String> answer = fixture.wire.with("viewer").get("/nodes");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        assertThat(Wire.problem(answer).type()).isEqualTo("credential-gone");
        assertThat(Wire.problem(answer).detail()).isEqualTo("as the scheduler says it");
    }

    @Test
    void streamComesAsItIsToldAndEndsWithItsReader() throws IOException {
        try (InputStream events = fixture.wire.with("viewer").open("/events").body()) {
            assertThat(new String(events.readNBytes(20), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("event: x\n\nevent: x\n\n");
        }
        assertThat(fixture.schedulers.get(0).streamLeft).succeedsWithin(java.time.Duration.ofSeconds(10));
    }

    @Test
    void sessionGoesBothWays() throws Exception {
        CompletableFuture<String> echoed = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer operator")
                .buildAsync(
                        URI.create("ws://127.0.0.1:"
                                + fixture.gateway.plainAddress().getPort()
                                + "/workloads/web/exec?command=sh&command=-c"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
                                byte[] bytes = new byte[data.remaining()];
                                data.get(bytes);
                                echoed.complete(new String(bytes, java.nio.charset.StandardCharsets.US_ASCII));
                                return null;
                            }
                        })
                .get(10, TimeUnit.SECONDS);
        var unused = socket.sendBinary(ByteBuffer.wrap(new byte[] {'h', 'i'}), true);
        assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo("hi");
        socket.abort();
    }

    @Test
    void refusedSessionSaysWhy() throws IOException {
        fixture.schedulers.get(0).scripted = Optional.of(GatewayFixture.problem(Problem.Type.NOT_RUNNING));
        String answer = raw("GET /workloads/web/exec?command=sh HTTP/1.1|Host: localhost|" + ADMIN
                + "Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==||");
        assertThat(answer).startsWith("HTTP/1.1 409").contains("not-running", "Connection: close");
    }

    @Test
    void bodyThatIsTooLargeOrDoesNotComeReachesNoScheduler() throws IOException {
        int before = fixture.reached();
        HttpResponse<String> large = fixture.wire
                .with("operator")
                .send("POST", "/workloads/schedule", BodyPublishers.ofString("x".repeat(1_100_000)));
        assertThat(large.statusCode()).isEqualTo(413);
        String slow = raw("POST /workloads/schedule HTTP/1.1|Host: localhost|Content-Type: application/json|"
                + "Content-Length: 1000|" + ADMIN + "|{");
        assertThat(slow).startsWith("HTTP/1.1 408");
        assertThat(fixture.reached()).isEqualTo(before);
    }

    @Test
    void apiSpeaksTlsAndAsksForNoCertificate() throws IOException {
        String request = "GET /nodes HTTP/1.1|Host: localhost|" + ADMIN + "Connection: close||";
        TlsClient anybody = new TlsClient(Optional.empty());
        for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
            assertThat(anybody.ask(fixture.gateway.apiAddress().orElseThrow(), request.replace("|", "\r\n"), protocol))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void plainPortSaysHowTheGatewayIs() {
        await().untilAsserted(() -> {
            HttpResponse<String> ready = fixture.wire.get("/readyz");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).contains("READY");
        });
        assertThat(fixture.wire.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(fixture.wire.get("/metrics").statusCode()).isEqualTo(200);
    }

    private String raw(String request) throws IOException {
        return fixture.wire.raw(request.replace("|", "\r\n"));
    }
}
