package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.access.AccessTable;
import dev.persys.access.Principal;
import dev.persys.access.Route;
import dev.persys.api.Json;
import dev.persys.auth.ApiToken;
import dev.persys.http.testing.TlsClient;
import dev.persys.model.DocumentKind;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the scheduler's API believes to speak for whom, and what each may call, over real connections. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PrincipalGateTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();

    private static final String OPENAPI = "/openapi.json";

    @TempDir
    static Path directory;

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        MutualTls tls = MutualTls.of(
                TestAuthority.write(AUTHORITY.named("spiffe://c-1/scheduler/s-1"), directory),
                Peers.all(Role.SCHEDULER));
        fixture = new SchedulerFixture(
                "persys.http.server { max-in-flight = 64, answer-timeout = 50ms }", Optional.of(tls));
    }

    @BeforeEach
    void keep() {
        fixture.documents.beKnown(true);
        for (dev.persys.access.Role role : dev.persys.access.Role.values()) {
            keep(role, role, Optional.empty());
        }
    }

    @AfterEach
    void forget() {
        fixture.documents.beKnown(true);
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void principalMayCallWhatTheTableSaysAndNothingElse(dev.persys.access.Role role) throws IOException {
        TlsClient gateway = client(Role.GATEWAY);
        for (Route route : AccessTable.ROUTES) {
            int status = status(ask(gateway, route, headers(principal(role))));
            if (role.includes(route.least())) {
                assertThat(status).as("%s as %s", route, role).isNotIn(401, 403);
            } else {
                assertThat(status).as("%s as %s", route, role).isEqualTo(403);
            }
        }
    }

    @Test
    void operatorsCertificateMayCallEverything() throws IOException {
        TlsClient operator = client(Role.OPERATOR);
        for (Route route : AccessTable.ROUTES) {
            assertThat(status(ask(operator, route, ""))).as("%s", route).isNotIn(401, 403);
        }
    }

    @Test
    void schedulersCertificateIsNoAdministrators() throws IOException {
        TlsClient scheduler = client(Role.SCHEDULER);
        for (Route route : AccessTable.ROUTES) {
            boolean may = dev.persys.access.Role.OPERATOR.includes(route.least());
            assertThat(status(ask(scheduler, route, "")) != 403).as("%s", route).isEqualTo(may);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AGENT", "GATEWAY"})
    void agentsAndGatewaysCallNothingInTheirOwnName(Role role) throws IOException {
        TlsClient client = client(role);
        for (Route route : AccessTable.ROUTES) {
            assertThat(status(ask(client, route, ""))).as("%s", route).isEqualTo(403);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "GATEWAY", mode = EnumSource.Mode.EXCLUDE)
    void nobodyElseSpeaksForAPrincipal(Role role) throws IOException {
        for (String header :
                headers(principal(dev.persys.access.Role.ADMIN)).lines().toList()) {
            assertThat(ask(client(role), looking(), header + "\r\n"))
                    .startsWith("HTTP/1.1 403")
                    .contains("wrong-identity");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Persys-Principal: token:ci",
                "Persys-Principal: token:ci|Persys-Credential: api-token/admin",
                "Persys-Principal: token:ci|Persys-Credential: session/admin|Persys-Role: admin",
                "Persys-Principal: token:ci|Persys-Credential: api-token/admin|Persys-Role: root",
                "Persys-Principal: token:a|Persys-Credential: api-token/admin|Persys-Role: admin|persys-role: admin",
                "Persys-Principal: token:a|persys-principal: token:b|Persys-Credential: api-token/admin|Persys-Role: admin"
            })
    void gatewayNamesOnePrincipalOrNone(String headers) throws IOException {
        assertThat(ask(client(Role.GATEWAY), looking(), headers.replace("|", "\r\n") + "\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("wrong-identity");
    }

    @Test
    void credentialThatIsRevokedCountsFromTheNextRequestOnOfOneConnection() throws IOException {
        String request = request(looking(), headers(principal(dev.persys.access.Role.ADMIN)), false);
        try (SSLSocket socket = client(Role.GATEWAY).connect(fixture.server.apiAddress())) {
            assertThat(TlsClient.answer(socket, request)).startsWith("HTTP/1.1 200");
            fixture.documents.remove(DocumentKind.API_TOKEN, "admin");
            assertThat(TlsClient.answer(socket, request))
                    .startsWith("HTTP/1.1 401")
                    .contains("credential-gone");
        }
    }

    @Test
    void credentialThatIsExpiredOrUnreadableIsGone() throws IOException {
        keep(
                dev.persys.access.Role.ADMIN,
                dev.persys.access.Role.ADMIN,
                Optional.of(Instant.now().minusSeconds(1)));
        isGone();
        for (String text : new String[] {"{}", "{", ""}) {
            fixture.documents.put(DocumentKind.API_TOKEN, "admin", text);
            isGone();
        }
    }

    @Test
    void whoWasGivenLessMeanwhileMayDoLess() throws IOException {
        keep(dev.persys.access.Role.ADMIN, dev.persys.access.Role.VIEWER, Optional.empty());
        assertThat(status(ask(client(Role.GATEWAY), audit(), headers(principal(dev.persys.access.Role.ADMIN)))))
                .isEqualTo(403);
    }

    @Test
    void nobodyIsLetInWhileItIsNotKnownWhoMay() throws IOException {
        fixture.documents.beKnown(false);
        assertThat(ask(client(Role.GATEWAY), looking(), headers(principal(dev.persys.access.Role.ADMIN))))
                .startsWith("HTTP/1.1 503")
                .contains("unavailable");
    }

    @Test
    void auditLogSaysWhoAndThroughWhichGateway() throws IOException {
        Route gc = AccessTable.find("POST", "/cluster/gc").orElseThrow();
        assertThat(status(ask(client(Role.GATEWAY), gc, headers(principal(dev.persys.access.Role.VIEWER)))))
                .isEqualTo(403);
        await().untilAsserted(() -> assertThat(client(Role.OPERATOR)
                        .ask(
                                fixture.server.apiAddress(),
                                request(audit(), "", true).replace("/audit", "/audit?who=token:is-viewer")))
                .contains("\"identity\":\"token:is-viewer\"", "\"via\":\"gateway/x\"", "denied"));
    }

    @Test
    void readinessIsTheGatewaysToAsk() throws IOException {
        String request = request(looking(), "", true).replace(OPENAPI, "/readyz");
        assertThat(status(client(Role.GATEWAY).ask(fixture.server.apiAddress(), request)))
                .isIn(200, 503);
    }

    private void isGone() throws IOException {
        assertThat(ask(client(Role.GATEWAY), looking(), headers(principal(dev.persys.access.Role.ADMIN))))
                .startsWith("HTTP/1.1 401")
                .contains("credential-gone");
    }

    /** The token of the one of {@code whose} role, which may do so much now. */
    private void keep(dev.persys.access.Role whose, dev.persys.access.Role now, Optional<Instant> until) {
        ApiToken token = new ApiToken(
                whose.word(),
                "is-" + whose.word(),
                now,
                "d".repeat(64),
                Instant.EPOCH,
                "test",
                until,
                Optional.empty());
        fixture.documents.put(DocumentKind.API_TOKEN, whose.word(), Json.write(token));
    }

    private static Route looking() {
        return AccessTable.find("GET", OPENAPI).orElseThrow();
    }

    private static Route audit() {
        return AccessTable.find("GET", "/audit").orElseThrow();
    }

    private static Principal principal(dev.persys.access.Role role) {
        return new Principal(Principal.Kind.TOKEN, "is-" + role.word(), role, role.word());
    }

    private static String headers(Principal principal) {
        return Principal.HEADER + ": " + principal.text() + "\r\n" + Principal.CREDENTIAL_HEADER + ": "
                + principal.credentialText() + "\r\n" + Principal.ROLE_HEADER + ": "
                + principal.role().word() + "\r\n";
    }

    private static TlsClient client(Role role) {
        return new TlsClient(Optional.of(AUTHORITY.of(role, "x")));
    }

    private String ask(TlsClient client, Route route, String headers) throws IOException {
        return client.ask(fixture.server.apiAddress(), request(route, headers, true));
    }

    private static String request(Route route, String headers, boolean last) {
        String path = route.template().replaceAll("\\{[^}]*}", "web-1");
        String query = route.method().equals("GET") ? "" : "?no-such=1";
        return route.method() + " " + path + query + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n" + headers
                + (last ? "Connection: close\r\n\r\n" : "\r\n");
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }
}
