package dev.persys.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do with a cluster; each may what those before it may. */
public enum Role {
    /** To look. */
    VIEWER,
    /** To change what runs and where, and to be in containers. */
    OPERATOR,
    /** To say who may do what, and to see who did what. */
    ADMIN;

    /** @throws IllegalArgumentException where no role is written so */
    @JsonCreator
    static Role ofWord(String word) {
        return of(word).orElseThrow(() -> new IllegalArgumentException("no role is called so"));
    }

    /** As it stands in documents, headers and on the command line. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty where no role is written so. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    /** Whether it includes {@code least}. */
    public boolean includes(Role least) {
        return compareTo(least) >= 0;
    }

    @Override
    public String toString() {
        return word();
    }
}
