package dev.persys.http.server;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.ResponseEntity;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.Problem;
import dev.persys.api.RequestJson;
import dev.persys.http.Stages;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Takes in request bodies, or throws them away. */
public final class Bodies {
    /** How much of an unwanted body is read, so that the client gets to see the answer instead of a reset. */
    private static final long MAX_DISCARDED = 16L * RequestJson.MAX_BODY_BYTES;

    /** Answers up to this size may wait for every connection there can be. */
    private static final int LIGHT = 32 * 1024;

    private final Duration timeout;
    private final ActorSystem<?> system;

    /** @param timeout for the whole of one */
    public Bodies(Duration timeout, ActorSystem<?> system) {
        this.timeout = timeout;
        this.system = system;
    }

    /**
     * Why a body is not even read.
     *
     * @param wanted whether there has to be one
     */
    static Optional<Problem> refusal(HttpRequest request, boolean wanted) {
        HttpEntity entity = request.entity();
        if (!isJson(entity)) {
            return Optional.of(Problem.of(
                    Problem.Type.UNSUPPORTED_MEDIA_TYPE,
                    wanted
                            ? "Send the body as JSON and say so: \"Content-Type: application/json\""
                            : "Send no body, or {} as \"Content-Type: application/json\""));
        }
        if (request.getHeader("Content-Encoding")
                .filter(coding -> !coding.value().equalsIgnoreCase("identity"))
                .isPresent()) {
            return Optional.of(Problem.of(
                    Problem.Type.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without Content-Encoding"));
        }
        return isTooLarge(entity) ? Optional.of(tooLarge()) : Optional.empty();
    }

    private static boolean isJson(HttpEntity entity) {
        ContentType type = entity.getContentType();
        return type.mediaType().mainType().equals("application")
                && type.mediaType().subType().toLowerCase(Locale.ROOT).equals("json");
    }

    private static boolean isTooLarge(HttpEntity entity) {
        return entity.getContentLengthOption().isPresent()
                && entity.getContentLengthOption().getAsLong() > RequestJson.MAX_BODY_BYTES;
    }

    /** The whole body, where it is here already. */
    public static Optional<byte[]> strict(HttpEntity entity) {
        return entity instanceof HttpEntity.Strict strict
                ? Optional.of(strict.getData().toArrayUnsafe())
                : Optional.empty();
    }

    /** The whole body; what it fails with is for {@link #problem}. */
    public CompletionStage<byte[]> collect(HttpEntity entity) {
        return Stages.on(
                        entity.withSizeLimit(RequestJson.MAX_BODY_BYTES).toStrict(timeout.toMillis(), system),
                        system.executionContext())
                .thenApply(strict -> strict.getData().toArrayUnsafe());
    }

    /** That a body has too many bytes. */
    public static Problem tooLarge() {
        return Problem.of(
                Problem.Type.BODY_TOO_LARGE,
                "A body has at most " + RequestJson.MAX_BODY_BYTES + " bytes: leave large data to volumes and images");
    }

    /** Why a body did not come; the fault is on the client's side or between. */
    public static Problem problem(Throwable failure) {
        if (failure instanceof EntityStreamSizeException) {
            return tooLarge();
        }
        return failure instanceof TimeoutException
                ? Problem.of(Problem.Type.REQUEST_TIMEOUT, "The body did not come in time: send it again")
                : Problem.of(Problem.Type.MALFORMED_JSON, "The body ended before its end: send it again");
    }

    /** How many bytes a body may come to have, where it is not too large. */
    public static long longest(HttpEntity entity) {
        return entity.getContentLengthOption().orElse(RequestJson.MAX_BODY_BYTES);
    }

    static boolean isHeavy(HttpEntity.Strict entity) {
        return entity.getData().size() > LIGHT;
    }

    /** The same, taken by the client piece by piece; {@code exchange} ends when it has the last. */
    static ResponseEntity inPieces(HttpEntity.Strict entity, Exchange exchange) {
        ByteString bytes = entity.getData();
        Source<ByteString, NotUsed> pieces = Source.range(0, (bytes.size() - 1) / LIGHT)
                .map(piece -> bytes.drop(piece * LIGHT).take(LIGHT))
                .watchTermination((notUsed, done) -> {
                    var unused = done.whenComplete((end, failure) -> exchange.end());
                    return notUsed;
                });
        return HttpEntities.create(entity.getContentType(), bytes.size(), pieces);
    }

    /** Reads what nobody wants, for a while; a body that does not end by then ends its connection. */
    public void discard(HttpRequest request) {
        if (!request.entity().isStrict()) {
            var unused = request.entity()
                    .withSizeLimit(MAX_DISCARDED)
                    .getDataBytes()
                    .completionTimeout(timeout)
                    .runWith(Sink.ignore(), system);
        }
    }
}
