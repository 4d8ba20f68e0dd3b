package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * A file system in memory that a container sees. In JSON it is text as Docker writes it: {@code PATH[:OPTIONS]}.
 *
 * @param path an absolute path in the container, in its shortest form
 * @param options of the mount, joined by commas, such as {@code size=64m,mode=1777}; empty for the engine's own
 */
public record Tmpfs(String path, String options) {
    private static final int MAX_LENGTH = 8192;

    public Tmpfs {
        if (!Present.text(path, MAX_LENGTH, "path").startsWith("/")) {
            throw new IllegalArgumentException("a file system in memory has an absolute path: " + path);
        }
        Present.value(options, "options");
        path = VolumeMount.normalized(path);
    }

    /** Empty where {@code text} does not begin with an absolute path. */
    public static Optional<Tmpfs> parse(String text) {
        int colon = text.indexOf(':');
        String path = colon < 0 ? text : text.substring(0, colon);
        return path.startsWith("/") && text.length() <= MAX_LENGTH
                ? Optional.of(new Tmpfs(path, colon < 0 ? "" : text.substring(colon + 1)))
                : Optional.empty();
    }

    @JsonCreator
    static Tmpfs of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no file system in memory: " + text));
    }

    /** As Docker writes it. */
    @JsonValue
    public String text() {
        return options.isEmpty() ? path : path + ":" + options;
    }
}
