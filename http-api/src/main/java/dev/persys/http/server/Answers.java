package dev.persys.http.server;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Builds responses. JSON is written once, straight to the bytes that are sent. */
public final class Answers {
    private static final ContentType PROBLEM = MediaTypes.customWithFixedCharset(
                    "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    /** Bytes of a digest in an entity tag: 64 bits tell the versions of one resource apart. */
    private static final int TAG_BYTES = 8;

    private Answers() {}

    public static HttpResponse json(Object body) {
        return HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(body)));
    }

    public static HttpResponse text(String body) {
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, body.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A body with its entity tag, or 304 where the caller has it already.
     *
     * @param revision of the record that is shown; it leads the tag, so that {@code If-Match} can ask for it whatever
     *     else of the body has changed
     */
    public static HttpResponse read(Call call, Object body, OptionalLong revision) {
        byte[] bytes = bytes(body);
        String digest = digest(bytes);
        String tag = '"' + (revision.isPresent() ? revision.getAsLong() + "-" + digest : digest) + '"';
        boolean known = call.header("If-None-Match")
                .filter(tags -> tags.trim().equals("*")
                        || Arrays.stream(tags.split(","))
                                .map(String::trim)
                                .map(text -> text.startsWith("W/") ? text.substring(2) : text)
                                .anyMatch(tag::equals))
                .isPresent();
        HttpResponse response = known
                ? HttpResponse.create().withStatus(StatusCodes.NOT_MODIFIED)
                : HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes));
        return response.addHeader(RawHeader.create("ETag", tag));
    }

    public static HttpResponse problem(Problem problem) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(problem.status()))
                .withEntity(HttpEntities.create(PROBLEM, bytes(problem)));
    }

    public static HttpResponse problem(Call call, Problem.Type type, String detail) {
        return problem(Problem.of(type, detail).withRequestId(call.requestId()));
    }

    public static HttpResponse invalid(Call call, List<FieldError> errors) {
        Problem.Type type = errors.stream()
                        .anyMatch(error -> error.pointer().startsWith("/")
                                || error.pointer().isEmpty())
                ? Problem.Type.INVALID_REQUEST
                : Problem.Type.INVALID_PARAMETER;
        return problem(Problem.invalid(type, errors).withRequestId(call.requestId()));
    }

    public static CompletionStage<HttpResponse> now(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    /** The value of {@code Retry-After}, which knows whole seconds. */
    public static String retryAfter(Duration wait) {
        return Long.toString(Math.max(1, wait.toSeconds()));
    }

    public static byte[] bytes(Object body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + body.getClass().getSimpleName() + " as JSON", e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
