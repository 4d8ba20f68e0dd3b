package dev.persys.http.server;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/**
 * Counts requests by route and status, and measures how long answers take. A route is its template: a raw path would
 * make a series a workload.
 */
public final class HttpMetrics {
    private record Series(String method, String route, int status) {}

    private record Instruments(Counter requests, Timer duration) {}

    private final String server;
    private final Counter turnedAway;
    private final Counter refused;

    /** Bounded by the routes times the statuses that they answer with. */
    private final Map<Series, Instruments> instruments = new ConcurrentHashMap<>();

    /** @param server the name of the port */
    public HttpMetrics(String server) {
        this.server = server;
        this.turnedAway = Kamon.counter(
                        "persys.http.connections.turned-away", "Connections that were too many, and told to come again")
                .withTag("server", server);
        this.refused = Kamon.counter(
                        "persys.http.connections.refused",
                        "Connections without TLS, or without a certificate that is believed, on a port that asks for one")
                .withTag("server", server);
    }

    /** Counts a connection that could not be served, because too many are open. */
    public void turnedAway() {
        turnedAway.increment();
    }

    /** Counts a connection on which no TLS could be spoken. */
    public void refused() {
        refused.increment();
    }

    /** Counts an answer.
     *
     * @param route a template, never a raw path
     */
    public void record(String method, String route, int status, Duration took) {
        Instruments series = instruments.computeIfAbsent(new Series(method, route, status), this::make);
        series.requests().increment();
        series.duration().record(took);
    }

    private Instruments make(Series series) {
        TagSet route = TagSet.builder()
                .add("server", server)
                .add("method", series.method())
                .add("route", series.route())
                .build();
        return new Instruments(
                Kamon.counter("persys.http.requests", "Requests answered, by route and status")
                        .withTags(route.withTag("status", (long) series.status())),
                Kamon.timer("persys.http.request.duration", "Time from a request's head to its answer's head")
                        .withTags(route));
    }
}
