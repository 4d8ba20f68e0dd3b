package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is wanted of a workload; never mixed with what was seen of it. */
public enum Desired {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("stopped")
    STOPPED,
    @JsonProperty("deleted")
    DELETED
}
