package dev.persys.api;

import dev.persys.model.Present;
import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a container's output is wanted.
 *
 * @param tail the last so many lines; absent, all of it
 * @param since nothing older
 * @param until nothing newer; only between an agent and its engine
 * @param follow whether to stay and send what comes
 * @param previous whether what is wanted is not the output of the present run, but what there is from before it
 */
public record LogQuery(
        Optional<Integer> tail, Optional<Instant> since, Optional<Instant> until, boolean follow, boolean previous) {
    public static final LogQuery ALL = new LogQuery(Optional.empty(), Optional.empty(), false);

    public LogQuery {
        Present.value(tail, "tail");
        Present.value(since, "since");
        Present.value(until, "until");
        if (tail.filter(lines -> lines < 0).isPresent()) {
            throw new IllegalArgumentException("tail is not negative: " + tail);
        }
        if (follow && (previous || until.isPresent())) {
            throw new IllegalArgumentException("what is over cannot be followed");
        }
    }

    /** Of the present run. */
    public LogQuery(Optional<Integer> tail, Optional<Instant> since, boolean follow) {
        this(tail, since, Optional.empty(), follow, false);
    }

    /** The same part of what was printed before the present run. */
    public LogQuery ofPrevious() {
        return new LogQuery(tail, since, until, false, true);
    }

    /** The same part of all that a container has printed. */
    public LogQuery ofAll() {
        return new LogQuery(tail, since, until, false, false);
    }

    /** All lines, however few were asked for, up to {@code end}. */
    public LogQuery linesUntil(Instant end) {
        return new LogQuery(Optional.empty(), since, Optional.of(end), false, false);
    }
}
