package dev.persys.model;

/**
 * A directory or named volume of the node that the container sees.
 *
 * @param source an absolute path on the node (a bind mount), or a volume's name
 * @param target an absolute path in the container
 */
public record VolumeMount(String source, String target, boolean readOnly) {
    public VolumeMount {
        if (source.isEmpty() || !target.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a volume has a source and an absolute target: " + source + ":" + target);
        }
    }
}
