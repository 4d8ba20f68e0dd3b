package dev.persys.api;

import dev.persys.model.Present;

/**
 * What is wrong with one field of a request.
 *
 * @param pointer the field as a JSON pointer (RFC 6901); {@code ?name} for a query parameter; empty for the whole body
 * @param found what was sent, shortened; never the value of an environment variable
 * @param allowed what can be sent instead
 */
public record FieldError(String pointer, String found, String allowed) {
    /** What a field that there is not is found to be. */
    public static final String UNKNOWN_FIELD = "an unknown field";

    public FieldError {
        Present.value(pointer, "pointer");
        Present.value(found, "found");
        Present.value(allowed, "allowed");
    }
}
