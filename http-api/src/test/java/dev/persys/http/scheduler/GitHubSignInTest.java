package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.http.testing.FakeGitHub;
import dev.persys.http.testing.TlsClient;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in by GitHub, against a server that does what GitHub documents, over real connections. */
final class GitHubSignInTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final String CALLBACK = "https://gateway.example.org:8443/auth/github/callback";

    @TempDir
    Path directory;

    private FakeGitHub github;
    private SchedulerFixture fixture;
    private TlsClient gateway;

    @BeforeEach
    void start() throws IOException {
        github = new FakeGitHub();
        start("roles { acme = viewer, \"acme/ops\" = admin }");
    }

    private void start(String roles) {
        MutualTls tls = MutualTls.of(
                TestAuthority.write(AUTHORITY.named("spiffe://c-1/scheduler/s-1"), directory),
                Peers.all(Role.SCHEDULER));
        fixture = new SchedulerFixture(
                """
                persys.http.server.answer-timeout = 15s
                persys.http.scheduler.auth.github {
                  web-url = "%s", api-url = "%s", client-id = "%s", client-secret = "%s", callback-url = "%s"
                  %s
                }
                """.formatted(github.url(), github.url(), FakeGitHub.CLIENT, FakeGitHub.SECRET, CALLBACK, roles),
                Optional.of(tls));
        fixture.scheduler.answer(command -> fixture.documents.change((ChangeDocuments) command));
        gateway = new TlsClient(Optional.of(AUTHORITY.of(Role.GATEWAY, "g-1")));
    }

    @AfterEach
    void stop() {
        fixture.close();
        github.close();
    }

    private record Answered(int status, String head, String text) {
        String header(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }

        JsonNode body() {
            return Json.read(text, JsonNode.class);
        }
    }

    private Answered send(String method, String path, String body, String... headers) {
        String length = body.isEmpty()
                ? ""
                : "Content-Type: application/json\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length
                        + "\r\n";
        String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        try {
            String answer = gateway.ask(
                    fixture.server.apiAddress(),
                    method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + length + more
                            + "\r\n" + body);
            int end = answer.indexOf("\r\n\r\n");
            return new Answered(
                    Integer.parseInt(answer, 9, 12, 10), answer.substring(0, end), answer.substring(end + 4));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String ask(TlsClient client, String request) {
        try {
            return client.ask(fixture.server.apiAddress(), request);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Answered begin() {
        return send("GET", "/auth/github/login?return=/workloads", "");
    }

    private static String cookie(Answered begun) {
        return "Cookie: " + begun.header("Set-Cookie").replaceAll(";.*", "");
    }

    private Answered callback(Map<String, String> query, String... headers) {
        return send(
                "GET", "/auth/github/callback?code=" + query.get("code") + "&state=" + query.get("state"), "", headers);
    }

    @Test
    void browserIsSentThereAndComesBackSignedInWithTheMostOfItsRoles() {
        Answered begun = begin();
        assertThat(begun.status()).isEqualTo(302);
        assertThat(begun.header("Location"))
                .startsWith(github.url() + "/login/oauth/authorize?")
                .contains("code_challenge_method=S256", "state=", "scope=read%3Aorg")
                .doesNotContain(FakeGitHub.SECRET);
        assertThat(begun.header("Set-Cookie")).contains("HttpOnly", "Secure", "SameSite=Lax");

        Answered in = callback(github.agree(begun.header("Location")), cookie(begun));

        assertThat(in.status()).isEqualTo(200);
        assertThat(in.text()).contains("url=/workloads").doesNotContain("persysr_");
        assertThat(in.head()).contains("__Host-persys=", "__Host-persys-refresh=", "__Host-persys-csrf=");
        assertThat(fixture.documents.text())
                .contains("\"user\":\"octocat\"", "\"source\":\"github\"", "\"role\":\"admin\"")
                .doesNotContain("gho_fake");
        TlsClient operator = new TlsClient(Optional.of(AUTHORITY.of(Role.OPERATOR, "jane")));
        String audit = ask(operator, "GET /audit HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(audit)
                .contains("sign-in of octocat@github")
                .doesNotContain("code-0")
                .doesNotContain(FakeGitHub.SECRET);
    }

    @Test
    void stateThatIsMissingMadeUpUsedOrAnotherBrowsersBringsNothing() {
        Answered begun = begin();
        Map<String, String> back = github.agree(begun.header("Location"));

        assertThat(callback(Map.of("code", back.get("code"), "state", "guess"), cookie(begun))
                        .status())
                .isEqualTo(401);
        assertThat(send("GET", "/auth/github/callback?code=" + back.get("code"), "", cookie(begun))
                        .status())
                .isEqualTo(401);
        assertThat(callback(back, cookie(begin())).status()).isEqualTo(401);
        // Whoever else had the state has used it up: the browser that began has to begin again.
        assertThat(callback(back, cookie(begun)).status()).isEqualTo(401);
        Answered again = begin();
        Map<String, String> good = github.agree(again.header("Location"));
        assertThat(callback(good, cookie(again)).status()).isEqualTo(200);
        assertThat(callback(good, cookie(again)).status()).isEqualTo(401);
    }

    @Test
    void codeOfAnotherSignInFitsNoVerifier() {
        Answered mine = begin();
        Answered theirs = begin();
        Map<String, String> stolen = github.agree(theirs.header("Location"));
        Map<String, String> own = github.agree(mine.header("Location"));

        Answered mixed = callback(Map.of("code", stolen.get("code"), "state", own.get("state")), cookie(mine));

        assertThat(mixed.status()).isEqualTo(401);
        assertThat(mixed.body().path("detail").asText()).contains("bad_verification_code");
    }

    @Test
    void whoHasNoRoleIsToldSo() {
        fixture.close();
        start("roles { other = admin }");
        Answered begun = begin();

        Answered in = callback(github.agree(begun.header("Location")), cookie(begun));

        assertThat(in.status()).isEqualTo(403);
        assertThat(in.body().path("detail").asText()).contains("octocat", "no organisation or team of yours");
        assertThat(fixture.documents.text()).doesNotContain("octocat");
    }

    @Test
    void wayBackLeadsNowhereElse() {
        for (String elsewhere : new String[] {"https://evil.example", "//evil.example", "/%5Cevil", "/%22%3E", "x"}) {
            assertThat(send("GET", "/auth/github/login?return=" + elsewhere, "").status())
                    .as(elsewhere)
                    .isEqualTo(400);
        }
    }

    @Test
    void deviceIsAskedAboutNoMoreOftenThanGitHubWantsAndItsCodeStaysHere() {
        Answered begun = send("POST", "/auth/github/device", "");
        String flow = begun.body().path("flow").asText();

        assertThat(begun.body().path("userCode").asText()).isEqualTo("ABCD-1234");
        assertThat(begun.text()).doesNotContain("dc-1");
        Answered early = send("POST", "/auth/github/device/poll", "{\"flow\":\"" + flow + "\"}");
        assertThat(early.status()).isEqualTo(202);
        assertThat(github.polls()).isZero();
        assertThat(send("POST", "/auth/github/device/poll", "{\"flow\":\"guess\"}")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void deviceIsSignedInOnceThePersonHasAgreed() {
        String flow =
                send("POST", "/auth/github/device", "").body().path("flow").asText();
        String poll = "{\"flow\":\"" + flow + "\"}";
        github.device("");
        Answered[] last = new Answered[1];
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            last[0] = send("POST", "/auth/github/device/poll", poll);
            return last[0].status() != 202;
        });

        assertThat(last[0].status()).isEqualTo(200);
        assertThat(last[0].body().path("user").asText()).isEqualTo("octocat@github");
        assertThat(last[0].body().path("refreshToken").asText()).startsWith("persysr_");
        assertThat(send("POST", "/auth/github/device/poll", poll).status()).isEqualTo(401);
    }

    @Test
    void otherPathOfTheServerIsClosedWhereGitHubIsNotSetUp() {
        fixture.close();
        MutualTls tls = MutualTls.of(
                TestAuthority.write(AUTHORITY.named("spiffe://c-1/scheduler/s-1"), directory),
                Peers.all(Role.SCHEDULER));
        fixture = new SchedulerFixture("", Optional.of(tls));

        assertThat(begin().status()).isEqualTo(404);
        assertThat(begin().body().path("type").asText()).isEqualTo("sign-in-unavailable");
    }
}
