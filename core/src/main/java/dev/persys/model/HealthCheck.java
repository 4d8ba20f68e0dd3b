package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How it is found out whether a container that runs does what it should. One of {@code http}, {@code tcp} and {@code
 * exec} is the check; with none of them it is the image's own, and what is said beside it takes the place of what the
 * image says.
 *
 * @param http asked by the agent; the container needs nothing for it
 * @param tcp connected to by the agent
 * @param exec run by Docker in the container: good where it ends with code 0
 * @param none nothing is checked, whatever the image declares
 * @param interval from the end of one check to the next
 * @param timeout a check that takes longer has failed
 * @param retries so many checks in a row that fail make the container unhealthy
 * @param startPeriod from the start on, in which checks that fail do not count until one has succeeded
 */
public record HealthCheck(
        Optional<Http> http,
        Optional<Tcp> tcp,
        Optional<List<String>> exec,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean none,
        Optional<Duration> interval,
        Optional<Duration> timeout,
        Optional<Integer> retries,
        Optional<Duration> startPeriod,
        OnUnhealthy onUnhealthy) {

    /** A third of Docker's: with three retries what hangs is known within half a minute, and not in one and a half. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    /** What does not answer in that time is of no use to whoever waits for it. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** Docker's own. */
    public static final int DEFAULT_RETRIES = 3;

    /** Docker's own. */
    public static final Duration DEFAULT_START_PERIOD = Duration.ZERO;

    /** Nothing is checked. */
    public static final HealthCheck NONE = new HealthCheck(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OnUnhealthy.REPORT);

    public HealthCheck {
        Present.value(http, "http");
        Present.value(tcp, "tcp");
        exec = Present.value(exec, "exec").map(words -> Present.list(words, "exec"));
        Present.value(interval, "interval");
        Present.value(timeout, "timeout");
        Present.value(retries, "retries");
        Present.value(startPeriod, "startPeriod");
        Present.value(onUnhealthy, "onUnhealthy");
        long kinds = Stream.of(http.isPresent(), tcp.isPresent(), exec.isPresent(), none)
                .filter(kind -> kind)
                .count();
        if (kinds > 1) {
            throw new IllegalArgumentException("a health check is one of http, tcp, exec and none");
        }
        if (exec.filter(List::isEmpty).isPresent()) {
            throw new IllegalArgumentException("exec runs something");
        }
        Stream.of(interval, timeout)
                .flatMap(Optional::stream)
                .filter(span -> span.isNegative() || span.isZero())
                .findFirst()
                .ifPresent(span -> {
                    throw new IllegalArgumentException("interval and timeout are more than zero: " + span);
                });
        if (startPeriod.filter(Duration::isNegative).isPresent()
                || retries.filter(many -> many < 1).isPresent()) {
            throw new IllegalArgumentException("retries are from 1 on, startPeriod from zero on");
        }
    }

    /** A check of its own, with every default written out. */
    public static HealthCheck of(Http http) {
        return new HealthCheck(
                        Optional.of(http),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OnUnhealthy.REPORT)
                .whole();
    }

    /** Whether it is the image's own check that is meant. */
    @JsonIgnore
    public boolean isOfImage() {
        return !none && !isOfAgent() && exec.isEmpty();
    }

    /** Whether the agent, and not Docker, carries it out. */
    @JsonIgnore
    public boolean isOfAgent() {
        return http.isPresent() || tcp.isPresent();
    }

    /** With every default written out, unless it is the image's own, which has its own. */
    public HealthCheck whole() {
        return none || isOfImage()
                ? this
                : new HealthCheck(
                        http,
                        tcp,
                        exec,
                        false,
                        interval.or(() -> Optional.of(DEFAULT_INTERVAL)),
                        timeout.or(() -> Optional.of(DEFAULT_TIMEOUT)),
                        retries.or(() -> Optional.of(DEFAULT_RETRIES)),
                        startPeriod.or(() -> Optional.of(DEFAULT_START_PERIOD)),
                        onUnhealthy);
    }

    /** How a request of the check is made. */
    public enum Scheme {
        @JsonProperty("http")
        HTTP,
        /** Whatever certificate the container shows: it is asked whether it lives, and told nothing. */
        @JsonProperty("https")
        HTTPS
    }

    /**
     * A {@code GET}, whose redirects are not followed.
     *
     * @param port in the container
     * @param path with what follows a question mark
     * @param headers beside those that every request has
     * @param expect the status that is good, or the first and the last of several, such as {@code 200-399}
     */
    public record Http(int port, String path, Scheme scheme, Map<String, String> headers, String expect) {
        /** As browsers and Kubernetes see it: a redirect is an answer. */
        public static final String DEFAULT_EXPECT = "200-399";

        private static final Pattern EXPECT = Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

        public Http {
            checkPort(port);
            Present.value(path, "path");
            Present.value(scheme, "scheme");
            headers = Present.map(headers, "headers");
            if (!isExpectation(Present.value(expect, "expect"))) {
                throw new IllegalArgumentException("not a status, and not a range of them: " + expect);
            }
        }

        /** A plain one. */
        public static Http of(int port, String path) {
            return new Http(port, path, Scheme.HTTP, Map.of(), DEFAULT_EXPECT);
        }

        /** Whether {@code text} is a status or a range of them. */
        public static boolean isExpectation(String text) {
            Matcher range = EXPECT.matcher(text);
            return range.matches() && (range.group(2) == null || range.group(1).compareTo(range.group(2)) <= 0);
        }

        /** Whether an answer with that status is good. */
        public boolean isGood(int status) {
            int first = Integer.parseInt(expect, 0, 3, 10);
            int last = expect.length() == 3 ? first : Integer.parseInt(expect, 4, 7, 10);
            return status >= first && status <= last;
        }
    }

    /** A connection that is made, and ended. */
    public record Tcp(int port) {
        public Tcp {
            checkPort(port);
        }
    }

    private static void checkPort(int port) {
        if (!PortMapping.isPort(port)) {
            throw new IllegalArgumentException("a port is from 1 to 65535: " + port);
        }
    }
}
