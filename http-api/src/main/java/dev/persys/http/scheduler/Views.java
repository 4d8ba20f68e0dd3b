package dev.persys.http.scheduler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.ClusterMetrics;
import dev.persys.api.Explanation;
import dev.persys.api.Garbage;
import dev.persys.api.Json;
import dev.persys.api.Page;
import dev.persys.api.RecordJson;
import dev.persys.model.HealthStatus;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol;
import java.util.function.Function;

/** The JSON of the scheduler's answers. */
final class Views {
    private Views() {}

    /** What is said of a workload as it is accepted; {@code node_id} is null where no node fits now. */
    static ObjectNode accepted(SchedulerProtocol.Accepted accepted) {
        Workload workload = accepted.workload().workload();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("workload_id", workload.id().value());
        workload.nodeId().ifPresentOrElse(node -> json.put("node_id", node.value()), () -> json.putNull("node_id"));
        json.put("status", workload.status().text());
        json.put("reason", workload.observed().reason().text());
        json.put("message", workload.observed().message());
        return json;
    }

    /** {@code {"<name>": […], "continue": …}}; without {@code continue} on the last page. */
    static <T> ObjectNode page(String name, Page<T> page, Function<T, ObjectNode> item) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode items = json.putArray(name);
        page.items().forEach(entry -> items.add(item.apply(entry)));
        page.next().ifPresent(next -> json.put("continue", next));
        return json;
    }

    static ObjectNode explanation(Explanation explanation) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.set("workload", RecordJson.toSummary(explanation.workload()));
        explanation.decision().ifPresent(decision -> json.set("decision", Json.MAPPER.valueToTree(decision)));
        json.set("at", Json.MAPPER.valueToTree(explanation.at()));
        json.put("policy", explanation.policy());
        json.set("nodes", Json.MAPPER.valueToTree(explanation.nodes()));
        return json;
    }

    /** Every status is there, in the order of a life, also with none. */
    static ObjectNode metrics(ClusterMetrics metrics, String version) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("version", version);
        json.put("clusterId", metrics.clusterId().value());
        json.put("epoch", metrics.epoch().value());
        ObjectNode nodes = json.putObject("nodes");
        for (NodeStatus status : NodeStatus.values()) {
            nodes.put(status.text(), metrics.nodes().getOrDefault(status, 0L));
        }
        ObjectNode workloads = json.putObject("workloads");
        for (WorkloadStatus status : WorkloadStatus.values()) {
            workloads.put(status.text(), metrics.workloads().getOrDefault(status, 0L));
        }
        ObjectNode health = json.putObject("health");
        for (HealthStatus status : HealthStatus.values()) {
            if (status != HealthStatus.NONE) {
                health.put(status.text(), metrics.health().getOrDefault(status, 0L));
            }
        }
        json.set("capacity", Json.MAPPER.valueToTree(metrics.capacity()));
        json.set("reserved", Json.MAPPER.valueToTree(metrics.reserved()));
        json.set("free", Json.MAPPER.valueToTree(metrics.free()));
        metrics.trouble().ifPresent(sentence -> json.put("trouble", sentence));
        return json;
    }

    /** A workload's {@code nodeId} is null where it is on none. */
    static ObjectNode garbage(Garbage garbage) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("dryRun", garbage.dryRun());
        json.put("expired", garbage.expired());
        json.put("waiting", garbage.waiting());
        json.put("removing", garbage.removing());
        json.put("kept", garbage.kept());
        ArrayNode workloads = json.putArray("workloads");
        for (Garbage.Item item : garbage.workloads()) {
            ObjectNode entry = workloads.addObject();
            entry.put("id", item.id().value());
            entry.put("name", item.name());
            entry.put("status", item.status().text());
            entry.put("nodeId", item.nodeId().map(NodeId::value).orElse(null));
            entry.set("statusSince", Json.MAPPER.valueToTree(item.statusSince()));
            entry.put("message", item.why());
        }
        return json;
    }
}
