package dev.persys.http.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.Cookie;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.access.Principal;
import dev.persys.access.Role;
import dev.persys.auth.TokenText;
import dev.persys.http.gateway.Authenticator.Admission;
import dev.persys.http.token.AccessToken;
import dev.persys.http.token.SigningKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialAuthenticatorTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final TokenText TOKEN = token(TokenText.Kind.API, 1);
    private static final TokenText TICKET = token(TokenText.Kind.TICKET, 2);
    private static final Principal CI = new Principal(Principal.Kind.TOKEN, "ci", Role.VIEWER, TOKEN.id());

    private final SigningKeys signing = newKeys();
    private final List<String> asked = new ArrayList<>();
    private boolean isDown;
    private long nanos;
    private Instant now = NOW;
    private final CredentialAuthenticator authenticator =
            new CredentialAuthenticator(this::answer, () -> now, () -> nanos);

    /** As the scheduler's routes answer. */
    private CompletionStage<AuthScheduler.Answer> answer(String method, String path, Optional<JsonNode> body) {
        asked.add(method + " " + path);
        if (isDown) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody answers"));
        } else if (path.equals("/auth/keys")) {
            return CompletableFuture.completedFuture(new AuthScheduler.Answer(200, signing.publicKeys(now)));
        }
        String shown = body.orElseThrow().path("token").asText();
        boolean isGood = shown.equals(TOKEN.text())
                || (shown.equals(TICKET.text())
                        && body.orElseThrow().path("path").asText().equals("/events"));
        return CompletableFuture.completedFuture(
                isGood
                        ? new AuthScheduler.Answer(
                                200,
                                "{\"principal\":\"token:ci\",\"role\":\"viewer\",\"credential\":\"api-token/"
                                        + TOKEN.id() + "\"}")
                        : new AuthScheduler.Answer(401, "{\"detail\":\"There is no such token\"}"));
    }

    private static SigningKeys newKeys() {
        return new SigningKeys(Duration.ofHours(1), Duration.ofMinutes(5));
    }

    private static AccessToken access(String user) {
        return new AccessToken(
                user, "00000000000000aa", Role.OPERATOR, TokenText.digest("csrf-1"), NOW.plusSeconds(300));
    }

    private Admission admit(HttpRequest request) {
        return authenticator.admit(request).toCompletableFuture().join();
    }

    private String session() {
        return signing.sign(access("alice"), NOW);
    }

    private static HttpRequest bearer(String text) {
        return HttpRequest.GET("http://h/workloads").addHeader(Authorization.oauth2(text));
    }

    private HttpRequest cookie(HttpRequest request) {
        return request.addHeader(Cookie.create("__Host-persys", session()));
    }

    @Test
    void tokenIsAskedAboutOnceInAWhile() {
        assertThat(admit(bearer(TOKEN.text()))).isEqualTo(new Admission.Admitted(CI));
        assertThat(admit(bearer(TOKEN.text()))).isEqualTo(new Admission.Admitted(CI));
        assertThat(asked).hasSize(1);
        nanos += TimeUnit.SECONDS.toNanos(5);
        admit(bearer(TOKEN.text()));
        assertThat(asked).hasSize(2);
    }

    @Test
    void schedulersThatDoNotAnswerLetNobodyInAndAreAskedAgain() {
        isDown = true;
        assertThatThrownBy(() -> admit(bearer(TOKEN.text()))).hasRootCauseMessage("nobody answers");
        isDown = false;
        assertThat(admit(bearer(TOKEN.text()))).isEqualTo(new Admission.Admitted(CI));
    }

    @Test
    void sessionIsVerifiedHereOnceTheKeysAreKnown() {
        Principal alice = new Principal(Principal.Kind.SESSION, "alice", Role.OPERATOR, "00000000000000aa");

        assertThat(admit(bearer(session()))).isEqualTo(new Admission.Admitted(alice));
        assertThat(admit(bearer(session()))).isEqualTo(new Admission.Admitted(alice));
        assertThat(asked).containsExactly("GET /auth/keys");
    }

    @Test
    void tenThousandMadeUpTokensOfOneMomentAskForKeysOnce() {
        for (int i = 0; i < 10_000; i++) {
            String forged = i < 100 ? newKeys().sign(access("eve"), NOW) : "eyJ" + i + ".x.y";
            assertThat(admit(bearer(forged))).isInstanceOf(Admission.Denied.class);
        }
        assertThat(asked).containsExactly("GET /auth/keys");
    }

    @Test
    void overdueSessionIsToldHowToGoOn() {
        String old = session();
        admit(bearer(old));
        now = NOW.plusSeconds(400);

        assertThat(((Admission.Denied) admit(bearer(old))).detail()).contains("/auth/refresh");
        assertThat(((Admission.Denied) admit(bearer(old))).challenge()).contains("invalid_token");
    }

    @Test
    void cookieLooksByItselfAndChangesWithWhatOnlyOurPagesCanSend() {
        HttpRequest post = HttpRequest.POST("http://h/workloads/web/stop");

        assertThat(admit(cookie(HttpRequest.GET("http://h/workloads")))).isInstanceOf(Admission.Admitted.class);
        assertThat(((Admission.Refused) admit(cookie(post))).problem().type()).isEqualTo("csrf");
        assertThat(((Admission.Refused) admit(cookie(post.addHeader(RawHeader.create("Persys-Csrf", "guess")))))
                        .problem()
                        .type())
                .isEqualTo("csrf");
        assertThat(admit(cookie(post.addHeader(RawHeader.create("Persys-Csrf", "csrf-1")))))
                .isInstanceOf(Admission.Admitted.class);
        assertThat(admit(cookie(HttpRequest.create("http://h/workloads/web").withMethod(HttpMethods.DELETE))))
                .isInstanceOf(Admission.Refused.class);
    }

    @Test
    void webSocketIsNotOpenedByACookieAndTwoCookiesOfOneNameAreNone() {
        HttpRequest upgrade =
                HttpRequest.GET("http://h/workloads/web/exec").addHeader(RawHeader.create("Upgrade", "websocket"));

        assertThat(admit(cookie(upgrade))).isInstanceOf(Admission.Refused.class);
        assertThat(admit(cookie(cookie(HttpRequest.GET("http://h/workloads"))))).isInstanceOf(Admission.Denied.class);
    }

    @Test
    void ticketOpensItsOwnPathByGetAlone() {
        assertThat(admit(HttpRequest.GET("http://h/events?ticket=" + TICKET.text())))
                .isEqualTo(new Admission.Admitted(CI));
        assertThat(admit(HttpRequest.GET("http://h/workloads?ticket=" + TICKET.text())))
                .isInstanceOf(Admission.Denied.class);
        assertThat(admit(HttpRequest.POST("http://h/events?ticket=" + TICKET.text())))
                .isInstanceOf(Admission.Denied.class);
        assertThat(admit(bearer(TICKET.text()))).isInstanceOf(Admission.Denied.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token=x", "TOKEN=x", "x=%s", "ticket=%s", "a=b&jwt=eyJ.x.y"})
    void tokenInAUrlIsRefusedWhateverElseIsShown(String query) {
        HttpRequest request = HttpRequest.GET("http://h/workloads?" + query.formatted(TOKEN.text()));

        Admission.Refused refused = (Admission.Refused) admit(request.addHeader(Authorization.oauth2(TOKEN.text())));
        assertThat(refused.problem().type()).isEqualTo("token-in-url");
        assertThat(refused.problem().detail()).doesNotContain(TOKEN.text());
        assertThat(asked).isEmpty();
    }

    @Test
    void whoShowsABadTokenIsNotLetInByTheCookieBesideIt() {
        assertThat(admit(cookie(bearer("nonsense")))).isInstanceOf(Admission.Denied.class);
        assertThat(admit(cookie(HttpRequest.GET("http://h/").addHeader(Authorization.basic("alice", "x")))))
                .isInstanceOf(Admission.Denied.class);
        assertThat(admit(HttpRequest.GET("http://h/workloads"))).isInstanceOf(Admission.Denied.class);
    }

    private static TokenText token(TokenText.Kind kind, int number) {
        byte[] id = new byte[TokenText.ID_BYTES];
        id[0] = (byte) number;
        return TokenText.of(kind, id, new byte[TokenText.SECRET_BYTES]);
    }
}
