package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Identity of a node: a DNS name, chosen by whoever runs the agent and unique in the cluster. */
public record NodeId(@JsonValue String value) implements Comparable<NodeId> {
    public NodeId {
        if (value == null || !Names.isDnsName(value)) {
            throw new IllegalArgumentException("not a node id (a lower-case DNS name is wanted): " + value);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static NodeId of(String value) {
        return new NodeId(value);
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
