package dev.persys.runtime;

import java.util.Locale;
import java.util.Optional;

/** What a container engine says a container does, by Docker's words. */
public enum ContainerStatus {
    /** Made and never started. */
    CREATED,
    RUNNING,
    PAUSED,
    /** Ended, and about to be started again by its restart policy. */
    RESTARTING,
    REMOVING,
    EXITED,
    /** Could not be removed; does not run. */
    DEAD;

    /** From Docker's word; empty where it is none of these. */
    public static Optional<ContainerStatus> parse(String word) {
        for (ContainerStatus status : values()) {
            if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }

    /** Whether it has to be stopped before it can be removed quietly. */
    public boolean isLive() {
        return this == RUNNING || this == PAUSED || this == RESTARTING;
    }
}
