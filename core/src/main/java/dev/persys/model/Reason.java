package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a workload has its status: a closed set of words for programs, beside the sentence for people. */
public enum Reason {
    NO_NODE_FITS("NoNodeFits"),
    PLACED("Placed"),
    /** Its node was asked for it, and certainly has not taken the order. */
    ORDER_NOT_TAKEN("OrderNotTaken"),
    PULLING_IMAGE("PullingImage"),
    STARTING_CONTAINER("StartingContainer"),
    CONTAINER_RUNNING("ContainerRunning"),
    /** It runs, and its health check succeeds. */
    HEALTHY("Healthy"),
    /** It runs, and its health check fails. */
    UNHEALTHY("Unhealthy"),
    CONTAINER_PAUSED("ContainerPaused"),
    CONTAINER_RESTARTING("ContainerRestarting"),
    COMPLETED("Completed"),
    EXITED_WITH_ERROR("ExitedWithError"),
    OUT_OF_MEMORY("OutOfMemory"),
    IMAGE_PULL_FAILED("ImagePullFailed"),
    START_REFUSED("StartRefused"),
    /** Something that Persys did not start has a port of the node that its container is to be published on. */
    PORT_IN_USE("PortInUse"),
    /** It asks for what the settings of its node do not let a workload touch. */
    NOT_ALLOWED("NotAllowed"),
    /** A secret that it is to be given is not there, or cannot be opened or sent. */
    SECRET_MISSING("SecretMissing"),
    CONTAINER_UNUSABLE("ContainerUnusable"),
    STOPPING("Stopping"),
    STOPPED_BY_REQUEST("StoppedByRequest"),
    DELETING("Deleting"),
    EXPIRED("Expired"),
    CONTAINER_GONE("ContainerGone"),
    NODE_UNREACHABLE("NodeUnreachable"),
    NODE_GONE("NodeGone"),
    /** What a newer version said; the sentence beside it still holds. */
    UNRECOGNIZED("Unrecognized");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    /** {@link #UNRECOGNIZED} where {@code text} is a word of a newer version. */
    @JsonCreator
    public static Reason of(String text) {
        for (Reason reason : values()) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        return UNRECOGNIZED;
    }

    @Override
    public String toString() {
        return text;
    }
}
