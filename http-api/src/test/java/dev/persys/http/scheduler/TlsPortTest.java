package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.http.testing.TlsClient;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scheduler's API with mutual TLS, over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsPortTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final String LAST = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    private static final String KEPT = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String SCHEDULER = "spiffe://c-1/scheduler/s-1";
    private static final int PLACES = 64;
    private static final int HALF_OPEN = 2_000;

    @TempDir
    static Path directory;

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        MutualTls tls =
                MutualTls.of(TestAuthority.write(AUTHORITY.named(SCHEDULER), directory), Peers.all(Role.SCHEDULER));
        fixture = new SchedulerFixture("persys.http.server.max-in-flight = 64", Optional.of(tls));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPERATOR", "SCHEDULER"})
    void certificateOfTheseRolesIsEnough(Role role) throws IOException {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            assertThat(client(AUTHORITY.of(role, "x")).ask(address(), LAST, protocol))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void agentIsRefusedWhateverElseItBrings() throws IOException {
        String forged = LAST.replace(
                "Host:",
                "Authorization: Bearer " + SchedulerFixture.TOKEN
                        + "\r\npersys-peer: spiffe://c-1/operator/jane\r\nTls-Session-Info: x\r\nHost:");
        assertThat(client(AUTHORITY.of(Role.AGENT, "node-1")).ask(address(), forged))
                .startsWith("HTTP/1.1 403")
                .contains("wrong-identity", "spiffe://c-1/agent/node-1", "gateway or operator or scheduler");
        String audit = LAST.replace("/openapi.json", "/audit?who=certificate:agent/node-1");
        await().untilAsserted(() -> assertThat(
                        client(AUTHORITY.of(Role.OPERATOR, "jane")).ask(address(), audit))
                .contains("certificate:agent/node-1", "denied"));
    }

    @Test
    void whoDoesNotSpeakTlsIsToldSoAndLetGo() {
        assertThat(fixture.api.raw(LAST)).startsWith("HTTP/1.1 400").contains("This port speaks TLS");
    }

    @Test
    void longBodyComesThrough() throws IOException {
        String body = "{\"image\":\"" + "x".repeat(900_000) + "\"}";
        String request = "POST /workloads/schedule HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        assertThat(client(AUTHORITY.of(Role.OPERATOR, "jane")).ask(address(), request))
                .startsWith("HTTP/1.1 400")
                .contains("invalid-request");
    }

    @Test
    void halfOpenHandshakesKeepNobodyOut() throws IOException {
        Credentials own = AUTHORITY.named(SCHEDULER);
        List<Socket> open = new ArrayList<>();
        try (SchedulerFixture small = new SchedulerFixture(
                "persys.http.server.max-connections = " + PLACES, Optional.of(new MutualTls(() -> own)))) {
            InetSocketAddress to = small.server.apiAddress();
            for (int i = 0; i < HALF_OPEN; i++) {
                Socket socket = new Socket(to.getAddress(), to.getPort());
                open.add(socket);
                begin(socket);
            }
            TlsClient operator = client(AUTHORITY.of(Role.OPERATOR, "jane"));
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> operator.ask(to, LAST).startsWith("HTTP/1.1 200"));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** The begin of a record, and no more; where all places are taken it may be closed already. */
    private static void begin(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[] {22, 3, 1, 2});
        } catch (IOException e) {
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void newCertificateCountsFromTheNextConnectionOnAndNoRequestFails() throws Exception {
        Credentials next = AUTHORITY.named(SCHEDULER);
        X509Certificate expected = next.chain().get(0);
        TlsClient operator = client(AUTHORITY.of(Role.OPERATOR, "jane"));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        try (SSLSocket before = operator.connect(address())) {
            assertThat(TlsClient.answer(before, KEPT)).startsWith("HTTP/1.1 200");
            assertThat(before.getSession().getPeerCertificates()[0]).isNotEqualTo(expected);
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    try {
                        assertThat(operator.ask(address(), LAST)).startsWith("HTTP/1.1 200");
                        assertThat(TlsClient.answer(before, KEPT)).startsWith("HTTP/1.1 200");
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    answered.incrementAndGet();
                }
            });
            await().until(() -> answered.get() > 0 || load.isDone());

            TestAuthority.write(next, directory);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                try (SSLSocket fresh = operator.connect(address())) {
                    fresh.startHandshake();
                    return fresh.getSession().getPeerCertificates()[0].equals(expected);
                }
            });
            int then = answered.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> answered.get() > then || load.isDone());
            done.set(true);
            load.join();
            assertThat(before.getSession().getPeerCertificates()[0]).isNotEqualTo(expected);
        }
    }

    private static TlsClient client(Credentials credentials) {
        return new TlsClient(Optional.of(credentials));
    }

    private InetSocketAddress address() {
        return fixture.server.apiAddress();
    }
}
