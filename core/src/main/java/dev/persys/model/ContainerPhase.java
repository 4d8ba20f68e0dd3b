package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What an agent sees of one container of ours, or of the order to make it. */
public enum ContainerPhase {
    /** The image is being fetched; there is no container yet. */
    PULLING,
    /** The image cannot be had; there is no container, and the agent does not try again by itself. */
    PULL_FAILED,
    /** Being created, or created and not started yet. */
    STARTING,
    /** Docker refused to create or start it; the agent does not try again by itself. */
    START_REFUSED,
    /** Docker cannot start this container any more, whatever is done with it; one in its place may start. */
    UNUSABLE,
    RUNNING,
    PAUSED,
    /** It ended, and the agent starts it again after a pause. */
    RESTARTING,
    /** It is alive under a name that somebody gave it, and so is not the container that was ordered any more. */
    RENAMED,
    /** It ended, and the agent does not start it again by itself. */
    EXITED,
    /** It is no longer on the node, or is being removed from it. */
    REMOVED,
    /**
     * A word of a newer agent that is not known here. Nothing is concluded from it, but that there is something: the
     * next word that is known, or a list without it, decides.
     */
    @JsonEnumDefaultValue
    UNKNOWN;

    /** Whether a process of the container may be alive. */
    public boolean isLive() {
        return this == RUNNING || this == PAUSED || this == RESTARTING || this == RENAMED;
    }
}
