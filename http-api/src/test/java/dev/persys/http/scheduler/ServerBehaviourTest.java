package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import dev.persys.api.WorkloadView;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServerBehaviourTest {
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
    void aRequestIdThatIsFitIsKeptAndAnotherIsReplaced() {
        assertThat(id(fixture.api.get("/nowhere", "X-Request-Id", "abc-1"))).isEqualTo("abc-1");
        assertThat(id(fixture.api.get("/nowhere", "X-Request-Id", "a b<script>")))
                .hasSize(36);
        assertThat(id(fixture.api.get("/nowhere"))).hasSize(36);
    }

    private static String id(HttpResponse<String> response) {
        return response.headers().firstValue("X-Request-Id").orElseThrow();
    }

    @Test
    void aPathThatIsNotThereListsThoseNearby() {
        HttpResponse<String> response = fixture.api.get("/workload");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Wire.problem(response).type()).isEqualTo("unknown-path");
        assertThat(Wire.problem(response).detail()).contains("GET /workloads").doesNotContain("/nodes");
        assertThat(fixture.api.get("/workloads/").statusCode()).isEqualTo(404);
        assertThat(fixture.api.get("/v1").statusCode()).isEqualTo(404);
        assertThat(fixture.api.get("/v2/workloads").statusCode()).isEqualTo(404);
    }

    @Test
    void aMethodThatThePathLacksIsToldWhichItHas() {
        HttpResponse<String> response = fixture.api.send("PATCH", "/workloads/a", BodyPublishers.ofString("{}"));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD, DELETE, PUT");
        assertThat(Wire.problem(response).type()).isEqualTo("method-not-allowed");

        HttpResponse<String> options = fixture.api.send("OPTIONS", "/workloads/a", BodyPublishers.noBody());

        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow")).contains("GET, HEAD, DELETE, PUT");
    }

    @Test
    void aBodyThatIsNotDeclaredAsJsonIsRefused() {
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "application/xml")) {
            HttpResponse<String> response = fixture.api.send(
                    "POST", "/workloads/schedule", BodyPublishers.ofString("{}"), "Content-Type", type);
            assertThat(response.statusCode()).isEqualTo(415);
            assertThat(Wire.problem(response).detail()).contains("Content-Type: application/json");
        }
        assertThat(fixture.api
                        .send("POST", "/workloads/schedule", BodyPublishers.ofString("{}"))
                        .statusCode())
                .isEqualTo(415);
        assertThat(fixture.api
                        .send(
                                "POST",
                                "/workloads/schedule",
                                BodyPublishers.ofString("{}"),
                                "Content-Type",
                                "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void malformedJsonIsShownWithItsLineAndColumn() {
        HttpResponse<String> response = fixture.api.json("/workloads/schedule", "{\n  'name': x}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(response).type()).isEqualTo("malformed-json");
        assertThat(Wire.problem(response).detail()).startsWith("Line 2, column ");
        assertThat(Wire.problem(fixture.api.json("/workloads/schedule", "")).detail())
                .contains("empty");
        assertThat(Wire.problem(fixture.api.json("/workloads/schedule", "{'a':1,'a':2}"))
                        .detail())
                .contains("Duplicate field 'a'");
    }

    @Test
    void aBodyOverTheLimitIsRefusedWhetherItsLengthIsSaidOrNot() {
        byte[] large = ("\"" + "x".repeat(1024 * 1024) + "\"").getBytes(StandardCharsets.UTF_8);
        for (var body : List.of(
                BodyPublishers.ofByteArray(large),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
            HttpResponse<String> response =
                    fixture.api.send("POST", "/workloads/schedule", body, "Content-Type", "application/json");
            assertThat(response.statusCode()).isEqualTo(413);
            assertThat(Wire.problem(response).type()).isEqualTo("body-too-large");
        }
    }

    @Test
    void aBodyInChunksIsReadLikeAnyOther() {
        HttpResponse<String> response = fixture.api.send(
                "POST",
                "/workloads/schedule",
                BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream("{\"name\":7}".getBytes(StandardCharsets.UTF_8))),
                "Content-Type",
                "application/json");

        assertThat(Wire.problem(response).type()).isEqualTo("invalid-request");
    }

    @Test
    void everyProblemNamesItsRequest() {
        byte[] large = ("\"" + "x".repeat(1024 * 1024) + "\"").getBytes(StandardCharsets.UTF_8);
        for (HttpResponse<String> problem : List.of(
                fixture.api.get("/nowhere"),
                fixture.api.get("/workloads/a", "Authorization", "Bearer wrong"),
                fixture.api.get("/workloads/a?what=1"),
                fixture.api.send("PUT", "/workloads/a", BodyPublishers.ofString("{}")),
                fixture.api.send("POST", "/workloads/schedule", BodyPublishers.ofString("{}")),
                fixture.api.json("/workloads/schedule", "{"),
                fixture.api.send(
                        "POST",
                        "/workloads/schedule",
                        BodyPublishers.ofByteArray(large),
                        "Content-Type",
                        "application/json"))) {
            assertThat(Wire.problem(problem).requestId()).contains(id(problem));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a{b} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
                "QUERY /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
                "CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /healthz HTTP/3.7\r\nHost: localhost\r\n\r\n"
            })
    void whatIsNoHttpIsAnsweredWithAProblemToo(String request) {
        String answer = fixture.node.raw(request);

        assertThat(answer).matches("(?s)HTTP/1.1 [45]\\d\\d .*");
        assertThat(answer)
                .contains(
                        "Content-Type: application/problem+json", "X-Request-Id: ", "malformed-http", "\"requestId\":");
    }

    @Test
    void linesAndHeadersThatAreTooLongAreAnsweredWithAProblemToo() {
        String path = "/" + "x".repeat(5_000);
        assertThat(fixture.node.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 414")
                .contains("application/problem+json", "X-Request-Id: ");
        assertThat(fixture.node.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(10_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("application/problem+json", "X-Request-Id: ");
    }

    @Test
    void oldHttpNeedNotSayWhereItWantsToGo() {
        assertThat(fixture.node.raw("GET /healthz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void orderWithoutFieldsTakesNoBodyThatSaysSomething() {
        fixture.scheduler.answer(command -> {
            SchedulerProtocol.ChangeWorkload change = (SchedulerProtocol.ChangeWorkload) command;
            change.replyTo().tell(new Reply.Ok<>(Samples.view(1)));
        });
        String stop = "/workloads/a/stop";
        assertThat(fixture.api.json(stop, "garbage").statusCode()).isEqualTo(400);
        assertThat(fixture.api.json(stop, "{'force':true}").statusCode()).isEqualTo(400);
        assertThat(fixture.api
                        .send("POST", stop, BodyPublishers.ofString("garbage"), "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(fixture.api
                        .send(
                                "DELETE",
                                "/workloads/a",
                                BodyPublishers.ofString("garbage"),
                                "Content-Type",
                                "text/plain")
                        .statusCode())
                .isEqualTo(415);
        assertThat(fixture.scheduler.received()).isEmpty();
        assertThat(fixture.api.post(stop).statusCode()).isEqualTo(200);
        assertThat(fixture.api.post(stop, "Content-Type", "text/plain").statusCode())
                .isEqualTo(200);
        assertThat(fixture.api.json(stop, "{}").statusCode()).isEqualTo(200);
        assertThat(fixture.api
                        .send("POST", stop, BodyPublishers.ofInputStream(InputStream::nullInputStream))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void headerThatIsGivenTwiceIsRefusedWhereItsSecondValueWouldCountForNothing() {
        for (String header : List.of("Authorization: Bearer x", "Idempotency-Key: x", "If-Match: \"1\"")) {
            assertThat(fixture.api.raw("GET /workloads/a HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n" + header
                            + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("given twice");
        }
    }

    @Test
    void bodyInAnotherCodingIsRefused() {
        assertThat(fixture.api
                        .json("/workloads/schedule", "{}", "Content-Encoding", "gzip")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void headIsAnsweredAsGetWithoutItsBody() {
        HttpResponse<String> response = fixture.node.send("HEAD", "/healthz", BodyPublishers.noBody());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void oneRequestTooManyAtOnceIsToldToComeAgain() throws InterruptedException {
        BlockingQueue<ActorRef<Reply<WorkloadView>>> waiting = new LinkedBlockingQueue<>();
        fixture.scheduler.answer(command -> waiting.add(((SchedulerProtocol.GetWorkload) command).replyTo()));
        ExecutorService callers = Executors.newFixedThreadPool(3);
        List<CompletableFuture<Integer>> calls = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> fixture.api.get("/workloads/a").statusCode(), callers))
                .toList();
        List<ActorRef<Reply<WorkloadView>>> held = new java.util.ArrayList<>();
        while (held.size() < 3) {
            held.add(waiting.poll(10, TimeUnit.SECONDS));
        }

        HttpResponse<String> refused = fixture.api.get("/workloads/a");

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(refused).type()).isEqualTo("busy");
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        held.forEach(replyTo -> replyTo.tell(new Reply.Ok<>(Samples.view(1))));
        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(200));
        callers.shutdown();
    }
}
