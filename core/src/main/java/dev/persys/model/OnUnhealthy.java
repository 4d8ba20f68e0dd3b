package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What follows where a container turns unhealthy. */
public enum OnUnhealthy {
    /** It is told, and nothing else is done: as Docker has it. */
    @JsonProperty("report")
    REPORT,
    /** The agent of its node restarts it after a pause, whatever its restart policy says of ends. */
    @JsonProperty("restart")
    RESTART
}
