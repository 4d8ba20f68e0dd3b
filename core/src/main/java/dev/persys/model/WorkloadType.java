package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of thing a workload is. */
public enum WorkloadType {
    @JsonProperty("docker-container")
    DOCKER_CONTAINER
}
