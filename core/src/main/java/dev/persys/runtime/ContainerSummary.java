package dev.persys.runtime;

import java.util.Map;

/**
 * A container as a listing shows it.
 *
 * @param imageId of the image that it was made from; empty text where the engine does not tell
 */
public record ContainerSummary(
        String id, String name, String imageId, Map<String, String> labels, ContainerStatus status)
        implements Ownership.Traits {
    public ContainerSummary {
        labels = Map.copyOf(labels);
    }
}
