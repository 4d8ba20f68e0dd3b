package dev.persys.model;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A directory or named volume of the node that the container sees. A path is kept in its shortest form ({@code /data}
 * for {@code /data/} and {@code //data/.}), so that two of the same are equal.
 *
 * @param source an absolute path on the node (a bind mount), or a volume's name
 * @param target an absolute path in the container
 */
public record VolumeMount(String source, String target, boolean readOnly) {
    public VolumeMount {
        if (Present.value(source, "source").isEmpty()
                || !Present.value(target, "target").startsWith("/")) {
            throw new IllegalArgumentException(
                    "a volume has a source and an absolute target: " + source + ":" + target);
        }
        source = source.startsWith("/") ? normalized(source) : source;
        target = normalized(target);
    }

    /** {@code path}, absolute, without empty parts and those that stand for the same directory. */
    public static String normalized(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
