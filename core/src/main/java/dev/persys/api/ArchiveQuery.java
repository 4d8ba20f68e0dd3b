package dev.persys.api;

import dev.persys.model.Present;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a session about the files of a container is to do.
 *
 * @param path in the container, absolute
 */
public record ArchiveQuery(Access access, String path) {
    /** Parameters of the query that {@link #text} writes. */
    public static final Set<String> NAMES = Set.of("path", "access");

    /** What is done with what is at the path. */
    public enum Access {
        /** Told of, as {@link PathStat}. */
        STAT,
        /** Read, as tar. */
        READ,
        /** Written into, where that is a directory: tar comes in and is unpacked there. */
        WRITE;

        /** As it stands in a query. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Empty where there is none of that name. */
        public static Optional<Access> of(String word) {
            for (Access access : values()) {
                if (access.word().equals(word)) {
                    return Optional.of(access);
                }
            }
            return Optional.empty();
        }
    }

    public ArchiveQuery {
        Present.value(access, "access");
        Present.value(path, "path");
    }

    /** As the query of a URI, encoded. */
    public String text() {
        return "access=" + access.word() + "&path="
                + URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
