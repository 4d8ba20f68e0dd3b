package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.http.testing.TlsClient;
import dev.persys.http.token.VerifyingKeys;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Auth Service over real connections, for operators and gateways. */
final class AuthRoutesTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path directory;

    private SchedulerFixture fixture;
    private TlsClient operator;
    private TlsClient gateway;

    @BeforeEach
    void start() {
        MutualTls tls = MutualTls.of(
                TestAuthority.write(AUTHORITY.named("spiffe://c-1/scheduler/s-1"), directory),
                Peers.all(Role.SCHEDULER));
        fixture = new SchedulerFixture("persys.http.server.answer-timeout = 15s", Optional.of(tls));
        fixture.scheduler.answer(command -> fixture.documents.change((ChangeDocuments) command));
        operator = new TlsClient(Optional.of(AUTHORITY.of(Role.OPERATOR, "jane")));
        gateway = new TlsClient(Optional.of(AUTHORITY.of(Role.GATEWAY, "g-1")));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** What was answered: the status, the head and the body. */
    private record Answered(int status, String head, JsonNode body) {}

    private Answered send(TlsClient client, String method, String path, String body, String... headers) {
        byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        String length =
                bytes.length == 0 ? "" : "Content-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n";
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        try {
            String answer = client.ask(
                    fixture.server.apiAddress(),
                    method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + length + more
                            + "\r\n" + body.replace('\'', '"'));
            int end = answer.indexOf("\r\n\r\n");
            return new Answered(
                    Integer.parseInt(answer, 9, 12, 10),
                    answer.substring(0, end),
                    Json.read(answer.substring(end + 4), JsonNode.class));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Answered check(String token) {
        return send(gateway, "POST", "/auth/check", "{'token':'" + token + "','path':'/workloads'}");
    }

    private Answered login(String user, String password) {
        return login(user, password, "192.0.2.1");
    }

    private Answered login(String user, String password, String address) {
        return send(
                gateway,
                "POST",
                "/auth/login",
                "{'user':'" + user + "','password':'" + password + "'}",
                "Persys-Client-Address: " + address);
    }

    private Answered refresh(String token) {
        return send(gateway, "POST", "/auth/refresh", "{'refreshToken':'" + token + "'}");
    }

    private void addAlice() {
        assertThat(send(
                                operator,
                                "POST",
                                "/auth/users",
                                "{'name':'alice','role':'operator','password':'" + PASSWORD + "'}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void tokenIsShownOnceAndGoodUntilItIsRevoked() {
        Answered made = send(operator, "POST", "/auth/tokens", "{'name':'ci','role':'operator','expiresIn':'30d'}");
        String token = made.body().path("token").asText();

        assertThat(made.head()).contains("no-store");
        assertThat(check(token).body().path("principal").asText()).isEqualTo("token:ci");
        assertThat(check(token).body().path("role").asText()).isEqualTo("operator");
        Answered list = send(operator, "GET", "/auth/tokens", "");
        assertThat(list.body().toString())
                .contains("\"ci\"", "certificate:operator/jane", "lastUsed")
                .doesNotContain(token);
        assertThat(fixture.documents.text()).contains("ci").doesNotContain(token);
        String id = made.body().path("id").asText();
        assertThat(send(operator, "DELETE", "/auth/tokens/" + id.substring(0, 6), "")
                        .status())
                .isEqualTo(200);
        assertThat(check(token).status()).isEqualTo(401);
        assertThat(check(token).body().path("type").asText()).isEqualTo("credential-gone");
    }

    @Test
    void tokenOfTheRightIdAndAnotherSecretIsNobodys() {
        String token = send(operator, "POST", "/auth/tokens", "{'name':'ci','role':'viewer'}")
                .body()
                .path("token")
                .asText();
        String forged = token.substring(0, token.length() - 43) + "A".repeat(43);

        assertThat(check(forged).status()).isEqualTo(401);
        assertThat(check(forged).body().path("detail"))
                .isEqualTo(check(forged.replaceFirst("_[0-9a-f]{16}_", "_0000000000000000_"))
                        .body()
                        .path("detail"));
    }

    @Test
    void nameThatIsTakenAndRolesThatThereAreNotAreRefused() {
        send(operator, "POST", "/auth/tokens", "{'name':'ci','role':'viewer'}");

        assertThat(send(operator, "POST", "/auth/tokens", "{'name':'ci','role':'viewer'}")
                        .status())
                .isEqualTo(409);
        Answered bad = send(operator, "POST", "/auth/tokens", "{'name':'a b','role':'root','expiresIn':'1s','x':1}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.body().path("errors")).hasSize(4);
    }

    @Test
    void rightPasswordBringsASessionWhichTheKeysOfTheSchedulerVerify() {
        addAlice();
        Answered in = login("alice", PASSWORD);

        assertThat(in.status()).isEqualTo(200);
        VerifyingKeys keys =
                VerifyingKeys.of(send(gateway, "GET", "/auth/keys", "").body().toString());
        VerifyingKeys.Verdict verdict =
                keys.verify(in.body().path("accessToken").asText(), Instant.now());
        assertThat(((VerifyingKeys.Verdict.Good) verdict).token().principal()).isEqualTo("alice");
        assertThat(fixture.documents.text())
                .contains("argon2id")
                .doesNotContain(PASSWORD)
                .doesNotContain(in.body().path("refreshToken").asText());
    }

    @Test
    void wrongPasswordAndUnknownUserAreToldTheSame() {
        addAlice();
        Answered wrong = login("alice", "wrong wrong wrong");
        Answered unknown = login("bob", "wrong wrong wrong");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.body().path("type").asText()).isEqualTo("sign-in-failed");
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(unknown.body().path("detail")).isEqualTo(wrong.body().path("detail"));
    }

    @Test
    void guesserIsToldToWaitAndTheRightPasswordFromElsewhereIsStillTaken() {
        addAlice();
        int refused = 0;
        for (int i = 0; i < 12; i++) {
            if (login("alice", "guess number " + i).status() == 429) {
                refused++;
            }
        }

        assertThat(refused).isGreaterThan(3);
        assertThat(login("alice", PASSWORD).status()).isEqualTo(429);
        assertThat(login("alice", PASSWORD, "192.0.2.2").status()).isEqualTo(200);
    }

    @Test
    void guesserWithAnAddressForEachGuessIsOneInOneNetwork() {
        addAlice();
        for (int i = 0; i < 12; i++) {
            login("alice", "guess number " + i, "2001:db8::" + i);
        }

        assertThat(login("alice", PASSWORD, "2001:db8::ffff").status()).isEqualTo(429);
        assertThat(login("alice", PASSWORD, "2001:db8:0:1::1").status()).isEqualTo(200);
    }

    @Test
    void refreshTokenThatIsUsedTwiceEndsTheSessionForBoth() {
        addAlice();
        String first = login("alice", PASSWORD).body().path("refreshToken").asText();
        String second = refresh(first).body().path("refreshToken").asText();
        String third = refresh(second).body().path("refreshToken").asText();

        assertThat(third).isNotEmpty();
        assertThat(refresh(first).body().path("detail").asText()).contains("somebody has a copy");
        assertThat(refresh(third).status()).isEqualTo(401);
    }

    @Test
    void signingOutAnotherPasswordAndTheEndOfTheUserEndSessionsAtOnce() {
        addAlice();
        String out = login("alice", PASSWORD).body().path("refreshToken").asText();
        assertThat(send(gateway, "POST", "/auth/logout", "{'refreshToken':'" + out + "'}")
                        .status())
                .isEqualTo(200);
        assertThat(refresh(out).status()).isEqualTo(401);

        String changed = login("alice", PASSWORD).body().path("refreshToken").asText();
        assertThat(send(operator, "PUT", "/auth/users/alice/password", "{'password':'another horse'}")
                        .status())
                .isEqualTo(200);
        assertThat(refresh(changed).status()).isEqualTo(401);
        assertThat(login("alice", PASSWORD).status()).isEqualTo(401);

        String removed =
                login("alice", "another horse").body().path("refreshToken").asText();
        assertThat(send(operator, "DELETE", "/auth/users/alice", "").status()).isEqualTo(200);
        assertThat(refresh(removed).status()).isEqualTo(401);
    }

    private static String[] as(Answered in) {
        return new String[] {
            "Persys-Principal: session:" + in.body().path("user").asText(),
            "Persys-Credential: session/" + in.body().path("session").asText(),
            "Persys-Role: " + in.body().path("role").asText()
        };
    }

    @Test
    void whoIsSignedInIsKnownUntilTheMomentOfSigningOutWhateverAGatewayRemembers() {
        addAlice();
        Answered in = login("alice", PASSWORD);

        Answered who = send(gateway, "GET", "/auth/whoami", "", as(in));
        assertThat(who.body().path("principal").asText()).isEqualTo("session:alice");
        assertThat(who.body().path("role").asText()).isEqualTo("operator");
        assertThat(send(gateway, "GET", "/auth/tokens", "", as(in)).status()).isEqualTo(403);
        String refresh = in.body().path("refreshToken").asText();
        send(gateway, "POST", "/auth/logout", "{'refreshToken':'" + refresh + "'}");

        Answered gone = send(gateway, "GET", "/auth/whoami", "", as(in));
        assertThat(gone.status()).isEqualTo(401);
        assertThat(gone.body().path("type").asText()).isEqualTo("credential-gone");
    }

    @Test
    void beginningOfACredentialsIdIsNobodys() {
        addAlice();
        String[] headers = as(login("alice", PASSWORD));
        headers[1] = headers[1].substring(0, headers[1].length() - 1);

        assertThat(send(gateway, "GET", "/auth/whoami", "", headers).status()).isEqualTo(401);
    }

    @Test
    void ticketOpensItsPathOnceForWhoAskedForIt() {
        addAlice();
        Answered in = login("alice", PASSWORD);
        String first = ticket(in);
        String second = ticket(in);

        assertThat(check(first).body().path("principal").asText()).isEqualTo("session:alice");
        assertThat(check(first).status()).isEqualTo(401);
        String elsewhere = "{'token':'" + second + "','path':'/events'}";
        assertThat(send(gateway, "POST", "/auth/check", elsewhere).status()).isEqualTo(401);
        assertThat(check(second).status()).isEqualTo(401);
    }

    private String ticket(Answered in) {
        return send(gateway, "POST", "/auth/tickets", "{'path':'/workloads'}", as(in))
                .body()
                .path("ticket")
                .asText();
    }

    @Test
    void browserGetsCookiesThatNoPageReadsAndHasToShowWhatOnlyOurPagesCan() {
        addAlice();
        Answered in =
                send(gateway, "POST", "/auth/login", "{'user':'alice','password':'" + PASSWORD + "','cookies':true}");
        String csrf = in.body().path("csrfToken").asText();
        String cookie =
                "Cookie: __Host-persys-refresh=" + in.head().replaceAll("(?s).*__Host-persys-refresh=([^;]+);.*", "$1");

        assertThat(in.body().toString()).doesNotContain("accessToken").doesNotContain("refreshToken");
        assertThat(in.head().lines().filter(line -> line.startsWith("Set-Cookie: __Host-persys=")))
                .allMatch(line ->
                        line.contains("HttpOnly") && line.contains("Secure") && line.contains("SameSite=Strict"))
                .hasSize(1);
        assertThat(send(gateway, "POST", "/auth/refresh", "{}", cookie)
                        .body()
                        .path("type")
                        .asText())
                .isEqualTo("csrf");
        assertThat(send(gateway, "POST", "/auth/refresh", "{}", cookie, "Persys-Csrf: " + csrf)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void othersThanGatewaysNeitherSignInNorAskWhoHoldsAToken() {
        assertThat(send(operator, "POST", "/auth/login", "{'user':'alice','password':'" + PASSWORD + "'}")
                        .status())
                .isEqualTo(403);
        assertThat(send(operator, "GET", "/auth/keys", "").status()).isEqualTo(403);
        assertThat(send(gateway, "GET", "/auth/tokens", "").status()).isEqualTo(403);
    }

    @Test
    void noPasswordIsInTheAuditLogOrInAnError() {
        addAlice();
        login("alice", PASSWORD);
        login("alice", "wrong wrong wrong");
        login("wrong-wrong-wrong", PASSWORD);
        assertThat(send(operator, "POST", "/auth/users", "{'name':'bob','role':'viewer','password':'too short'}")
                        .body()
                        .toString())
                .contains("12 to 256 characters")
                .doesNotContain("too short");

        String audit = send(operator, "GET", "/audit", "").body().toString();
        assertThat(audit)
                .contains("sign-in of alice", "wrong password", "no such user")
                .doesNotContain(PASSWORD)
                .doesNotContain("wrong wrong wrong")
                .doesNotContain("wrong-wrong-wrong");
    }
}
