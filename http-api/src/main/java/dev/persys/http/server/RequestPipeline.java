package dev.persys.http.server;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.persys.api.FieldError;
import dev.persys.api.Problem;
import dev.persys.api.RequestJson;
import dev.persys.http.HttpSettings;
import dev.persys.http.Shortened;
import dev.persys.http.Stages;
import dev.persys.http.auth.Access;
import dev.persys.http.auth.Caller;
import dev.persys.http.auth.Gate;
import dev.persys.http.auth.SameSite;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What every request goes through: id, route, caller, parameters, body, handler, errors, metrics. */
public final class RequestPipeline implements Serving {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

    private static final String REQUEST_ID = "requestId";

    /** The route that is counted for what has none. */
    private static final String NO_ROUTE = "none";

    /** Headers whose second one nothing here would look at. */
    private static final Set<String> ONCE =
            Set.of("authorization", "idempotency-key", "if-match", "last-event-id", "origin");

    private final Router router;
    private final SameSite site;
    private final List<Gate> gates;
    private final HttpSettings.Server settings;
    private final HttpMetrics metrics;
    private final Bodies bodies;
    private final InFlight inFlight;
    private final HeldBytes held;
    private final BooleanSupplier placesRunOut;
    private final Auditor auditor;

    /**
     * For one port.
     *
     * @param gates tried in order, until one lets the caller in
     * @param placesRunOut whether connections are to be closed behind their answers
     * @param auditor keeps who did what
     */
    public RequestPipeline(
            List<Endpoint> endpoints,
            SameSite site,
            List<Gate> gates,
            HttpSettings.Server settings,
            HttpMetrics metrics,
            BooleanSupplier placesRunOut,
            Auditor auditor,
            ActorSystem<?> system) {
        this.router = new Router(endpoints);
        this.site = site;
        this.gates = List.copyOf(gates);
        this.settings = settings;
        this.inFlight = new InFlight(settings.maxInFlight());
        this.held = new HeldBytes(settings.maxHeldBytes());
        this.metrics = metrics;
        this.placesRunOut = placesRunOut;
        this.auditor = auditor;
        this.bodies = new Bodies(settings.bodyTimeout(), system);
    }

    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request, Exchange exchange) {
        long started = System.nanoTime();
        String requestId = RequestIds.of(request);
        Router.Match match = router.match(request.method(), request.getUri().getPathString());
        String route =
                match instanceof Router.Match.Found found ? found.endpoint().template() : NO_ROUTE;
        boolean begun = inFlight.begin();
        CompletionStage<HttpResponse> answer;
        MDC.put(REQUEST_ID, requestId);
        try {
            answer = begun ? answer(request, exchange, requestId, match) : refused(request, requestId, notNow());
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        } finally {
            MDC.remove(REQUEST_ID);
        }
        return answer.thenApply(response -> bounded(response, exchange, requestId))
                .handle((response, failure) -> failure == null ? response : failed(failure, requestId, route))
                .thenApply(response ->
                        finish(request, response, requestId, route, Duration.ofNanos(System.nanoTime() - started)))
                .thenCompose(response -> auditor.answered(new Auditor.Answered(
                                request,
                                exchange,
                                match,
                                requestId,
                                response.status().intValue()))
                        .thenApply(settled -> response))
                .whenComplete((response, failure) -> inFlight.end());
    }

    @Override
    public CompletionStage<Done> drain(Duration deadline) {
        return inFlight.drain()
                .copy()
                .completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Problem notNow() {
        return inFlight.isDraining()
                ? Problem.of(Problem.Type.UNAVAILABLE, "This process is stopping: send it again in a moment")
                : Problem.of(
                        Problem.Type.BUSY,
                        settings.maxInFlight() + " requests are being answered: send it again later, or raise"
                                + " persys.http.server.max-in-flight");
    }

    /** Answers without the body, which nobody wants. */
    private CompletionStage<HttpResponse> refused(HttpRequest request, String requestId, Problem problem) {
        bodies.discard(request);
        return Answers.now(Answers.problem(problem.withRequestId(requestId)));
    }

    private CompletionStage<HttpResponse> answer(
            HttpRequest request, Exchange exchange, String requestId, Router.Match match) {
        Optional<Problem> refusal = site.refusal(request).or(() -> repeated(request));
        if (refusal.isPresent()) {
            return refused(request, requestId, refusal.get());
        }
        if (match instanceof Router.Match.Found found) {
            return admitted(request, exchange, requestId, found);
        }
        if (match instanceof Router.Match.WrongMethod wrong) {
            return wrongMethod(request, requestId, String.join(", ", wrong.allowed()));
        }
        List<String> near = ((Router.Match.Nowhere) match).near();
        return refused(
                request,
                requestId,
                Problem.of(
                        Problem.Type.UNKNOWN_PATH,
                        "There is no "
                                + Shortened.of(request.getUri().getPathString()) + " here; there is "
                                + String.join(", ", near)));
    }

    /** Of two that contradict each other, a proxy in front may have looked at the other. */
    public static Optional<Problem> repeated(HttpRequest request) {
        Set<String> seen = new HashSet<>();
        for (HttpHeader header : request.getHeaders()) {
            if (ONCE.contains(header.lowercaseName()) && !seen.add(header.lowercaseName())) {
                return Optional.of(Problem.invalid(
                        Problem.Type.INVALID_PARAMETER,
                        List.of(new FieldError(header.name(), "given twice", "the header once"))));
            }
        }
        return Optional.empty();
    }

    private CompletionStage<HttpResponse> wrongMethod(HttpRequest request, String requestId, String allowed) {
        if (request.method().equals(HttpMethods.OPTIONS)) {
            bodies.discard(request);
            return Answers.now(HttpResponse.create()
                    .withStatus(StatusCodes.NO_CONTENT)
                    .addHeader(RawHeader.create("Allow", allowed)));
        }
        return refused(
                        request,
                        requestId,
                        Problem.of(
                                Problem.Type.METHOD_NOT_ALLOWED,
                                request.method().value() + " is not a method of this path: use " + allowed))
                .thenApply(response -> response.addHeader(RawHeader.create("Allow", allowed)));
    }

    private CompletionStage<HttpResponse> admitted(
            HttpRequest request, Exchange exchange, String requestId, Router.Match.Found found) {
        Endpoint endpoint = found.endpoint();
        Caller caller = Caller.ANONYMOUS;
        if (endpoint.access() instanceof Access.Role needed) {
            Gate.Admission admission = Gate.admit(gates, request);
            if (admission instanceof Gate.Admission.Denied denied) {
                return refused(request, requestId, Problem.of(Problem.Type.UNAUTHENTICATED, denied.detail()))
                        .thenApply(response ->
                                response.addHeader(RawHeader.create("WWW-Authenticate", denied.challenge())));
            }
            if (admission instanceof Gate.Admission.Refused known) {
                exchange.audit().caller(known.caller());
                return refused(request, requestId, known.problem());
            }
            caller = ((Gate.Admission.Admitted) admission).caller();
            exchange.audit().caller(caller);
            if (!caller.may(needed)) {
                return refused(
                        request,
                        requestId,
                        Problem.of(
                                Problem.Type.FORBIDDEN,
                                caller.name() + " lacks the role "
                                        + needed.name().toLowerCase(Locale.ROOT)));
            }
        }
        QueryParameters parameters = QueryParameters.of(request, endpoint.parameters(), endpoint.repeatable());
        if (!parameters.errors().isEmpty()) {
            return refused(request, requestId, Problem.invalid(Problem.Type.INVALID_PARAMETER, parameters.errors()));
        }
        exchange.audit().parameters(parameters.values());
        Optional<Problem> unaudited = auditor.refusal(endpoint);
        if (unaudited.isPresent()) {
            return refused(request, requestId, unaudited.get());
        }
        return withBody(
                endpoint,
                new Call(
                        request,
                        exchange,
                        requestId,
                        caller,
                        found.variable(),
                        parameters.values(),
                        MissingNode.getInstance()));
    }

    private CompletionStage<HttpResponse> withBody(Endpoint endpoint, Call call) {
        HttpRequest request = call.request();
        HttpEntity entity = request.entity();
        if (!endpoint.takesJson() && entity.isKnownEmpty()) {
            return endpoint.handler().handle(call);
        }
        boolean mayBeNone = !endpoint.takesJson() && entity.isChunked();
        Optional<Problem> refusal = Bodies.refusal(request, endpoint.takesJson());
        if (refusal.isPresent() && !mayBeNone) {
            return refused(request, call.requestId(), refusal.get());
        }
        Optional<byte[]> there = Bodies.strict(entity);
        if (there.isEmpty() && !held.hold(Bodies.longest(entity), call.exchange())) {
            return refused(request, call.requestId(), tooMuchHeld());
        }
        // A small body has mostly come with its head: no hop then.
        return there.isPresent()
                ? read(endpoint, call, there.get())
                : bodies.collect(entity)
                        .handle((body, failure) -> failure == null
                                ? read(endpoint, call, body)
                                : Answers.now(Answers.problem(
                                        Bodies.problem(Stages.cause(failure)).withRequestId(call.requestId()))))
                        .thenCompose(answer -> answer);
    }

    private static CompletionStage<HttpResponse> read(Endpoint endpoint, Call call, byte[] body) {
        if (body.length == 0 && !endpoint.takesJson()) {
            return endpoint.handler().handle(call);
        }
        Optional<Problem> refusal = Bodies.refusal(call.request(), endpoint.takesJson())
                .or(() -> Optional.of(Bodies.tooLarge()).filter(large -> body.length > RequestJson.MAX_BODY_BYTES));
        if (refusal.isPresent()) {
            return Answers.now(Answers.problem(refusal.get().withRequestId(call.requestId())));
        }
        RequestJson.Reading reading = RequestJson.read(body);
        if (reading instanceof RequestJson.Reading.Malformed malformed) {
            return Answers.now(Answers.problem(
                    call,
                    Problem.Type.MALFORMED_JSON,
                    "Line " + malformed.line() + ", column " + malformed.column() + ": " + malformed.detail()));
        }
        JsonNode json = ((RequestJson.Reading.Document) reading).json();
        if (!endpoint.takesJson() && !(json.isObject() && json.isEmpty())) {
            return Answers.now(
                    Answers.invalid(call, List.of(new FieldError("", "a body that says something", "no body, or {}"))));
        }
        return endpoint.handler()
                .handle(new Call(
                        call.request(),
                        call.exchange(),
                        call.requestId(),
                        call.caller(),
                        call.variable(),
                        call.parameters(),
                        json));
    }

    private static HttpResponse failed(Throwable failure, String requestId, String route) {
        Throwable cause = Stages.cause(failure);
        if (cause instanceof TimeoutException) {
            return Answers.problem(Problem.of(
                            Problem.Type.TIMEOUT,
                            "No answer came in time, and whether a change was made is unknown: look with GET, or send it"
                                    + " again with the same Idempotency-Key")
                    .withRequestId(requestId));
        }
        MDC.put(REQUEST_ID, requestId);
        LOG.error("A request to {} failed", route, cause);
        MDC.remove(REQUEST_ID);
        return Answers.problem(Problem.of(
                        Problem.Type.INTERNAL_ERROR,
                        "This is a fault of the server; its log has more under the request id " + requestId)
                .withRequestId(requestId));
    }

    /** An answer too large to be kept for any number of clients that do not read holds its bytes until it is sent. */
    private HttpResponse bounded(HttpResponse response, Exchange exchange, String requestId) {
        if (!(response.entity() instanceof HttpEntity.Strict strict) || !Bodies.isHeavy(strict)) {
            return response;
        }
        return held.hold(strict.getData().size(), exchange)
                ? response.withEntity(Bodies.inPieces(strict, exchange))
                : Answers.problem(tooMuchHeld().withRequestId(requestId));
    }

    @Override
    public boolean isPressed() {
        return held.isPressed();
    }

    private Problem tooMuchHeld() {
        return Problem.of(
                Problem.Type.BUSY,
                settings.maxHeldBytes() + " bytes of bodies and answers are held for slow clients: send it again later,"
                        + " ask for shorter pages, or raise persys.http.server.max-held");
    }

    private HttpResponse finish(
            HttpRequest request, HttpResponse response, String requestId, String route, Duration took) {
        int status = response.status().intValue();
        metrics.record(request.method().value(), route, status, took);
        LOG.debug("{} {} {} {} us {}", request.method().value(), route, status, took.toNanos() / 1000, requestId);
        HttpResponse named = response.addHeader(RawHeader.create(RequestIds.HEADER, requestId));
        // While stopping, each connection is closed behind its answer: one that is cut may lose it. So it is where
        // places for connections run out: who has been answered makes room for who has not.
        HttpResponse last = inFlight.isDraining() || placesRunOut.getAsBoolean()
                ? named.addHeader(Connection.create("close"))
                : named;
        boolean toldWhen = status != Problem.Type.BUSY.status()
                || response.getHeader("Retry-After").isPresent();
        return toldWhen
                ? last
                : last.addHeader(RawHeader.create("Retry-After", Answers.retryAfter(settings.retryAfter())));
    }
}
