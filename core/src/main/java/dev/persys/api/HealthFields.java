package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthCheck.Http;
import dev.persys.model.HealthCheck.Scheme;
import dev.persys.model.HealthCheck.Tcp;
import dev.persys.model.OnUnhealthy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The field {@code healthCheck}: what is checked, how often, and what follows. */
final class HealthFields {
    private static final List<String> NAMES =
            List.of("http", "tcp", "exec", "none", "interval", "timeout", "retries", "startPeriod", "onUnhealthy");

    /** What Docker, Compose and Kubernetes call them. */
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("test", "exec"),
            Map.entry("cmd", "exec"),
            Map.entry("command", "exec"),
            Map.entry("httpGet", "http"),
            Map.entry("tcpSocket", "tcp"),
            Map.entry("disable", "none"),
            Map.entry("start_period", "startPeriod"),
            Map.entry("initialDelaySeconds", "startPeriod"),
            Map.entry("periodSeconds", "interval"),
            Map.entry("timeoutSeconds", "timeout"),
            Map.entry("failureThreshold", "retries"));

    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(1);
    private static final Duration MOST_START = Duration.ofDays(1);
    private static final int MOST_RETRIES = 100;
    private static final int MOST_HEADERS = 20;
    private static final int MOST_HEADER_LENGTH = 1024;
    private static final int MOST_PATH_LENGTH = 1024;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e]{0," + (MOST_PATH_LENGTH - 1) + "}");
    private static final String PORT_WORDS = "the port in the container, a whole number from 1 to 65535";
    private static final Fields.Rule PATH_RULE = new Fields.Rule(
            "a path that begins with /, at most " + MOST_PATH_LENGTH + " characters, blanks and others as %20",
            text -> PATH.matcher(text).matches());
    private static final Fields.Rule HEADER =
            new Fields.Rule("the name of a header", text -> TOKEN.matcher(text).matches());
    private static final String EXPECT_WORDS = "a status such as 200, or a range such as 200-399";
    private static final String EXEC_WORDS =
            "a list of words, or one text for the container's shell; without Docker's CMD, CMD-SHELL or NONE before it";

    private HealthFields() {}

    /** Empty where nothing is said: the image's own check counts then, and is reported. */
    static Optional<HealthCheck> read(Fields fields) {
        return fields.get("healthCheck")
                .flatMap(node -> Fields.of(node, fields.at("healthCheck"), NAMES, ALIASES, fields.errors()))
                .flatMap(HealthFields::check);
    }

    private static Optional<HealthCheck> check(Fields fields) {
        boolean none = fields.truth("none").orElse(false);
        List<String> said = Stream.of("http", "tcp", "exec")
                .filter(name -> fields.get(name).isPresent())
                .toList();
        if (said.size() > 1 || (none && !said.isEmpty())) {
            fields.errors()
                    .add(
                            fields.at(said.get(said.size() - 1)),
                            "a second check beside " + (none ? "none" : said.get(0)),
                            "one of http, tcp, exec and none");
            return Optional.empty();
        }
        Optional<Http> http = object(fields, "http", List.of("port", "path", "scheme", "headers", "expect"))
                .flatMap(HealthFields::http);
        Optional<Tcp> tcp = object(fields, "tcp", List.of("port"))
                .flatMap(inner -> port(inner).map(Tcp::new));
        Optional<List<String>> exec = exec(fields);
        boolean isRefused = !said.isEmpty() && http.isEmpty() && tcp.isEmpty() && exec.isEmpty();
        HealthCheck check = new HealthCheck(
                        http,
                        tcp,
                        exec,
                        none,
                        span(fields, "interval", LEAST_INTERVAL, MOST),
                        span(fields, "timeout", LEAST_TIMEOUT, MOST),
                        fields.whole("retries", 1, MOST_RETRIES, "a whole number from 1 to " + MOST_RETRIES)
                                .map(Long::intValue),
                        span(fields, "startPeriod", Duration.ZERO, MOST_START),
                        onUnhealthy(fields))
                .whole();
        return isRefused || saysNothing(check) ? Optional.empty() : Optional.of(check);
    }

    private static boolean saysNothing(HealthCheck check) {
        return check.isOfImage()
                && check.onUnhealthy() == OnUnhealthy.REPORT
                && Stream.of(check.interval(), check.timeout(), check.retries(), check.startPeriod())
                        .allMatch(Optional::isEmpty);
    }

    private static Optional<Fields> object(Fields fields, String name, List<String> names) {
        return fields.get(name)
                .flatMap(node -> Fields.of(
                        node,
                        fields.at(name),
                        names,
                        Map.of("httpHeaders", "headers", "host", "headers.Host"),
                        fields.errors()));
    }

    private static Optional<Http> http(Fields fields) {
        Optional<Integer> port = port(fields);
        Optional<String> path = fields.text("path", PATH_RULE);
        Optional<Scheme> scheme = fields.value(
                "scheme",
                "http or https",
                node -> Stream.of(Scheme.values())
                        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(node.textValue()))
                        .findFirst());
        Optional<String> expect = fields.value(
                "expect",
                EXPECT_WORDS,
                node -> Optional.of(node.asText())
                        .filter(text -> node.isIntegralNumber() || node.isTextual())
                        .filter(Http::isExpectation));
        Map<String, String> headers = headers(fields);
        return port.map(number -> new Http(
                number, path.orElse("/"), scheme.orElse(Scheme.HTTP), headers, expect.orElse(Http.DEFAULT_EXPECT)));
    }

    private static Map<String, String> headers(Fields fields) {
        Map<String, String> headers = fields.map("headers", HEADER);
        if (headers.size() > MOST_HEADERS) {
            fields.errors().add(fields.at("headers"), headers.size() + " headers", "at most " + MOST_HEADERS);
        }
        headers.forEach((name, value) -> {
            boolean isLine = value.codePoints().noneMatch(c -> Character.isISOControl(c) || c > 0xff);
            if (!isLine || value.length() > MOST_HEADER_LENGTH) {
                fields.errors()
                        .add(
                                fields.at("headers") + FieldErrors.segment(name),
                                "text of " + value.length() + " characters",
                                "one line of at most " + MOST_HEADER_LENGTH + " characters of Latin-1");
            }
        });
        return headers;
    }

    private static Optional<Integer> port(Fields fields) {
        if (fields.get("port").isEmpty()) {
            fields.errors().add(fields.at("port"), "missing", PORT_WORDS);
        }
        return fields.whole("port", 1, 65_535, PORT_WORDS).map(Long::intValue);
    }

    /** Text is for a shell, as Docker has it of {@code --health-cmd}: it is mostly two commands. */
    private static Optional<List<String>> exec(Fields fields) {
        Optional<JsonNode> node = fields.get("exec");
        if (node.isEmpty()) {
            return Optional.empty();
        }
        List<String> words = node.get().isArray()
                ? fields.texts("exec")
                : fields.text("exec", new Fields.Rule(EXEC_WORDS, text -> !text.isBlank()))
                        .map(line -> List.of("/bin/sh", "-c", line))
                        .orElse(List.of());
        boolean isDockers =
                !words.isEmpty() && List.of("CMD", "CMD-SHELL", "NONE").contains(words.get(0));
        if (isDockers || (node.get().isArray() && node.get().isEmpty())) {
            fields.errors()
                    .add(fields.at("exec"), isDockers ? FieldErrors.quoted(words.get(0)) : "an empty list", EXEC_WORDS);
            return Optional.empty();
        }
        return Optional.of(words).filter(list -> !list.isEmpty());
    }

    private static Optional<Duration> span(Fields fields, String name, Duration least, Duration most) {
        String words = "seconds, or text such as 10s or 1m30s; from " + DurationText.format(least) + " to "
                + DurationText.format(most);
        return fields.value(name, words, node -> {
            Optional<Duration> span = node.isTextual()
                    ? DurationText.parse(node.textValue())
                    : Amounts.decimal(node).flatMap(seconds -> millis(seconds, most));
            return span.filter(given -> given.compareTo(least) >= 0 && given.compareTo(most) <= 0);
        });
    }

    private static Optional<Duration> millis(BigDecimal seconds, Duration most) {
        OptionalLong millis = Amounts.scaled(seconds, THOUSAND, most.toMillis());
        return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
    }

    private static OnUnhealthy onUnhealthy(Fields fields) {
        return fields.value(
                        "onUnhealthy",
                        "report or restart",
                        node -> Stream.of(OnUnhealthy.values())
                                .filter(value ->
                                        value.name().toLowerCase(Locale.ROOT).equals(node.textValue()))
                                .findFirst())
                .orElse(OnUnhealthy.REPORT);
    }
}
