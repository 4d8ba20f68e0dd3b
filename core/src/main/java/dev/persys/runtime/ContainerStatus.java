package dev.persys.runtime;

import java.util.Locale;

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
    DEAD,
    /** A word that is none of these, such as another engine's: an inspection tells more. */
    UNKNOWN;

    /** From Docker's word. */
    public static ContainerStatus parse(String word) {
        for (ContainerStatus status : values()) {
            if (status.name().toLowerCase(Locale.ROOT).equals(word)) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /** Whether it has to be stopped before it can be removed quietly. */
    public boolean isLive() {
        return this == RUNNING || this == PAUSED || this == RESTARTING || this == UNKNOWN;
    }
}
