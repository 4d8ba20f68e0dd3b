package dev.persys.trust;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a holder of a certificate of the cluster may be. */
public enum Role {
    SCHEDULER,
    AGENT,
    GATEWAY,
    OPERATOR;

    /** As it stands in a {@link SpiffeId}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty where no role is written so. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }

    @Override
    public String toString() {
        return word();
    }
}
