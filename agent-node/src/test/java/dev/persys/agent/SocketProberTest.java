package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthCheck.Http;
import dev.persys.model.HealthCheck.Scheme;
import dev.persys.model.HealthCheck.Tcp;
import dev.persys.model.OnUnhealthy;
import dev.persys.testing.LoopbackServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class SocketProberTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Optional<String> HERE = Optional.of("127.0.0.1");

    private final SocketProber prober = new SocketProber(KIT.system(), 2);

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    @Test
    void statusDecidesAndARedirectIsAnAnswerThatNobodyFollows() {
        AtomicInteger status = new AtomicInteger();
        List<String> asked = new CopyOnWriteArrayList<>();
        try (LoopbackServer server = new LoopbackServer(exchange -> {
            asked.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Probe") + " "
                    + exchange.getRequestHeaders().getFirst("Host"));
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            LoopbackServer.answer(exchange, status.get(), "text/plain", "x".repeat(100_000));
        })) {
            for (int good : List.of(200, 204, 302)) {
                status.set(good);
                assertThat(probe(get(server.port(), "/live?x=1", "200-399")))
                        .as("%s", good)
                        .isEmpty();
            }
            assertThat(asked).containsOnly("/live?x=1 yes web.example");
            for (int bad : List.of(404, 503)) {
                status.set(bad);
                assertThat(probe(get(server.port(), "/live?x=1", "200-399")).orElseThrow())
                        .startsWith("GET /live?x=1 answered " + bad)
                        .endsWith("; expected is 200-399");
            }
            assertThat(probe(get(server.port(), "/", "503"))).isEmpty();
        }
    }

    @Test
    void whatTakesNoConnectionsAnswersNothingOrSomethingElseIsSaidSo() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        assertThat(probe(get(closed, "/", "200"))).contains("127.0.0.1:" + closed + " takes no connections");
        assertThat(probe(tcp(closed))).contains("127.0.0.1:" + closed + " takes no connections");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(probe(tcp(silent.getLocalPort()))).isEmpty();
            assertThat(probe(impatient(get(silent.getLocalPort(), "/", "200"))))
                    .contains("GET / was not answered within 500 ms");
        }
        assertThat(prober.probe(tcp(closed), Optional.empty())
                        .toCompletableFuture()
                        .get()
                        .orElseThrow())
                .contains("no address");
    }

    @Test
    void talkerThatNeverEndsIsReadAsFarAsIsNeededAndItsConnectionIsClosed() throws Exception {
        AtomicInteger closed = new AtomicInteger();
        try (ServerSocket talker = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> talk(talker, closed));
            thread.setDaemon(true);
            thread.start();
            for (int i = 0; i < 5; i++) {
                assertThat(probe(get(talker.getLocalPort(), "/", "200"))).isEmpty();
            }
            Awaitility.await().until(() -> closed.get() == 5);
        }
    }

    @Test
    void answerWithoutTlsIsNoneToAQuestionWithIt() {
        try (LoopbackServer plain =
                new LoopbackServer(exchange -> LoopbackServer.answer(exchange, 200, "text/plain", "ok"))) {
            Http http = new Http(plain.port(), "/", Scheme.HTTPS, Map.of(), "200");
            assertThat(probe(impatient(check(Optional.of(http), Optional.empty()))))
                    .isPresent();
        }
    }

    /** Answers, and goes on talking until the other side has enough. */
    private static void talk(ServerSocket server, AtomicInteger closed) {
        while (true) {
            try (Socket socket = server.accept();
                    OutputStream out = socket.getOutputStream()) {
                out.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                while (true) {
                    out.write(new byte[1024]);
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
                closed.incrementAndGet();
            }
        }
    }

    private Optional<String> probe(HealthCheck check) {
        return prober.probe(check, HERE).toCompletableFuture().join();
    }

    private static HealthCheck get(int port, String path, String expect) {
        return check(
                Optional.of(new Http(port, path, Scheme.HTTP, Map.of("X-Probe", "yes", "Host", "web.example"), expect)),
                Optional.empty());
    }

    private static HealthCheck impatient(HealthCheck check) {
        return new HealthCheck(
                check.http(),
                check.tcp(),
                check.exec(),
                check.none(),
                check.interval(),
                Optional.of(Duration.ofMillis(500)),
                check.retries(),
                check.startPeriod(),
                check.onUnhealthy());
    }

    private static HealthCheck tcp(int port) {
        return check(Optional.empty(), Optional.of(new Tcp(port)));
    }

    private static HealthCheck check(Optional<Http> http, Optional<Tcp> tcp) {
        return new HealthCheck(
                        http,
                        tcp,
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.of(Duration.ofSeconds(20)),
                        Optional.empty(),
                        Optional.empty(),
                        OnUnhealthy.REPORT)
                .whole();
    }
}
