package dev.persys.http.gateway;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.model.RequestEntity;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.headers.RawRequestURI;
import dev.persys.access.AccessTable;
import dev.persys.access.AccessTable.Match;
import dev.persys.access.Principal;
import dev.persys.access.Route;
import dev.persys.api.Problem;
import dev.persys.api.RequestJson;
import dev.persys.http.GatewaySettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.Shortened;
import dev.persys.http.Stages;
import dev.persys.http.auth.ClientAddress;
import dev.persys.http.auth.SameSite;
import dev.persys.http.gateway.Authenticator.Admission;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Bodies;
import dev.persys.http.server.Exchange;
import dev.persys.http.server.HeldBytes;
import dev.persys.http.server.HttpMetrics;
import dev.persys.http.server.InFlight;
import dev.persys.http.server.RequestIds;
import dev.persys.http.server.RequestPipeline;
import dev.persys.http.server.Serving;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request of a gateway goes through: rate of the address, route, principal, its rate and its role, body; what has
 * passed all of it goes to a scheduler, and nothing else does.
 */
final class GatewayPipeline implements Serving {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayPipeline.class);
    private static final String NO_ROUTE = "none";
    private static final int SWITCHED = 101;

    private final Authenticator authenticator;
    private final Relay relay;
    private final RateLimit addresses;
    private final RateLimit principals;
    private final HttpSettings.Server server;
    private final GatewaySettings settings;
    private final Port port;
    private final Bodies bodies;
    private final InFlight inFlight;
    private final HeldBytes held;

    /**
     * What is known of the port.
     *
     * @param placesRunOut whether connections are to be closed behind their answers
     */
    record Port(SameSite site, HttpMetrics metrics, BooleanSupplier placesRunOut) {}

    /**
     * The bounds of callers, which hold for both ports together.
     */
    record Limits(RateLimit addresses, RateLimit principals) {}

    GatewayPipeline(
            Authenticator authenticator,
            Relay relay,
            Limits limits,
            HttpSettings.Server server,
            GatewaySettings settings,
            Port port,
            ActorSystem<?> system) {
        this.authenticator = authenticator;
        this.relay = relay;
        this.addresses = limits.addresses();
        this.principals = limits.principals();
        this.server = server;
        this.settings = settings;
        this.port = port;
        this.bodies = new Bodies(server.bodyTimeout(), system);
        this.inFlight = new InFlight(server.maxInFlight());
        this.held = new HeldBytes(server.maxHeldBytes());
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest asked, Exchange exchange) {
        long started = System.nanoTime();
        String requestId = RequestIds.of(asked);
        HttpRequest request =
                asked.removeHeader(RequestIds.HEADER).addHeader(RawHeader.create(RequestIds.HEADER, requestId));
        Match match = AccessTable.match(request.method().value(), path(request));
        CompletionStage<HttpResponse> answer;
        boolean begun = inFlight.begin();
        try {
            answer = begun ? looked(request, exchange, requestId, match) : refused(request, notNow());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle((response, failure) -> failure == null ? response : failed(failure, requestId))
                .thenApply(response -> finish(request, response, requestId, route(match), started))
                .whenComplete((response, failure) -> inFlight.end());
    }

    @Override
    public CompletionStage<Done> drain(Duration deadline) {
        return inFlight.drain()
                .copy()
                .completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isPressed() {
        return held.isPressed();
    }

    /** As it was sent: nothing is decoded, and nothing is left out. */
    private static String path(HttpRequest request) {
        String target = target(request);
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** What a client sends as a header of that name is another's class. */
    static String target(HttpRequest request) {
        for (var header : request.getHeaders()) {
            if (header instanceof RawRequestURI raw) {
                return raw.uri();
            }
        }
        return "";
    }

    private CompletionStage<HttpResponse> looked(
            HttpRequest request, Exchange exchange, String requestId, Match match) {
        Optional<Problem> refusal = port.site().refusal(request).or(() -> RequestPipeline.repeated(request));
        if (refusal.isPresent()) {
            return refused(request, refusal.get());
        }
        Optional<Duration> tooSoon =
                address(request).flatMap(address -> addresses.excess(ClientAddress.network(address)));
        if (tooSoon.isPresent()) {
            return tooOften(request, "of your address", tooSoon.get());
        }
        if (match instanceof Match.Found found) {
            return known(request, exchange, requestId, found.route());
        } else if (match instanceof Match.SignIn) {
            return withBody(call(request, exchange, requestId, Optional.empty(), Optional.empty()));
        } else if (match instanceof Match.WrongMethod wrong) {
            String allowed = String.join(", ", wrong.allowed());
            return refused(
                            request,
                            Problem.of(
                                    Problem.Type.METHOD_NOT_ALLOWED,
                                    Shortened.of(request.method().value()) + " is not a method of this path: use "
                                            + allowed))
                    .thenApply(response -> response.addHeader(RawHeader.create("Allow", allowed)));
        }
        return refused(
                request,
                Problem.of(
                        Problem.Type.UNKNOWN_PATH,
                        "There is no " + Shortened.of(path(request)) + " here; GET /openapi.json says what there is"));
    }

    private CompletionStage<HttpResponse> known(HttpRequest request, Exchange exchange, String requestId, Route route) {
        return authenticator
                .admit(request)
                .toCompletableFuture()
                .orTimeout(settings.answerTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((admission, failure) -> {
                    if (failure != null) {
                        LOG.warn("It cannot be said who calls: {}", String.valueOf(Stages.cause(failure)));
                        return refused(
                                request,
                                Problem.of(
                                        Problem.Type.UNAVAILABLE,
                                        "Who you are cannot be looked up at the moment: ask again in a moment"));
                    } else if (admission instanceof Admission.Denied denied) {
                        return refused(request, Problem.of(Problem.Type.UNAUTHENTICATED, denied.detail()))
                                .thenApply(response ->
                                        response.addHeader(RawHeader.create("WWW-Authenticate", denied.challenge())));
                    } else if (admission instanceof Admission.Refused no) {
                        return refused(request, no.problem());
                    }
                    return admitted(request, exchange, requestId, route, ((Admission.Admitted) admission).principal());
                })
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> admitted(
            HttpRequest request, Exchange exchange, String requestId, Route route, Principal principal) {
        Optional<Duration> tooSoon = principals.excess(principal.text());
        if (tooSoon.isPresent()) {
            return tooOften(request, "of " + principal.text(), tooSoon.get());
        } else if (!principal.role().includes(route.least())) {
            return refused(
                    request,
                    Problem.of(
                            Problem.Type.FORBIDDEN,
                            principal.text() + " is " + principal.role() + ", and " + route + " wants "
                                    + route.least()));
        }
        return withBody(call(request, exchange, requestId, Optional.of(route), Optional.of(principal)));
    }

    private static Relay.Call call(
            HttpRequest request,
            Exchange exchange,
            String requestId,
            Optional<Route> route,
            Optional<Principal> principal) {
        String client = address(request).map(InetAddress::getHostAddress).orElse("");
        return new Relay.Call(request, exchange, requestId, route, principal, client);
    }

    private CompletionStage<HttpResponse> withBody(Relay.Call call) {
        RequestEntity entity = call.request().entity();
        Optional<byte[]> there = Bodies.strict(entity);
        if (Bodies.longest(entity) > RequestJson.MAX_BODY_BYTES
                || there.filter(body -> body.length > RequestJson.MAX_BODY_BYTES)
                        .isPresent()) {
            return refused(call.request(), Bodies.tooLarge());
        } else if (there.isPresent()) {
            return relay.pass(call, entity);
        } else if (!held.hold(Bodies.longest(entity), call.exchange())) {
            return refused(
                    call.request(),
                    Problem.of(
                            Problem.Type.BUSY,
                            server.maxHeldBytes()
                                    + " bytes of bodies are held for slow clients: send it again later, or"
                                    + " raise persys.http.server.max-held"));
        }
        return bodies.collect(entity)
                .handle((body, failure) -> failure == null
                        ? relay.pass(call, HttpEntities.create(entity.getContentType(), body))
                        : Answers.now(Answers.problem(
                                Bodies.problem(Stages.cause(failure)).withRequestId(call.requestId()))))
                .thenCompose(answer -> answer);
    }

    private CompletionStage<HttpResponse> tooOften(HttpRequest request, String whose, Duration wait) {
        return refused(
                        request,
                        Problem.of(
                                Problem.Type.TOO_MANY_REQUESTS,
                                "There are too many requests " + whose + ": wait, or raise persys.http.gateway.rate"))
                .thenApply(response ->
                        response.addHeader(RawHeader.create("Retry-After", Answers.retryAfter(wait.plusMillis(999)))));
    }

    private Problem notNow() {
        return inFlight.isDraining()
                ? Problem.of(Problem.Type.UNAVAILABLE, "This gateway is stopping: send it again in a moment")
                : Problem.of(
                        Problem.Type.BUSY,
                        server.maxInFlight() + " requests are being answered: send it again later, or raise"
                                + " persys.http.server.max-in-flight");
    }

    private CompletionStage<HttpResponse> refused(HttpRequest request, Problem problem) {
        bodies.discard(request);
        return Answers.now(Answers.problem(problem.withRequestId(RequestIds.of(request))));
    }

    /** Of the connection: what a proxy in front says of its client is not believed. */
    private static Optional<InetAddress> address(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    }

    private static HttpResponse failed(Throwable failure, String requestId) {
        Throwable cause = Stages.cause(failure);
        if (cause instanceof SchedulerGroup.NoAnswerException none) {
            return Answers.problem((none.wasSent() || cause.getCause() instanceof TimeoutException
                            ? Problem.of(
                                    Problem.Type.TIMEOUT,
                                    "No answer of a scheduler came, and whether a change was made is unknown: look with"
                                            + " GET, or send it again with the same Idempotency-Key")
                            : Problem.of(
                                    Problem.Type.UNAVAILABLE,
                                    "No scheduler can be reached, and nothing was changed: send it again in a moment"))
                    .withRequestId(requestId));
        }
        LOG.error("A request failed, {}", requestId, cause);
        return Answers.problem(Problem.of(
                        Problem.Type.INTERNAL_ERROR,
                        "This is a fault of the gateway; its log has more under the request id " + requestId)
                .withRequestId(requestId));
    }

    private static String route(Match match) {
        if (match instanceof Match.Found found) {
            return found.route().template();
        }
        return match instanceof Match.SignIn signIn ? signIn.route().template() : NO_ROUTE;
    }

    private HttpResponse finish(
            HttpRequest request, HttpResponse response, String requestId, String route, long started) {
        int status = response.status().intValue();
        port.metrics().record(request.method().value(), route, status, Duration.ofNanos(System.nanoTime() - started));
        HttpResponse named = response.getHeader(RequestIds.HEADER).isPresent()
                ? response
                : response.addHeader(RawHeader.create(RequestIds.HEADER, requestId));
        // Behind a wish for another protocol nobody has read along what is a head and what is a body.
        boolean isBlind = request.getHeader("Upgrade").isPresent() && status != SWITCHED;
        HttpResponse last = inFlight.isDraining() || port.placesRunOut().getAsBoolean() || isBlind
                ? named.addHeader(Connection.create("close"))
                : named;
        boolean toldWhen = status != Problem.Type.BUSY.status()
                || response.getHeader("Retry-After").isPresent();
        return toldWhen
                ? last
                : last.addHeader(RawHeader.create("Retry-After", Answers.retryAfter(server.retryAfter())));
    }
}
