package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.http.HttpSettings;
import dev.persys.http.net.BindRefusedException;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the ports listen and until when, whom they serve, and under which names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListeningTest {
    @TempDir
    Path directory;

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new SchedulerFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8085", "10.1.2.3", "localhost.evil.example", "[fe80::1]"})
    void whoAsksForAnotherNameIsNotServedOnAnyPort(String host) {
        String request = "GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        for (Wire port : List.of(fixture.api, fixture.node)) {
            assertThat(port.raw(request))
                    .startsWith("HTTP/1.1 421")
                    .contains("application/problem+json", "foreign-host", "persys.http.server.host-names");
        }
    }

    @Test
    void nameThatIsSetIsServedAndSoAreThoseOfLoopback() {
        try (SchedulerFixture named =
                new SchedulerFixture("persys.http.server.host-names = [\"Sched.internal\", \"192.0.2.7\"]")) {
            for (String host : List.of("sched.INTERNAL:80", "192.0.2.7", "localhost:1", "127.0.0.1", "[::1]:9")) {
                assertThat(named.node.raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void pageOfAnotherSiteOrdersNothing() {
        fixture.scheduler.answer(command -> {
            throw new AssertionError("a page ordered " + command);
        });
        String address = "127.0.0.1:" + fixture.server.apiAddress().getPort();
        for (String origin : List.of("http://evil.example", "null", "http://127.0.0.1:1", "https://localhost")) {
            HttpResponse<String> response = fixture.api.post("/workloads/a/stop", "Origin", origin);
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(Wire.problem(response).type()).isEqualTo("foreign-origin");
        }
        assertThat(fixture.node.get("/healthz", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
        assertThat(fixture.api
                        .get("/openapi.json", "Origin", "http://" + address)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void theTokenIsAskedForWhereThereIsOne() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
        try (SchedulerFixture guarded =
                new SchedulerFixture("persys.http.scheduler.api.token-file = \"" + token + "\"")) {
            guarded.scheduler.answer(command ->
                    ((SchedulerProtocol.GetWorkload) command).replyTo().tell(new Reply.Ok<>(Samples.view(1))));

            HttpResponse<String> none = new Wire(guarded.server::apiAddress).get("/workloads/a");
            assertThat(none.statusCode()).isEqualTo(401);
            assertThat(none.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"persys\"");
            assertThat(Wire.problem(none).detail()).contains("PERSYS_TOKEN").doesNotContain("s3cret");
            assertThat(guarded.api
                            .get("/workloads/a", "Authorization", "Bearer s3crea")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(guarded.api
                            .get("/workloads/a", "Authorization", "Bearer s3cret")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(guarded.api.get("/nowhere").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aPortWithoutTlsStaysOnTheLoopbackInterface() {
        assertThatThrownBy(() -> start("persys.http.scheduler.api.bind-address = 0.0.0.0"))
                .hasRootCauseInstanceOf(BindRefusedException.class)
                .rootCause()
                .hasMessageContaining("without TLS")
                .hasMessageContaining("persys.http.scheduler.api.bind-address to 127.0.0.1");
    }

    @Test
    void aPortInUseAndAMissingTokenAreRefusedWithTheSettingToChange() {
        int taken = fixture.server.nodeAddress().getPort();
        assertThatThrownBy(() -> start("persys.http.scheduler.node.port = " + taken))
                .cause()
                .isInstanceOf(BindRefusedException.class)
                .hasMessageContaining("persys.http.scheduler.node.port");
        assertThatThrownBy(() -> start("persys.http.scheduler.api.token-file = \"\""))
                .cause()
                .isInstanceOf(BindRefusedException.class)
                .hasMessageContaining("Set persys.http.scheduler.api.token-file");
        assertThatThrownBy(() -> start("persys.http.scheduler.api.token-file = /nowhere/token"))
                .cause()
                .isInstanceOf(BindRefusedException.class)
                .hasMessageContaining("/nowhere/token");
    }

    private void start(String overrides) throws CompletionException {
        String audit = "\npersys.http.scheduler.audit.directory = \"" + directory.resolve("audit") + "\"";
        HttpSettings settings = HttpSettings.of(com.typesafe.config.ConfigFactory.parseString(overrides + audit)
                .withFallback(fixture.kit.system().settings().config()));
        SchedulerFixture.await(SchedulerHttpServer.start(
                fixture.kit.system(),
                fixture.scheduler.ref(),
                fixture.documents,
                fixture.auth,
                fixture.agents,
                settings,
                java.util.Optional.empty(),
                "test"));
    }

    @RepeatedTest(5)
    void stoppingEndsStreamsAndLetsARequestUnderWayFinish() throws Exception {
        BlockingQueue<SchedulerProtocol.Command> waiting = new LinkedBlockingQueue<>();
        try (SchedulerFixture stopping = new SchedulerFixture("persys.http.server.answer-timeout = 10s")) {
            stopping.scheduler.answer(command -> {
                if (command instanceof SchedulerProtocol.FollowEvents follow) {
                    follow.replyTo()
                            .tell(new Reply.Ok<>(
                                    new SchedulerProtocol.EventFeed.Open(akka.stream.javadsl.Source.never(), 0)));
                } else {
                    waiting.add(command);
                }
            });
            InputStream events = stopping.api.open("/events").body();
            assertThat(events.read()).isPositive(); // Of the first line, or of what keeps it alive on a slow machine.
            CompletableFuture<Integer> call = CompletableFuture.supplyAsync(
                    () -> stopping.api.get("/workloads/a").statusCode());
            SchedulerProtocol.GetWorkload get = (SchedulerProtocol.GetWorkload) waiting.poll(10, TimeUnit.SECONDS);

            // Far longer than anything here waits: it ends because all is done, and not because its time is up.
            var stopped = stopping.server.stop(Duration.ofMinutes(5));
            get.replyTo().tell(new Reply.Ok<>(Samples.view(1)));

            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo(200);
            SchedulerFixture.await(stopped);
            assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("etry");
        }
    }
}
