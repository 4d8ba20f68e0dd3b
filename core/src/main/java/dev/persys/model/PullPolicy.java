package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a node fetches an image from its registry, by Docker's own words. */
public enum PullPolicy {
    /** Only where the node does not have it: the default. */
    @JsonProperty("missing")
    MISSING,
    /** Before every start. */
    @JsonProperty("always")
    ALWAYS,
    /** Not at all: an absent image is a failure. */
    @JsonProperty("never")
    NEVER
}
