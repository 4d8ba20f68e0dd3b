package dev.persys.http.server;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import dev.persys.api.Paths;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import kamon.prometheus.PrometheusReporter;

/** {@code GET /metrics}: what Kamon's reporter gathered last, as Prometheus reads it. */
public final class MetricsEndpoint {
    private static final ContentType PROMETHEUS = ContentTypes.create(
            MediaTypes.customWithOpenCharset("text", "plain", Map.of("version", "0.0.4"), false), HttpCharsets.UTF_8);

    private MetricsEndpoint() {}

    /** Empty but for a comment until Kamon runs and its first interval is over. */
    public static Endpoint create() {
        return Endpoint.open(Paths.METRICS, call -> {
            scala.Option<String> scrape = PrometheusReporter.latestScrapeData();
            String text = scrape.isDefined() ? scrape.get() : "# nothing gathered yet\n";
            return Answers.now(HttpResponse.create()
                    .withEntity(HttpEntities.create(PROMETHEUS, text.getBytes(StandardCharsets.UTF_8))));
        });
    }
}
