package dev.persys.join;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** By what machines that have no certificate yet are let in. */
public enum JoinMode {
    /** A token that an operator has made for one machine. */
    TOKEN,
    /** The secret that all agents share. */
    SECRET,
    /** Nothing: the first key that comes for a node id is believed to be that node's. */
    FIRST_USE,
    /** Nobody new is let in. */
    CLOSED;

    /** As the setting has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty where no mode is written so. */
    public static Optional<JoinMode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word().equals(word)).findFirst();
    }

    /** All of them, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(JoinMode::word).collect(Collectors.joining(", "));
    }
}
