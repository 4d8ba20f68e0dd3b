package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Identity of a cluster, made when its state store is first claimed and kept as long as the store. Containers
 * carry it as a label, so that two clusters on one Docker engine never mistake each other's for orphans.
 */
public record ClusterId(@JsonValue String value) {
    /** The label of containers that says it. */
    public static final String LABEL = "persys.cluster";

    public ClusterId {
        if (value == null || !Names.isDnsLabel(value)) {
            throw new IllegalArgumentException("not a cluster id (a lower-case DNS label is wanted): " + value);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static ClusterId of(String value) {
        return new ClusterId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
