package dev.persys.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What every record of a peer or the store is checked with as it is made: whatever reads one of a peer's answers or of
 * the store's values then fails in one way, {@link IllegalArgumentException}, and says which field was left out.
 */
public final class Present {
    private Present() {}

    /** {@code value}; fails where there is none. */
    public static <T> T value(T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /** An unmodifiable copy; fails where there is no list, or one without a value in one of its places. */
    public static <T> List<T> list(List<T> values, String name) {
        for (T each : value(values, name)) {
            if (each == null) {
                throw new IllegalArgumentException("an entry of " + name + " is missing");
            }
        }
        return List.copyOf(values);
    }

    /** An unmodifiable copy in the order of the keys; fails where there is no map, or one with a key or value missing. */
    public static <V> Map<String, V> map(Map<String, V> values, String name) {
        if (value(values, name).isEmpty()) {
            return Map.of();
        }
        for (Map.Entry<String, V> entry : values.entrySet()) {
            if (entry.getKey() == null || entry.getValue() == null) {
                throw new IllegalArgumentException("an entry of " + name + " is missing");
            }
        }
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** {@code text} of at most {@code most} characters; fails where there is none, or a longer one. */
    public static String text(String text, int most, String name) {
        if (value(text, name).length() > most) {
            throw new IllegalArgumentException(
                    name + " is of " + text.length() + " characters, at most " + most + " are taken");
        }
        return text;
    }

    /** Text of at most {@code most} characters, without its end where it is longer; fails where there is none. */
    public static String beginning(String text, int most, String name) {
        return value(text, name).length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
