package dev.persys.agent;

import dev.persys.model.ContainerPhase;
import dev.persys.runtime.RuntimeFailure;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kamon.Kamon;
import kamon.metric.Metric;
import kamon.tag.TagSet;

/**
 * What an agent counts. Prometheus sees {@code persys_docker_operation_seconds}, {@code persys_agent_orders_total}, {@code
 * persys_agent_events_total} and {@code persys_agent_docker_up}.
 */
final class AgentMetrics {
    private final Metric.Timer operations = Kamon.timer("persys.docker.operation", "Calls to Docker, by outcome");
    private final Metric.Counter orders = Kamon.counter("persys.agent.orders", "Orders taken or refused");
    private final Metric.Counter events = Kamon.counter("persys.agent.events", "Events told, by phase");
    private final Metric.Gauge dockerUp = Kamon.gauge("persys.agent.docker.up", "1 while Docker answers, else 0");

    /** A call to the container engine ended. */
    void operationEnded(String operation, Optional<RuntimeFailure> failure, long nanos) {
        String outcome = failure.map(why -> word(why.kind())).orElse("ok");
        operations
                .withTags(TagSet.builder()
                        .add("operation", operation)
                        .add("outcome", outcome)
                        .build())
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** An order was answered. */
    void orderAnswered(String kind, String answer) {
        orders.withTags(TagSet.builder().add("kind", kind).add("answer", answer).build())
                .increment();
    }

    void eventPublished(ContainerPhase phase) {
        events.withTag("phase", word(phase)).increment();
    }

    void dockerIs(boolean up) {
        dockerUp.withoutTags().update(up ? 1 : 0);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
