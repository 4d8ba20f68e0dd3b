package dev.persys.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Limits;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeStatus;
import dev.persys.model.Observation;
import dev.persys.model.PullProgress;
import dev.persys.model.Resources;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The JSON of the records, stored and shown alike: flat, with the contract's field names. A workload is {@code id,
 * name, type, image, nodeId, status, logs, createdAt} and the rest; a node is {@code nodeId, ipAddress, hostname,
 * status, availableCpu, availableMemory} and the rest. {@code version} is that of this form.
 */
public final class RecordJson {
    private static final int VERSION = 2;

    private RecordJson() {}

    public static ObjectNode toJson(Workload workload) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", workload.id().value());
        ObjectNode spec = Json.MAPPER.valueToTree(workload.spec());
        json.set("name", spec.remove("name"));
        json.set("type", spec.remove("type"));
        json.set("image", spec.remove("image"));
        workload.nodeId().ifPresentOrElse(node -> json.put("nodeId", node.value()), () -> json.putNull("nodeId"));
        ObjectNode observed = Json.MAPPER.valueToTree(workload.observed());
        json.set("status", observed.remove("status"));
        json.putPOJO("desired", workload.desired());
        json.set("statusSince", observed.remove("since"));
        json.set("publishedPorts", observed.remove("ports"));
        json.setAll(observed);
        json.put("generation", workload.generation().value());
        json.setAll(spec);
        ObjectNode rest = Json.MAPPER.valueToTree(new Rest(workload));
        json.setAll(rest);
        return Json.MAPPER.valueToTree(json);
    }

    public static Workload workload(JsonNode json) {
        ObjectNode observed = json.deepCopy();
        observed.set("since", json.path("statusSince"));
        observed.set("ports", json.path("publishedPorts"));
        ObjectNode spec = json.deepCopy();
        if (!spec.has("limits")) {
            spec.set(
                    "limits",
                    Json.MAPPER.valueToTree(limitsOfVersion1(convert(json.path("resources"), Resources.class))));
        }
        Rest rest = convert(json, Rest.class);
        Identity identity = convert(json, Identity.class);
        return new Workload(
                identity.id(),
                convert(spec, WorkloadSpec.class),
                identity.desired(),
                identity.generation(),
                identity.nodeId(),
                convert(observed, Observation.class),
                rest.logs(),
                rest.placement(),
                rest.idempotencyKey(),
                rest.requestId(),
                rest.owner(),
                rest.createdAt());
    }

    /**
     * Version 1 held every workload to what it reserved. Its memory stays a limit where it was asked for; the default,
     * which is not told from having been asked for, and processing power are limits no more.
     */
    private static Limits limitsOfVersion1(Resources reserved) {
        return reserved.memoryMib() == Resources.DEFAULT_REQUEST.memoryMib()
                ? Limits.NONE
                : Limits.memory(reserved.memoryMib());
    }

    public static ObjectNode toJson(Node node) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("nodeId", node.id().value());
        ObjectNode facts = Json.MAPPER.valueToTree(node.facts());
        json.set("ipAddress", facts.remove("ipAddress"));
        json.set("hostname", facts.remove("hostname"));
        json.putPOJO("status", node.status());
        json.put("draining", node.draining());
        json.putPOJO("statusSince", node.since());
        json.put("availableCpu", node.available().cpu());
        json.put("availableMemory", node.available().memoryMib());
        json.setAll(facts);
        json.putPOJO("lastHeartbeat", node.lastHeartbeat());
        json.putPOJO("registeredAt", node.registeredAt());
        json.put("version", VERSION);
        return Json.MAPPER.valueToTree(json);
    }

    public static Node node(JsonNode json) {
        NodeRest rest = convert(json, NodeRest.class);
        return new Node(
                rest.nodeId(),
                convert(json, NodeFacts.class),
                rest.status(),
                rest.draining(),
                rest.statusSince(),
                rest.lastHeartbeat(),
                Resources.of(rest.availableCpu(), rest.availableMemory()),
                rest.registeredAt());
    }

    /** A workload as a route shows it: its record with {@code revision} and, while there is one, {@code progress}. */
    public static ObjectNode toJson(WorkloadView view) {
        ObjectNode json = toJson(view.workload());
        json.put("revision", view.revision());
        view.progress().ifPresent(progress -> json.set("progress", Json.MAPPER.valueToTree(progress)));
        return json;
    }

    public static WorkloadView workloadView(JsonNode json) {
        Optional<PullProgress> progress = json.has("progress")
                ? Optional.of(convert(json.get("progress"), PullProgress.class))
                : Optional.empty();
        return new WorkloadView(workload(json), json.path("revision").asLong(), progress);
    }

    /** A node as a route shows it: its record with what is reserved and free on it. */
    public static ObjectNode toJson(NodeView view) {
        ObjectNode json = toJson(view.node());
        json.set("lastHeartbeat", Json.MAPPER.valueToTree(view.lastHeartbeat()));
        json.set("reserved", Json.MAPPER.valueToTree(view.reserved()));
        json.set("free", Json.MAPPER.valueToTree(view.free()));
        json.put("workloads", view.workloads());
        json.put("revision", view.revision());
        return json;
    }

    public static NodeView nodeView(JsonNode json) {
        Node node = node(json);
        return new NodeView(
                node,
                json.path("revision").asLong(),
                convert(json.path("reserved"), Resources.class),
                json.path("workloads").asInt(),
                node.lastHeartbeat());
    }

    private static <T> T convert(JsonNode json, Class<T> type) {
        try {
            return Json.MAPPER.treeToValue(json, type);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    private record Identity(
            dev.persys.model.WorkloadId id,
            dev.persys.model.Desired desired,
            dev.persys.model.Generation generation,
            Optional<dev.persys.model.NodeId> nodeId) {}

    private record Rest(
            String logs,
            Optional<dev.persys.model.PlacementSummary> placement,
            Optional<String> idempotencyKey,
            Optional<String> requestId,
            Optional<String> owner,
            java.time.Instant createdAt,
            int version) {
        Rest(Workload workload) {
            this(
                    workload.logs(),
                    workload.placement(),
                    workload.idempotencyKey(),
                    workload.requestId(),
                    workload.owner(),
                    workload.createdAt(),
                    VERSION);
        }
    }

    private record NodeRest(
            dev.persys.model.NodeId nodeId,
            NodeStatus status,
            boolean draining,
            java.time.Instant statusSince,
            java.math.BigDecimal availableCpu,
            long availableMemory,
            java.time.Instant lastHeartbeat,
            java.time.Instant registeredAt) {}
}
