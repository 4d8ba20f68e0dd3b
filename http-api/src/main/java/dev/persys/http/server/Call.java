package dev.persys.http.server;

import akka.http.javadsl.model.HttpRequest;
import akka.japi.Pair;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.DurationText;
import dev.persys.api.FieldError;
import dev.persys.api.Parsed;
import dev.persys.http.Shortened;
import dev.persys.http.auth.Caller;
import dev.persys.protocol.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request on its way to its handler.
 *
 * @param exchange ends with the answer's last byte
 * @param variable the value of the path's variable segment; empty where it has none
 * @param parameters of the query
 * @param body the JSON body; a missing node where the endpoint takes none
 */
public record Call(
        HttpRequest request,
        Exchange exchange,
        String requestId,
        Caller caller,
        String variable,
        Map<String, String> parameters,
        JsonNode body) {
    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})(?:-[^\"]*)?\"");
    private static final Pattern ANY_TAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]*\"");

    /** That of a tag which is none of ours, or only a weak one: nothing ever stands at it. */
    private static final long NO_REVISION = -1;

    /** What a caller may ask for; a page that has less says where it goes on. */
    private static final int MOST = 999_999_999;

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    public Call {
        parameters = Map.copyOf(parameters);
    }

    public Origin origin() {
        return new Origin(requestId, caller.name());
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Every value of a parameter that may be repeated, in order. */
    public List<String> all(String name) {
        return request.getUri().query().toList().stream()
                .filter(parameter -> parameter.first().equals(name))
                .map(Pair::second)
                .toList();
    }

    public Optional<String> header(String name) {
        return request.getHeader(name).map(header -> header.value());
    }

    /** A whole number of the query, between the bounds, both allowed. */
    public Parsed<Optional<Integer>> number(String name, int min, int max) {
        Optional<String> text = parameter(name);
        if (text.isEmpty()) {
            return new Parsed.Valid<>(Optional.empty());
        }
        if (text.get().matches("\\d{1,9}")) {
            int value = Integer.parseInt(text.get());
            if (value >= min && value <= max) {
                return new Parsed.Valid<>(Optional.of(value));
            }
        }
        return invalid("?" + name, text.get(), "a whole number from " + min + " to " + max);
    }

    /** How many a page may have at most: what {@code limit} of the query says, and never more than a page has. */
    public Parsed<Integer> limit(int pageSize) {
        return number("limit", 1, MOST)
                .fold(
                        limit -> new Parsed.Valid<>(Math.min(limit.orElse(pageSize), pageSize)),
                        errors -> new Parsed.Invalid<>(errors));
    }

    /** {@code true} or {@code false} of the query; false where absent. */
    public Parsed<Boolean> flag(String name) {
        String text = parameter(name).orElse("false");
        return switch (text) {
            case "true", "" -> new Parsed.Valid<>(true);
            case "false" -> new Parsed.Valid<>(false);
            default -> invalid("?" + name, text, "true or false");
        };
    }

    /** A span of the query, such as {@code 90s} or {@code 1h30m}. */
    public Parsed<Optional<Duration>> span(String name) {
        Optional<String> text = parameter(name);
        Optional<Duration> span = text.flatMap(DurationText::parse);
        return text.isPresent() && span.isEmpty()
                ? invalid("?" + name, text.get(), "a span such as 90s or 1h30m")
                : new Parsed.Valid<>(span);
    }

    /** The revision that the change is meant for; absent with {@code *} and without the header. */
    public Parsed<Optional<Long>> ifRevision() {
        Optional<String> header = header("If-Match").map(String::trim).filter(text -> !text.equals("*"));
        if (header.isEmpty()) {
            return new Parsed.Valid<>(Optional.empty());
        }
        Matcher tag = TAG.matcher(header.get());
        if (tag.matches()) {
            return new Parsed.Valid<>(Optional.of(Long.parseLong(tag.group(1))));
        }
        return ANY_TAG.matcher(header.get()).matches()
                ? new Parsed.Valid<>(Optional.of(NO_REVISION))
                : invalid("If-Match", header.get(), "one entity tag, as ETag of a GET says it, or *");
    }

    /** Whether something is to be made only where there is none: {@code If-None-Match: *}. */
    public Parsed<Boolean> ifNone() {
        Optional<String> header = header("If-None-Match").map(String::trim);
        return header.filter(tags -> !tags.equals("*")).isPresent()
                ? invalid("If-None-Match", header.get(), "*, for a workload whose name no other has")
                : new Parsed.Valid<>(header.isPresent());
    }

    public Parsed<Optional<String>> idempotencyKey() {
        Optional<String> key = header("Idempotency-Key").map(Call::unquoted);
        if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
            return invalid("Idempotency-Key", key.get(), "1 to 255 visible ASCII characters");
        }
        return new Parsed.Valid<>(key);
    }

    /** Where an event stream goes on: what a browser sends when it comes again, or what a first request asks for. */
    public Optional<String> lastEventId() {
        return header("Last-Event-ID").or(() -> parameter("after")).filter(id -> !id.isEmpty());
    }

    /** One thing outside the body that is wrong. */
    public static <T> Parsed<T> invalid(String pointer, String found, String allowed) {
        return new Parsed.Invalid<>(List.of(new FieldError(pointer, '"' + Shortened.of(found) + '"', allowed)));
    }

    /** The draft standard writes the key as a quoted string; most clients do not. */
    private static String unquoted(String key) {
        return key.length() > 1 && key.startsWith("\"") && key.endsWith("\"")
                ? key.substring(1, key.length() - 1)
                : key;
    }
}
