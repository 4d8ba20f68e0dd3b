package dev.persys.runtime;

import java.util.Map;

/** A container as a listing shows it. */
public record ContainerSummary(String id, String name, Map<String, String> labels, ContainerStatus status) {
    public ContainerSummary {
        labels = Map.copyOf(labels);
    }
}
