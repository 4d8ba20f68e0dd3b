package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What the health check of a running container came to, in Docker's words. */
public enum HealthStatus {
    /** Nothing is checked. A word that is not known here reads as this: nothing is concluded from it. */
    @JsonProperty("none")
    @JsonEnumDefaultValue
    NONE,
    /** No check has succeeded yet, and not enough of them failed. */
    @JsonProperty("starting")
    STARTING,
    @JsonProperty("healthy")
    HEALTHY,
    /** So many checks in a row failed as the check allows. */
    @JsonProperty("unhealthy")
    UNHEALTHY;

    /** The word of the contract. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@link #NONE} where the word is none that is known here. */
    public static HealthStatus of(String word) {
        for (HealthStatus status : values()) {
            if (status.text().equals(word)) {
                return status;
            }
        }
        return NONE;
    }

    @Override
    public String toString() {
        return text();
    }
}
