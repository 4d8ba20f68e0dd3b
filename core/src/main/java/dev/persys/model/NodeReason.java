package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a node has its status: words for programs, beside the sentence for people. */
public enum NodeReason {
    /** It has registered, and no call to its agent has succeeded yet: nothing is placed on it. */
    NOT_REACHED_YET("NotReachedYet"),
    /** It beats, and its agent answers. */
    HEARTBEAT("Heartbeat"),
    /** An operator wants nothing new on it. */
    DRAIN_ASKED("DrainAsked"),
    /** Most of its containers have no record, and stay until an operator has said what is to become of them. */
    ORPHANS_HELD("OrphansHeld"),
    /** Containers of another cluster are there, and stay. */
    FOREIGN_CONTAINERS("ForeignContainers"),
    /** Its agent is there, and the container engine beside it is not. */
    ENGINE_AWAY("EngineAway"),
    /** Its agent answers, and takes no orders or hands out no events. */
    ORDERS_REFUSED("OrdersRefused"),
    /** No call to its agent is answered, whether or not it beats. */
    UNREACHABLE("Unreachable"),
    /** Whoever answers there is no Persys agent, or one that is not understood. */
    MALFORMED_ANSWERS("MalformedAnswers"),
    /** Heartbeats are missing. */
    SILENT("Silent"),
    /** A word of a newer version. */
    OTHER("Other");

    private final String text;

    NodeReason(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    /** A word that is not known, of a record that a newer version wrote, is {@link #OTHER}: nothing is decided by it. */
    @JsonCreator
    public static NodeReason of(String text) {
        for (NodeReason reason : values()) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        return OTHER;
    }

    @Override
    public String toString() {
        return text;
    }
}
