package dev.persys.http.gateway.auth;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.OAuth2BearerToken;
import akka.japi.Pair;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.access.Principal;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.auth.TokenText;
import dev.persys.http.gateway.Authenticator;
import dev.persys.http.token.AccessToken;
import dev.persys.http.token.BrowserCookies;
import dev.persys.http.token.VerifyingKeys;
import dev.persys.http.token.VerifyingKeys.Verdict;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Knows callers by what they show, in this order: the header {@code Authorization}, a ticket in the query of a {@code GET}, a
 * browser's cookie. Whoever shows one that is no good is not asked for another. Thread-safe.
 */
public final class CredentialAuthenticator implements Authenticator {
    /** Of the query: see {@code POST /auth/tickets}. */
    public static final String TICKET = "ticket";

    private static final String CHALLENGE = "Bearer realm=\"persys\"";
    private static final String INVALID = CHALLENGE + ", error=\"invalid_token\"";
    private static final Set<String> LOOKS = Set.of("GET", "HEAD", "OPTIONS");

    /** By these, others put a token into a URL (RFC 6750, section 2.3, advises against it). */
    private static final Set<String> TOKEN_PARAMETERS =
            Set.of("access_token", "refresh_token", "token", "api_key", "apikey", "authorization", "jwt");

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    private final AuthScheduler scheduler;
    private final InstantSource clock;
    private final KeyCache keys;
    private final CheckCache checked;

    /** @param nanos a monotonic clock */
    public CredentialAuthenticator(AuthScheduler scheduler, InstantSource clock, LongSupplier nanos) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.keys = new KeyCache(scheduler, nanos);
        this.checked = new CheckCache(nanos);
    }

    @Override
    public CompletionStage<Admission> admit(HttpRequest request) {
        List<Pair<String, String>> query;
        try {
            query = request.getUri().query().toList();
        } catch (RuntimeException e) {
            return now(new Admission.Refused(Problem.of(
                    Problem.Type.MALFORMED_HTTP, "The query of the URL cannot be read: encode it as a URL wants it")));
        }
        if (query.stream().anyMatch(CredentialAuthenticator::isToken)) {
            return now(new Admission.Refused(Problem.of(
                    Problem.Type.TOKEN_IN_URL,
                    "A token does not belong into a URL, where logs and histories keep it: send it as"
                            + " \"Authorization: Bearer …\", and revoke it, since it has been seen")));
        }
        Optional<HttpCredentials> shown = request.getHeader(Authorization.class).map(Authorization::credentials);
        if (shown.isPresent()) {
            return shown.get() instanceof OAuth2BearerToken bearer
                    ? bearer(bearer.token())
                    : now(new Admission.Denied(CHALLENGE, "Send a token as \"Authorization: Bearer …\""));
        }
        Optional<TokenText> ticket = query.stream()
                .filter(parameter -> parameter.first().equals(TICKET))
                .map(Pair::second)
                .findFirst()
                .flatMap(text -> TokenText.parse(TokenText.Kind.TICKET, text));
        if (ticket.isPresent() && request.method().value().equals("GET")) {
            return check(ticket.get(), request.getUri().getPathString());
        }
        return BrowserCookies.find(request, BrowserCookies.ACCESS)
                .map(cookie -> cookie(request, cookie))
                .orElseGet(() -> now(new Admission.Denied(
                        CHALLENGE,
                        "Send a token as \"Authorization: Bearer …\"; persys login signs in, and persys token create makes"
                                + " one for a program")));
    }

    private static boolean isToken(Pair<String, String> parameter) {
        return TOKEN_PARAMETERS.contains(parameter.first().toLowerCase(Locale.ROOT))
                || TokenText.parse(parameter.second())
                        .filter(token -> token.kind() != TokenText.Kind.TICKET
                                || !parameter.first().equals(TICKET))
                        .isPresent();
    }

    private CompletionStage<Admission> bearer(String text) {
        Optional<TokenText> token = TokenText.parse(text);
        if (token.isPresent()) {
            return token.get().kind() == TokenText.Kind.API
                    ? checked.get(token.get().digest(), () -> check(token.get(), "/"))
                    : now(new Admission.Denied(
                            INVALID, "A refresh token and a ticket are for other requests than this"));
        }
        return verified(text).thenApply(this::admission);
    }

    private CompletionStage<Admission> cookie(HttpRequest request, String text) {
        return verified(text).thenApply(verdict -> {
            if (verdict instanceof Verdict.Good good) {
                Optional<Problem> forged = forged(request, good.token());
                if (forged.isPresent()) {
                    return new Admission.Refused(forged.get());
                }
            }
            return admission(verdict);
        });
    }

    /** What a page of another site could make a browser send, for all that SameSite does. */
    private static Optional<Problem> forged(HttpRequest request, AccessToken token) {
        if (request.getHeader("Upgrade").isPresent()) {
            return Optional.of(Problem.of(
                    Problem.Type.CSRF, "A WebSocket is not opened by a cookie: ask for a ticket, POST /auth/tickets"));
        }
        boolean shows = request.getHeader(BrowserCookies.CSRF_HEADER)
                .filter(header -> TokenText.isSame(TokenText.digest(header.value()), token.csrfDigest()))
                .isPresent();
        return LOOKS.contains(request.method().value()) || shows
                ? Optional.empty()
                : Optional.of(Problem.of(
                        Problem.Type.CSRF,
                        "Send the value of the cookie " + BrowserCookies.CSRF + " as the header "
                                + BrowserCookies.CSRF_HEADER));
    }

    private CompletionStage<Verdict> verified(String text) {
        Verdict verdict = keys.known().verify(text, clock.instant());
        return verdict instanceof Verdict.UnknownKey
                ? keys.newer().thenApply((VerifyingKeys newer) -> newer.verify(text, clock.instant()))
                : CompletableFuture.completedFuture(verdict);
    }

    private Admission admission(Verdict verdict) {
        if (verdict instanceof Verdict.Good good) {
            AccessToken token = good.token();
            return new Admission.Admitted(
                    new Principal(Principal.Kind.SESSION, token.principal(), token.role(), token.session()));
        } else if (verdict instanceof Verdict.Foreign) {
            return new Admission.Denied(INVALID, "That is no token of this cluster");
        }
        return new Admission.Denied(
                INVALID,
                "The token of the session is over: POST /auth/refresh brings the next; persys does so by itself");
    }

    private CompletionStage<Admission> check(TokenText token, String path) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("token", token.text());
        body.put("path", path);
        return scheduler.ask("POST", "/auth/check", Optional.of(body)).thenApply(answer -> {
            JsonNode json = Json.read(answer.body(), JsonNode.class);
            if (answer.status() == OK) {
                return Principal.parse(
                                json.path("principal").asText(),
                                json.path("credential").asText(),
                                json.path("role").asText())
                        .<Admission>map(Admission.Admitted::new)
                        .orElseThrow(() -> new IllegalStateException("a scheduler named a principal that is none"));
            } else if (answer.status() == UNAUTHORIZED) {
                return new Admission.Denied(INVALID, json.path("detail").asText());
            }
            throw new IllegalStateException(
                    "a scheduler answered with " + answer.status() + " when it was asked who holds a token");
        });
    }

    private static CompletionStage<Admission> now(Admission admission) {
        return CompletableFuture.completedFuture(admission);
    }
}
