package dev.persys.scheduler;

import dev.persys.model.HealthStatus;
import dev.persys.model.NodeStatus;
import dev.persys.model.WorkloadStatus;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.MeasurementUnit;
import kamon.metric.Metric;
import kamon.metric.Timer;

/** What the control plane counts, by the names under which Prometheus sees it. */
public final class SchedulerMetrics {
    public static final SchedulerMetrics INSTANCE = new SchedulerMetrics();

    private final Timer placement = Kamon.timer("persys.placement.duration", "time of one placement decision")
            .withoutTags();
    private final Counter accepted =
            Kamon.counter("persys.workloads.accepted", "workloads accepted").withoutTags();
    private final Metric.Counter transitions =
            Kamon.counter("persys.workload.transitions", "committed changes of a workload's status, by the new one");
    private final Metric.Gauge workloads =
            Kamon.gauge("persys.workloads", "workloads by status", MeasurementUnit.none());
    private final Metric.Gauge health = Kamon.gauge(
            "persys.workload.health",
            "running workloads with a health check by what that came to",
            MeasurementUnit.none());
    private final Metric.Gauge nodes = Kamon.gauge("persys.nodes", "nodes by status", MeasurementUnit.none());
    private final Counter orphans = Kamon.counter("persys.orphans", "containers of ours that no record spoke of")
            .withoutTags();
    private final Counter expired = Kamon.counter("persys.workloads.expired", "workloads that retention had removed")
            .withoutTags();
    private final Counter leaderships = Kamon.counter("persys.leaderships", "terms of leadership begun here")
            .withoutTags();

    private SchedulerMetrics() {}

    public <T> T timePlacement(Supplier<T> decision) {
        long start = System.nanoTime();
        T result = decision.get();
        placement.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
        return result;
    }

    public void workloadAccepted() {
        accepted.increment();
    }

    public void workloadBecame(WorkloadStatus status) {
        transitions.withTag("status", status.text()).increment();
    }

    public void orphanFound() {
        orphans.increment();
    }

    public void workloadExpired() {
        expired.increment();
    }

    public void leadershipBegun() {
        leaderships.increment();
    }

    public void counts(
            Map<WorkloadStatus, Long> byStatus, Map<HealthStatus, Long> byHealth, Map<NodeStatus, Long> nodesByStatus) {
        for (WorkloadStatus status : WorkloadStatus.values()) {
            workloads.withTag("status", status.text()).update(byStatus.getOrDefault(status, 0L));
        }
        for (HealthStatus status : HealthStatus.values()) {
            if (status != HealthStatus.NONE) {
                health.withTag("status", status.text()).update(byHealth.getOrDefault(status, 0L));
            }
        }
        for (NodeStatus status : NodeStatus.values()) {
            nodes.withTag("status", status.text()).update(nodesByStatus.getOrDefault(status, 0L));
        }
    }
}
