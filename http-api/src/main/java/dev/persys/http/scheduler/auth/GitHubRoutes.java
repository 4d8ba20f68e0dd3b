package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.access.Role;
import dev.persys.api.AuthRequest;
import dev.persys.api.Json;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.auth.Session;
import dev.persys.auth.TokenText;
import dev.persys.http.GitHubSettings;
import dev.persys.http.Shortened;
import dev.persys.http.Stages;
import dev.persys.http.auth.Access;
import dev.persys.http.scheduler.auth.AuthDocuments.Decision;
import dev.persys.http.scheduler.auth.GitHubClient.GitHubException;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.token.BrowserCookies;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signing in by GitHub: in a browser by the authorization code flow with PKCE, at a terminal by the device flow. */
final class GitHubRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(GitHubRoutes.class);

    /** A path of ours and no other host's, however a browser reads it. */
    private static final Pattern RETURN = Pattern.compile("/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/?=&#-]{0,500})?");

    private static final Duration SLOWER = Duration.ofSeconds(5);
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(5);
    private static final String BEGIN_AGAIN = ": begin again";

    private final AuthService service;
    private final AuthDocuments documents;
    private final SessionIssuer issuer;
    private final Optional<GitHub> github;

    /** What there is where it is configured. */
    private record GitHub(GitHubSettings settings, GitHubClient client, GitHubFlows flows) {}

    GitHubRoutes(AuthService service, AuthDocuments documents, SessionIssuer issuer) {
        this.service = service;
        this.documents = documents;
        this.issuer = issuer;
        this.github =
                service.github().map(settings -> new GitHub(settings, new GitHubClient(settings), new GitHubFlows()));
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.AUTH_GITHUB_LOGIN, Access.Role.SIGN_IN, Set.of("return"), with(this::begin)),
                Endpoint.get(
                                Paths.AUTH_GITHUB_CALLBACK,
                                Access.Role.SIGN_IN,
                                Set.of("code", "state", "error", "error_description", "error_uri"),
                                with(this::callback))
                        .audited(Endpoint.Audit.CHANGE),
                Endpoint.act(Paths.AUTH_GITHUB_DEVICE, Access.Role.SIGN_IN, with(this::device))
                        .audited(Endpoint.Audit.NOTHING),
                Endpoint.post(Paths.AUTH_GITHUB_POLL, Access.Role.SIGN_IN, with(this::poll)));
    }

    private Endpoint.Handler with(BiFunction<Call, GitHub, CompletionStage<HttpResponse>> handler) {
        return call -> github.map(there -> handler.apply(call, there))
                .orElseGet(() -> Answers.now(Answers.problem(
                        call,
                        Problem.Type.SIGN_IN_UNAVAILABLE,
                        "Nobody signs in by GitHub here: persys.http.scheduler.auth.github.client-id is not set")));
    }

    private String secret() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(service.bytes(TokenText.SECRET_BYTES));
    }

    private CompletionStage<HttpResponse> begin(Call call, GitHub there) {
        String returnTo = call.parameter("return").orElse("/");
        if (!RETURN.matcher(returnTo).matches()) {
            return Answers.now(Call.invalid("?return", returnTo, "a path of this server")
                    .fold(never -> HttpResponse.create(), errors -> Answers.invalid(call, errors)));
        }
        String state = secret();
        String verifier = secret();
        String browser = secret();
        Instant now = service.now();
        GitHubFlows.Web flow =
                new GitHubFlows.Web(verifier, TokenText.digest(browser), returnTo, now.plus(GitHubFlows.LIFE));
        if (!there.flows().begin(state, flow, now)) {
            return Answers.now(tooMany(call));
        }
        return Answers.now(HttpResponse.create()
                .withStatus(StatusCodes.FOUND)
                .addHeader(RawHeader.create("Location", there.client().authorizeUrl(state, challenge(verifier))))
                .addHeader(RawHeader.create("Cache-Control", "no-store"))
                // Lax: it has to come with the way back from GitHub.
                .addHeader(RawHeader.create(
                        "Set-Cookie",
                        BrowserCookies.FLOW + "=" + browser + "; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age="
                                + GitHubFlows.LIFE.toSeconds())));
    }

    private CompletionStage<HttpResponse> callback(Call call, GitHub there) {
        String browser =
                BrowserCookies.find(call.request(), BrowserCookies.FLOW).orElse("");
        Optional<GitHubFlows.Web> flow =
                there.flows().take(call.parameter("state").orElse(""), browser, service.now());
        if (flow.isEmpty()) {
            return Answers.now(failed(
                    call,
                    "its state is unknown, used or another browser's",
                    "This sign-in was not begun in this browser, or too long ago" + BEGIN_AGAIN));
        } else if (call.parameter("error").isPresent()) {
            String error = Shortened.of(call.parameter("error").get());
            return Answers.now(failed(call, "GitHub says " + error, "GitHub says " + error + BEGIN_AGAIN));
        }
        return there.client()
                .exchange(call.parameter("code").orElse(""), flow.get().verifier())
                .handle((identity, failure) -> failure == null
                        ? signedIn(
                                call,
                                there,
                                identity,
                                issued -> page(issued, flow.get().returnTo()))
                        : Answers.now(unexchanged(call, failure)))
                .thenCompose(answer -> answer);
    }

    /**
     * A page that goes on by itself: a redirect would still be a way from another site, on which no browser sends the cookies
     * that it has just been given.
     */
    private HttpResponse page(Issued issued, String returnTo) {
        String html =
                "<!doctype html><meta charset=utf-8><title>Persys</title><meta http-equiv=refresh content=\"0;url="
                        + returnTo.replace("&", "&amp;") + "\"><p>Signed in.";
        HttpResponse response = TokenRoutes.secret(HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.TEXT_HTML_UTF8, html))
                .addHeader(RawHeader.create("Content-Security-Policy", "default-src 'none'"))
                .addHeader(RawHeader.create("Referrer-Policy", "no-referrer")));
        return SessionCookies.set(
                response, issued, service.keys().tokenLife(), service.settings().sessionLife());
    }

    private CompletionStage<HttpResponse> device(Call call, GitHub there) {
        return there.client()
                .device()
                .handle((json, failure) -> failure == null ? began(call, there, json) : unexchanged(call, failure));
    }

    private HttpResponse began(Call call, GitHub there, JsonNode json) {
        Instant now = service.now();
        String flow = secret();
        Duration interval = Duration.ofSeconds(Math.max(
                SHORTEST_INTERVAL.toSeconds(),
                Math.min(60, json.path("interval").asLong())));
        long life = Math.min(3_600, json.path("expires_in").asLong());
        GitHubFlows.Device device = new GitHubFlows.Device(
                json.path("device_code").asText(), interval, now.plus(interval), now.plusSeconds(life));
        if (!there.flows().begin(flow, device, now)) {
            return tooMany(call);
        }
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.put("flow", flow);
        answer.put("userCode", json.path("user_code").asText());
        answer.put("verificationUri", json.path("verification_uri").asText());
        answer.put("expiresIn", life);
        answer.put("interval", interval.toSeconds());
        return TokenRoutes.secret(Answers.json(answer));
    }

    private CompletionStage<HttpResponse> poll(Call call, GitHub there) {
        return AuthRequest.flow(call.body())
                .fold(flow -> poll(call, there, flow), errors -> Answers.now(Answers.invalid(call, errors)));
    }

    private CompletionStage<HttpResponse> poll(Call call, GitHub there, String flow) {
        Instant now = service.now();
        Optional<GitHubFlows.Device> device = there.flows().device(flow, now);
        if (device.isEmpty()) {
            return Answers.now(
                    failed(call, "its device flow is over or unknown", "This sign-in is over" + BEGIN_AGAIN));
        } else if (now.isBefore(device.get().next())) {
            return Answers.now(pending(call, device.get().interval()));
        }
        there.flows().asked(flow, Duration.ZERO, now);
        return there.client()
                .poll(device.get().deviceCode())
                .handle((identity, failure) -> {
                    if (failure == null) {
                        there.flows().end(flow);
                        return signedIn(call, there, identity, issued -> issuer.answer(issued, false));
                    }
                    return Answers.now(unpolled(call, there, flow, device.get(), failure));
                })
                .thenCompose(answer -> answer);
    }

    private HttpResponse unpolled(Call call, GitHub there, String flow, GitHubFlows.Device device, Throwable failure) {
        String code = Stages.cause(failure) instanceof GitHubException said ? said.code() : "";
        if (code.equals("authorization_pending")) {
            return pending(call, device.interval());
        } else if (code.equals("slow_down")) {
            there.flows().asked(flow, SLOWER, service.now());
            return pending(call, device.interval().plus(SLOWER));
        }
        there.flows().end(flow);
        return unexchanged(call, failure);
    }

    private static HttpResponse pending(Call call, Duration interval) {
        call.exchange().audit().changesNothing();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("pending", true);
        json.put("interval", interval.toSeconds());
        return Answers.json(json).withStatus(StatusCodes.ACCEPTED);
    }

    private CompletionStage<HttpResponse> signedIn(
            Call call,
            GitHub there,
            GitHubClient.Identity identity,
            java.util.function.Function<Issued, HttpResponse> answer) {
        Optional<Role> role = there.settings().role(identity.groups());
        if (role.isEmpty()) {
            String who = identity.login() + "@" + Session.GITHUB;
            LOG.warn(
                    "Sign-in of {} from {} refused: no group of that user has a role", who, SignInRoutes.address(call));
            call.exchange().audit().detail("sign-in of " + who + " refused: no role");
            return Answers.now(Answers.problem(
                    call,
                    Problem.Type.FORBIDDEN,
                    "GitHub knows you as " + identity.login()
                            + ", and no organisation or team of yours is let in here: an admin adds one to"
                            + " persys.http.scheduler.auth.github.roles"));
        }
        call.exchange().audit().detail("sign-in of " + identity.login() + "@" + Session.GITHUB);
        return documents.decide(call, () -> {
            LOG.info("{}@github signed in from {}", identity.login(), SignInRoutes.address(call));
            Decision decision =
                    issuer.begin(new SessionIssuer.Identity(identity.login(), Session.GITHUB, role.get()), answer);
            return decision;
        });
    }

    private HttpResponse unexchanged(Call call, Throwable failure) {
        Throwable cause = Stages.cause(failure);
        if (cause instanceof RejectedExecutionException) {
            return tooMany(call);
        } else if (cause instanceof GitHubException said && !said.code().isEmpty()) {
            String code = Shortened.of(said.code());
            return failed(call, "GitHub says " + code, "GitHub says " + code + BEGIN_AGAIN);
        }
        LOG.warn("GitHub cannot be asked who signs in: {}", String.valueOf(cause.getMessage()));
        return Answers.problem(
                call, Problem.Type.UNAVAILABLE, "GitHub cannot be asked at the moment: try again in a while");
    }

    private static HttpResponse failed(Call call, String why, String told) {
        LOG.warn("Sign-in by GitHub from {} failed: {}", SignInRoutes.address(call), why);
        call.exchange().audit().detail("sign-in by GitHub failed: " + why);
        return Answers.problem(call, Problem.Type.SIGN_IN_FAILED, told);
    }

    private static HttpResponse tooMany(Call call) {
        return Answers.problem(call, Problem.Type.BUSY, "Too many sign-ins are under way: try again in a moment");
    }

    private static String challenge(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
