package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Identity of a workload: a UUID in its canonical text form, made by the scheduler and never used twice. */
public record WorkloadId(@JsonValue String value) implements Comparable<WorkloadId> {
    /** Number of characters of the canonical text form. */
    public static final int LENGTH = 36;

    public WorkloadId {
        if (value == null || !isCanonical(value)) {
            throw new IllegalArgumentException("not a workload id (a lower-case UUID is wanted): " + value);
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static WorkloadId of(String value) {
        return new WorkloadId(value);
    }

    public static WorkloadId of(UUID uuid) {
        return new WorkloadId(uuid.toString());
    }

    /** Whether {@code text} is a UUID in canonical lower-case form. */
    public static boolean isCanonical(String text) {
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean hyphenWanted = i == 8 || i == 13 || i == 18 || i == 23;
            boolean hexDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            if (hyphenWanted ? c != '-' : !hexDigit) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(WorkloadId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
