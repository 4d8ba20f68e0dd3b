package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node as the API shows it, read leniently: a newer scheduler may say more than is known here. */
public record SeenNode(JsonNode json) {
    public String id() {
        return json.path("nodeId").asText();
    }

    public String status() {
        return json.path("status").asText();
    }

    public String text(String field) {
        return json.path(field).asText("");
    }

    /** Why it is not as it should be; empty where it is, or an older scheduler does not say. */
    public String trouble() {
        return switch (text("reason")) {
            case "", "Heartbeat", "DrainAsked" -> "";
            default -> text("reason") + ": " + text("message");
        };
    }

    public int workloads() {
        return json.path("workloads").asInt();
    }

    /** Cores of {@code total}, {@code reserved} or {@code free}. */
    public String cpu(String part) {
        return json.path(part).path("cpu").asText("0");
    }

    /** MiB of {@code total}, {@code reserved} or {@code free}. */
    public long memory(String part) {
        return json.path(part).path("memory").asLong();
    }

    /** Such as {@code disk=ssd}, in the order the API gives. */
    public List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (Map.Entry<String, JsonNode> label : json.path("labels").properties()) {
            labels.add(label.getKey() + "=" + label.getValue().asText());
        }
        return labels;
    }
}
