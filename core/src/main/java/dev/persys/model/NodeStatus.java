package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a node stands, as the contract words it. A word of a newer version reads as {@link #SUSPECT}: nothing new is placed
 * on the node until its next heartbeat.
 */
public enum NodeStatus {
    @JsonProperty("Active")
    ACTIVE("Active"),
    /** It answers, and takes no new work because an operator said so. */
    @JsonProperty("Draining")
    DRAINING("Draining"),
    /** A few heartbeats are missing, or its container engine does not answer: nothing new is placed there. */
    @JsonProperty("Suspect")
    @JsonEnumDefaultValue
    SUSPECT("Suspect"),
    /** Silent for so long that it counts as gone. */
    @JsonProperty("Inactive")
    INACTIVE("Inactive");

    private final String text;

    NodeStatus(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Whether heartbeats arrive and say that all is well. */
    public boolean isReachable() {
        return this == ACTIVE || this == DRAINING;
    }

    @Override
    public String toString() {
        return text;
    }
}
