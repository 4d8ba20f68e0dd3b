package dev.persys.http.server;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Connection;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.persys.api.FieldError;
import dev.persys.api.Problem;
import dev.persys.api.RequestJson;
import dev.persys.http.HttpSettings;
import dev.persys.protocol.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What every request goes through: id, route, caller, parameters, body, handler, errors, metrics. */
final class RequestPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

    private static final Caller NOBODY = new Caller(Origin.ANONYMOUS, Set.of());
    private static final String REQUEST_ID = "requestId";

    /** The route that is counted for what has none. */
    private static final String NO_ROUTE = "none";

    private final Router router;
    private final Gate gate;
    private final HttpSettings.Server settings;
    private final HttpMetrics metrics;
    private final Bodies bodies;
    private final InFlight inFlight;
    private final HeldBytes held;
    private final OpenConnections connections;

    RequestPipeline(
            List<Endpoint> endpoints,
            Gate gate,
            HttpSettings.Server settings,
            HttpMetrics metrics,
            OpenConnections connections,
            ActorSystem<?> system) {
        this.router = new Router(endpoints);
        this.gate = gate;
        this.settings = settings;
        this.inFlight = new InFlight(settings.maxInFlight());
        this.held = new HeldBytes(settings.maxHeldBytes());
        this.metrics = metrics;
        this.connections = connections;
        this.bodies = new Bodies(settings.bodyTimeout(), system);
    }

    /** Never fails: what goes wrong becomes a problem. */
    CompletionStage<HttpResponse> handle(HttpRequest request, Exchange exchange) {
        long started = System.nanoTime();
        String requestId = RequestIds.of(request);
        Router.Match match = router.match(request.method(), request.getUri().getPathString());
        String route =
                match instanceof Router.Match.Found found ? found.endpoint().template() : NO_ROUTE;
        boolean begun = inFlight.begin();
        CompletionStage<HttpResponse> answer;
        MDC.put(REQUEST_ID, requestId);
        try {
            answer = begun ? answer(request, exchange, requestId, match) : refuse(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        } finally {
            MDC.remove(REQUEST_ID);
        }
        return answer.handle((response, failure) -> {
            HttpResponse sent = failure == null ? bounded(response, exchange) : failed(failure, requestId, route);
            HttpResponse finished =
                    finish(request, sent, requestId, route, Duration.ofNanos(System.nanoTime() - started));
            inFlight.end();
            return finished;
        });
    }

    /** Answers no more; completes when every answer is on its way. */
    CompletionStage<Done> drain(Duration deadline) {
        return inFlight.drain()
                .copy()
                .completeOnTimeout(Done.getInstance(), deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletionStage<HttpResponse> refuse(HttpRequest request) {
        bodies.discard(request);
        return Answers.now(Answers.problem(
                inFlight.isDraining()
                        ? Problem.of(Problem.Type.UNAVAILABLE, "This process is stopping: send it again in a moment")
                        : Problem.of(
                                Problem.Type.BUSY,
                                settings.maxInFlight() + " requests are being answered: send it again later, or raise"
                                        + " persys.http.server.max-in-flight")));
    }

    private CompletionStage<HttpResponse> answer(
            HttpRequest request, Exchange exchange, String requestId, Router.Match match) {
        if (match instanceof Router.Match.Found found) {
            return checked(request, exchange, requestId, found);
        }
        bodies.discard(request);
        if (match instanceof Router.Match.WrongMethod wrong) {
            String allowed = String.join(", ", wrong.allowed());
            return Answers.now(Answers.problem(Problem.of(
                            Problem.Type.METHOD_NOT_ALLOWED,
                            request.method().value() + " is not a method of this path: use " + allowed))
                    .addHeader(RawHeader.create("Allow", allowed)));
        }
        List<String> near = ((Router.Match.Nowhere) match).near();
        return Answers.now(Answers.problem(Problem.of(
                Problem.Type.UNKNOWN_PATH,
                "There is no " + FieldErrorText.shortened(request.getUri().getPathString()) + " here; there is "
                        + String.join(", ", near))));
    }

    private CompletionStage<HttpResponse> checked(
            HttpRequest request, Exchange exchange, String requestId, Router.Match.Found found) {
        Endpoint endpoint = found.endpoint();
        Caller caller = NOBODY;
        if (endpoint.role().isPresent()) {
            Gate.Admission admission = gate.admit(request);
            if (admission instanceof Gate.Admission.Denied denied) {
                bodies.discard(request);
                return Answers.now(Answers.problem(Problem.of(Problem.Type.UNAUTHENTICATED, denied.detail()))
                        .addHeader(RawHeader.create("WWW-Authenticate", denied.challenge())));
            }
            caller = ((Gate.Admission.Admitted) admission).caller();
            if (!caller.roles().contains(endpoint.role().get())) {
                bodies.discard(request);
                return Answers.now(Answers.problem(Problem.of(
                        Problem.Type.FORBIDDEN,
                        caller.name() + " lacks the role "
                                + endpoint.role().get().name().toLowerCase(Locale.ROOT))));
            }
        }
        QueryParameters parameters = QueryParameters.of(request, endpoint.parameters());
        if (!parameters.errors().isEmpty()) {
            bodies.discard(request);
            return Answers.now(invalid(Problem.Type.INVALID_PARAMETER, parameters.errors()));
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
        if (!endpoint.takesJson()) {
            bodies.discard(call.request());
            return endpoint.handler().handle(call);
        }
        HttpEntity entity = call.request().entity();
        if (!Bodies.isJson(entity)) {
            bodies.discard(call.request());
            return Answers.now(Answers.problem(Problem.of(
                    Problem.Type.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as JSON and say so: \"Content-Type: application/json\"")));
        }
        if (Bodies.isTooLarge(entity)) {
            bodies.discard(call.request());
            return Answers.now(Answers.problem(Bodies.tooLarge()));
        }
        Optional<byte[]> there = Bodies.strict(entity);
        if (there.isEmpty() && !held.hold(Bodies.longest(entity), call.exchange())) {
            bodies.discard(call.request());
            return Answers.now(tooMuchHeld());
        }
        // A small body has mostly come with its head: no hop then.
        return there.isPresent()
                ? read(endpoint, call, there.get())
                : bodies.collect(entity)
                        .handle((body, failure) -> failure == null
                                ? read(endpoint, call, body)
                                : Answers.now(Answers.problem(Bodies.problem(root(failure)))))
                        .thenCompose(answer -> answer);
    }

    private static CompletionStage<HttpResponse> read(Endpoint endpoint, Call call, byte[] body) {
        if (body.length > RequestJson.MAX_BODY_BYTES) {
            return Answers.now(Answers.problem(Bodies.tooLarge()));
        }
        RequestJson.Reading reading = RequestJson.read(body);
        if (reading instanceof RequestJson.Reading.Malformed malformed) {
            return Answers.now(Answers.problem(Problem.of(
                    Problem.Type.MALFORMED_JSON,
                    "Line " + malformed.line() + ", column " + malformed.column() + ": " + malformed.detail())));
        }
        JsonNode json = ((RequestJson.Reading.Document) reading).json();
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

    private static HttpResponse invalid(Problem.Type type, List<FieldError> errors) {
        return Answers.problem(Problem.invalid(type, errors));
    }

    private static HttpResponse failed(Throwable failure, String requestId, String route) {
        Throwable cause = root(failure);
        if (cause instanceof TimeoutException) {
            return Answers.problem(Problem.of(
                    Problem.Type.TIMEOUT,
                    "No answer came in time, and whether a change was made is unknown: look with GET, or send it again"
                            + " with the same Idempotency-Key"));
        }
        MDC.put(REQUEST_ID, requestId);
        LOG.error("A request to {} failed", route, cause);
        MDC.remove(REQUEST_ID);
        return Answers.problem(Problem.of(
                Problem.Type.INTERNAL_ERROR,
                "This is a fault of the server; its log has more under the request id " + requestId));
    }

    /** An answer too large to be kept for any number of clients that do not read holds its bytes until it is sent. */
    private HttpResponse bounded(HttpResponse response, Exchange exchange) {
        if (!(response.entity() instanceof HttpEntity.Strict strict) || !Bodies.isHeavy(strict)) {
            return response;
        }
        return held.hold(strict.getData().size(), exchange)
                ? response.withEntity(Bodies.inPieces(strict, exchange))
                : tooMuchHeld();
    }

    /** Whether clients that take nothing should be cut off soon, for what they hold is needed. */
    boolean isPressed() {
        return held.isPressed();
    }

    private HttpResponse tooMuchHeld() {
        return Answers.problem(Problem.of(
                Problem.Type.BUSY,
                settings.maxHeldBytes() + " bytes of bodies and answers are held for slow clients: send it again later,"
                        + " ask for shorter pages, or raise persys.http.server.max-held"));
    }

    private static Throwable root(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private HttpResponse finish(
            HttpRequest request, HttpResponse response, String requestId, String route, Duration took) {
        int status = response.status().intValue();
        metrics.record(request.method().value(), route, status, took);
        LOG.debug("{} {} {} {} us {}", request.method().value(), route, status, took.toNanos() / 1000, requestId);
        HttpResponse named = response.addHeader(RawHeader.create(RequestIds.HEADER, requestId));
        // While stopping, each connection is closed behind its answer: one that is cut may lose it. So it is where
        // places for connections run out: who has been answered makes room for who has not.
        HttpResponse last =
                inFlight.isDraining() || connections.isPressed() ? named.addHeader(Connection.create("close")) : named;
        boolean toldWhen = status != Problem.Type.BUSY.status()
                || response.getHeader("Retry-After").isPresent();
        return toldWhen
                ? last
                : last.addHeader(RawHeader.create("Retry-After", Answers.retryAfter(settings.retryAfter())));
    }
}
