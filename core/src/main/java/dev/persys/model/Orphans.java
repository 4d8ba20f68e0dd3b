package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What is to become of containers on a node that no record speaks of. */
public enum Orphans {
    /** There are none, or few: they are removed as they are found. */
    REMOVED("Removed"),
    /** There are so many that the records may be what is wrong: none is removed before an operator has said so. */
    HELD("Held"),
    /** An operator has said so: all are removed, and then it is asked again. */
    ACCEPTED("Accepted");

    private final String text;

    Orphans(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    /** A word that is not known, of a record that a newer version wrote, removes nothing. */
    @JsonCreator
    public static Orphans of(String text) {
        for (Orphans orphans : values()) {
            if (orphans.text.equals(text)) {
                return orphans;
            }
        }
        return HELD;
    }

    @Override
    public String toString() {
        return text;
    }
}
