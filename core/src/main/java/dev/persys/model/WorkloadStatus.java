package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What was last seen of a workload's container. A word of a newer version reads as {@link #UNKNOWN}: it keeps what is
 * reserved for it, and what its node says next decides.
 */
public enum WorkloadStatus {
    /** Stored; no node fits yet. */
    @JsonProperty("Pending")
    PENDING("Pending"),
    /** Stored with its node; the order is on its way. */
    @JsonProperty("Scheduled")
    SCHEDULED("Scheduled"),
    /** The node fetches the image. */
    @JsonProperty("Pulling")
    PULLING("Pulling"),
    /** The container is being created or started. */
    @JsonProperty("Starting")
    STARTING("Starting"),
    @JsonProperty("Running")
    RUNNING("Running"),
    /** It ended, or could not be started, and is started again by its restart policy. */
    @JsonProperty("Restarting")
    RESTARTING("Restarting"),
    /** Ended by itself with code 0. */
    @JsonProperty("Exited")
    EXITED("Exited"),
    /** Could not be started, or ended with another code and no restart is left. */
    @JsonProperty("Failed")
    FAILED("Failed"),
    /** Ended because that was asked for. */
    @JsonProperty("Stopped")
    STOPPED("Stopped"),
    /** Its node answers and no longer has the container. */
    @JsonProperty("Missing")
    MISSING("Missing"),
    /** Its node is gone. */
    @JsonProperty("Lost")
    LOST("Lost"),
    /** Its node does not answer at the moment. */
    @JsonProperty("Unknown")
    @JsonEnumDefaultValue
    UNKNOWN("Unknown");

    private final String text;

    WorkloadStatus(String text) {
        this.text = text;
    }

    /** The word of the contract. */
    public String text() {
        return text;
    }

    /** Whether nothing that is seen of the same container can change it any more; only a request can. */
    public boolean isTerminal() {
        return this == EXITED || this == FAILED || this == STOPPED;
    }

    /** Whether the workload holds a reservation on a node. */
    public boolean holdsReservation() {
        return !isTerminal() && this != PENDING;
    }

    @Override
    public String toString() {
        return text;
    }
}
