package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import dev.persys.api.AuthRequest;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.auth.Session;
import dev.persys.auth.Session.Refresh;
import dev.persys.auth.TokenText;
import dev.persys.auth.User;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.auth.ClientAddress;
import dev.persys.http.scheduler.auth.AuthDocuments.Decision;
import dev.persys.http.scheduler.auth.AuthDocuments.Read;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.token.BrowserCookies;
import dev.persys.model.DocumentKind;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in with a password, going on with a refresh token, signing out. What is told of a failure is the same for a
 * user that there is not and for a wrong password, and takes as long; the log knows better.
 */
final class SignInRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(SignInRoutes.class);

    private static final String SIGN_IN_AGAIN = ": sign in again, with persys login";
    private static final String WRONG = "The user or the password is wrong. Whoever has forgotten a password asks an"
            + " admin, who sets another with persys user passwd";

    private final AuthService service;
    private final AuthDocuments documents;
    private final SessionIssuer issuer;

    SignInRoutes(AuthService service, AuthDocuments documents, SessionIssuer issuer) {
        this.service = service;
        this.documents = documents;
        this.issuer = issuer;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post(Paths.AUTH_LOGIN, Role.SIGN_IN, this::login),
                Endpoint.post(Paths.AUTH_REFRESH, Role.SIGN_IN, this::refresh).audited(Endpoint.Audit.NOTHING),
                Endpoint.post(Paths.AUTH_LOGOUT, Role.SIGN_IN, this::logout));
    }

    /** Where the client is, for people. */
    static String address(Call call) {
        return ClientAddress.said(call.request())
                .map(InetAddress::getHostAddress)
                .orElse("");
    }

    /** Where the client is, for bounds. */
    static String network(Call call) {
        return ClientAddress.said(call.request()).map(ClientAddress::network).orElse("");
    }

    private CompletionStage<HttpResponse> login(Call call) {
        return AuthRequest.login(call.body())
                .fold(login -> login(call, login), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> login(Call call, AuthRequest.Login login) {
        if (!documents.areKnown()) {
            return Answers.now(AuthDocuments.notKnown(call));
        }
        String address = address(call);
        String network = network(call);
        if (!service.limits().begin(login.user(), network, System.nanoTime())) {
            LOG.warn("Sign-in refused from {}: too many wrong passwords", address);
            return Answers.now(Answers.problem(
                            call,
                            Problem.Type.TOO_MANY_ATTEMPTS,
                            "Too many wrong passwords were tried: wait a minute and try again")
                    .addHeader(RawHeader.create("Retry-After", "60")));
        }
        Optional<Read<User>> user = documents.user(login.user());
        return service.passwords()
                .matches(login.password(), user.map(read -> read.value().passwordHash()))
                .handle((right, failure) -> {
                    if (failure != null) {
                        // It was not looked at, and so was not wrong.
                        service.limits().giveBack(login.user(), network);
                        return UserRoutes.failed(call, failure);
                    } else if (!right) {
                        return Answers.now(wrong(call, user, address));
                    }
                    service.limits().giveBack(login.user(), network);
                    return signedIn(call, login, user.orElseThrow());
                })
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> signedIn(Call call, AuthRequest.Login login, Read<User> checked) {
        call.exchange().audit().detail("sign-in of " + login.user());
        return documents.decide(call, () -> {
            Optional<Read<User>> user = documents.user(login.user());
            // Between the look at the password and this, somebody may have set another.
            if (user.isEmpty()
                    || !user.get().value().passwordHash().equals(checked.value().passwordHash())) {
                return new Decision.Answer(wrong(call, user, address(call)));
            }
            LOG.info("{} signed in from {}", login.user(), address(call));
            return issuer.begin(
                    new SessionIssuer.Identity(
                            login.user(), Session.LOCAL, user.get().value().role()),
                    issued -> issuer.answer(issued, login.cookies()));
        });
    }

    /** An unknown name may be a password that was typed into the wrong line: it is written nowhere. */
    private static HttpResponse wrong(Call call, Optional<Read<User>> user, String address) {
        if (user.isPresent()) {
            LOG.warn(
                    "Sign-in of {} from {} failed: wrong password",
                    user.get().value().name(),
                    address);
            call.exchange().audit().detail("sign-in of " + user.get().value().name() + " failed: wrong password");
        } else {
            LOG.warn("Sign-in from {} failed: no such user", address);
            call.exchange().audit().detail("sign-in failed: no such user");
        }
        return Answers.problem(call, Problem.Type.SIGN_IN_FAILED, WRONG);
    }

    private CompletionStage<HttpResponse> refresh(Call call) {
        return AuthRequest.refresh(call.body())
                .fold(
                        shown -> {
                            Optional<TokenText> token = shown.or(() -> cookie(call));
                            return token.isEmpty()
                                    ? Answers.now(over(call, "There is no refresh token" + SIGN_IN_AGAIN))
                                    : refresh(call, token.get(), shown.isEmpty());
                        },
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> refresh(Call call, TokenText shown, boolean cookies) {
        return documents.decide(call, () -> {
            Optional<Read<Session>> read = documents.session(shown.id());
            if (read.isEmpty()) {
                return new Decision.Answer(over(call, "You are not signed in any more" + SIGN_IN_AGAIN));
            }
            Session session = read.get().value();
            if (cookies && !showsCsrf(call, session)) {
                return new Decision.Answer(csrfMissing(call));
            }
            Instant now = service.now();
            TokenText next = service.newToken(TokenText.Kind.REFRESH, session.id());
            Optional<User> user = documents.user(session.user()).map(Read::value);
            boolean isLocal = session.source().equals(Session.LOCAL);
            if (isLocal && user.isEmpty()) {
                return new Decision.Write(List.of(SessionIssuer.end(read.get())), over(call, "There is no such user"));
            }
            Refresh refresh = session.refresh(
                    shown, next.digest(), isLocal ? user.orElseThrow().role() : session.role(), now);
            return refreshed(call, read.get(), refresh, next, cookies);
        });
    }

    private Decision refreshed(Call call, Read<Session> read, Refresh refresh, TokenText next, boolean cookies) {
        String id = read.value().id();
        if (refresh instanceof Refresh.Rotated rotated) {
            String csrf = cookies ? call.header(BrowserCookies.CSRF_HEADER).orElseThrow() : "";
            Issued issued = new Issued(rotated.session(), issuer.access(rotated.session(), service.now()), next, csrf);
            return new Decision.Write(
                    List.of(AuthDocuments.put(DocumentKind.SESSION, id, rotated.session(), read.revision())),
                    issuer.answer(issued, cookies));
        } else if (refresh instanceof Refresh.Stolen) {
            LOG.warn(
                    "The session {} of {} is ended: a refresh token of it was used twice, so somebody has a copy",
                    id,
                    read.value().principal());
            call.exchange().audit().detail("session/" + id + " ended: a refresh token was used twice");
            return new Decision.Write(
                    List.of(SessionIssuer.end(read)),
                    over(
                            call,
                            "This refresh token was used before, so somebody has a copy of it; the session is ended"
                                    + SIGN_IN_AGAIN));
        } else if (refresh instanceof Refresh.JustRotated) {
            return new Decision.Answer(Answers.problem(
                    call,
                    Problem.Type.JUST_REFRESHED,
                    "This refresh token was used several times a moment ago: take what an answer to that brought"));
        } else if (refresh instanceof Refresh.Expired) {
            return new Decision.Write(
                    List.of(SessionIssuer.end(read)), over(call, "The session has lasted its time" + SIGN_IN_AGAIN));
        }
        return new Decision.Answer(over(call, "You are not signed in any more" + SIGN_IN_AGAIN));
    }

    /** By the refresh token: whoever has it can end what it keeps alive, and the access token may be over already. */
    private CompletionStage<HttpResponse> logout(Call call) {
        return AuthRequest.refresh(call.body())
                .fold(
                        shown -> {
                            Optional<TokenText> token = shown.or(() -> cookie(call));
                            return token.isEmpty()
                                    ? Answers.now(signedOut())
                                    : logout(call, token.get(), shown.isEmpty());
                        },
                        errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> logout(Call call, TokenText shown, boolean cookies) {
        return documents.decide(call, () -> {
            Optional<Read<Session>> read = documents.session(shown.id());
            if (read.isEmpty()) {
                return new Decision.Answer(signedOut());
            }
            Session session = read.get().value();
            if (cookies && !showsCsrf(call, session)) {
                return new Decision.Answer(csrfMissing(call));
            } else if (!session.wasGiven(shown)) {
                return new Decision.Answer(signedOut());
            }
            call.exchange().audit().detail("session/" + session.id() + " of " + session.principal());
            return new Decision.Write(List.of(SessionIssuer.end(read.get())), signedOut());
        });
    }

    private static HttpResponse signedOut() {
        return SessionCookies.clear(Answers.json(Json.MAPPER.valueToTree(Map.of("signedOut", true))));
    }

    private static Optional<TokenText> cookie(Call call) {
        return BrowserCookies.find(call.request(), BrowserCookies.REFRESH)
                .flatMap(text -> TokenText.parse(TokenText.Kind.REFRESH, text));
    }

    private static boolean showsCsrf(Call call, Session session) {
        return call.header(BrowserCookies.CSRF_HEADER)
                .filter(shown -> TokenText.isSame(TokenText.digest(shown), session.csrfDigest()))
                .isPresent();
    }

    private static HttpResponse csrfMissing(Call call) {
        return Answers.problem(
                call,
                Problem.Type.CSRF,
                "Send the value of the cookie " + BrowserCookies.CSRF + " as the header " + BrowserCookies.CSRF_HEADER
                        + ": without it, a page of another site could have sent this");
    }

    private static HttpResponse over(Call call, String detail) {
        return SessionCookies.clear(Answers.problem(call, Problem.Type.CREDENTIAL_GONE, detail));
    }
}
