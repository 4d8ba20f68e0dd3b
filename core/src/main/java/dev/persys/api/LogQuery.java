package dev.persys.api;

import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a container's output is wanted.
 *
 * @param tail the last so many lines; absent, all of it
 * @param since nothing older
 * @param follow whether to stay and send what comes
 */
public record LogQuery(Optional<Integer> tail, Optional<Instant> since, boolean follow) {
    public static final LogQuery ALL = new LogQuery(Optional.empty(), Optional.empty(), false);

    public LogQuery {
        if (tail.filter(lines -> lines < 0).isPresent()) {
            throw new IllegalArgumentException("tail is not negative: " + tail);
        }
    }
}
