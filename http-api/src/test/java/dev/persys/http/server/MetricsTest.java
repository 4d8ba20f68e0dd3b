package dev.persys.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import kamon.Kamon;
import kamon.tag.Lookups;
import kamon.tag.TagSet;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

final class MetricsTest {
    @Test
    void requestsAreCountedByRouteAndStatusAndNeverByPath() {
        HttpMetrics metrics = new HttpMetrics("metrics-test");
        TagSet tags = TagSet.builder()
                .add("server", "metrics-test")
                .add("method", "GET")
                .add("route", "/workloads/{workload}")
                .build();

        metrics.record("GET", "/workloads/{workload}", 200, Duration.ofMillis(3));
        metrics.record("GET", "/workloads/{workload}", 200, Duration.ofMillis(5));
        metrics.record("GET", "/workloads/{workload}", 404, Duration.ofMillis(1));

        assertThat(tagsOf("persys.http.requests"))
                .contains(tags.withTag("status", 200L), tags.withTag("status", 404L))
                .hasSize(2);
        assertThat(tagsOf("persys.http.request.duration")).containsExactly(tags);
    }

    private static List<TagSet> tagsOf(String metric) {
        return CollectionConverters.asJava(Kamon.status().metricRegistry().metrics()).stream()
                .filter(known -> known.name().equals(metric))
                .flatMap(known -> CollectionConverters.asJava(known.instruments()).stream())
                .map(instrument -> instrument.tags())
                .filter(tags -> tags.get(Lookups.plain("server")).equals("metrics-test"))
                .toList();
    }
}
