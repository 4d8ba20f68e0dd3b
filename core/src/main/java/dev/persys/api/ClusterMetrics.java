package dev.persys.api;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadStatus;
import java.util.Map;
import java.util.Optional;

/**
 * Totals of the cluster.
 *
 * @param capacity of all nodes that answer
 * @param reserved by workloads on those
 * @param free what is left there, drained nodes not counted
 * @param health of the workloads that run and have a health check, by what that came to
 * @param trouble what keeps changes from being taken, in sentences for people
 */
public record ClusterMetrics(
        ClusterId clusterId,
        Epoch epoch,
        Map<NodeStatus, Long> nodes,
        Map<WorkloadStatus, Long> workloads,
        Map<HealthStatus, Long> health,
        Resources capacity,
        Resources reserved,
        Resources free,
        Optional<String> trouble) {
    public ClusterMetrics {
        nodes = Map.copyOf(nodes);
        workloads = Map.copyOf(workloads);
        health = Map.copyOf(health);
    }
}
