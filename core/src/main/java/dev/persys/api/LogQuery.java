package dev.persys.api;

import dev.persys.model.Present;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a container's output is wanted, and how.
 *
 * @param tail the last so many lines; absent, all of it
 * @param since nothing older, by the clock of the node that runs the container
 * @param ago the same as a span back from that node's now, which only the node knows; at most one of the two
 * @param until nothing newer; only between an agent and its engine
 * @param follow whether to stay and send what comes
 * @param previous whether what is wanted is not the output of the present run, but what there is from before it
 * @param timestamps whether each line begins with the time at which the engine has read it, and a blank
 */
public record LogQuery(
        Optional<Integer> tail,
        Optional<Instant> since,
        Optional<Duration> ago,
        Optional<Instant> until,
        boolean follow,
        boolean previous,
        boolean timestamps) {
    /**
     * The header that names the container whose output an answer is. Times before its lines are that container's: a
     * reader that comes back with the last of them knows by it whether it still speaks of the same clock and lines.
     */
    public static final String CONTAINER_HEADER = "Persys-Container";

    public static final LogQuery ALL = new LogQuery(Optional.empty(), Optional.empty(), false);

    public LogQuery {
        Present.value(tail, "tail");
        Present.value(since, "since");
        Present.value(ago, "ago");
        Present.value(until, "until");
        if (tail.filter(lines -> lines < 0).isPresent()) {
            throw new IllegalArgumentException("tail is not negative: " + tail);
        }
        if (since.isPresent() && ago.isPresent()) {
            throw new IllegalArgumentException("since is a moment or a span, not both: " + since + ", " + ago);
        }
        if (follow && (previous || until.isPresent())) {
            throw new IllegalArgumentException("what is over cannot be followed");
        }
    }

    /** Of the present run. */
    public LogQuery(Optional<Integer> tail, Optional<Instant> since, boolean follow) {
        this(tail, since, Optional.empty(), Optional.empty(), follow, false, false);
    }

    /** The same, only what was printed in the last {@code span}. */
    public LogQuery within(Duration span) {
        return new LogQuery(tail, Optional.empty(), Optional.of(span), until, follow, previous, timestamps);
    }

    /** The same for an engine whose clock shows {@code now}. */
    public LogQuery at(Instant now) {
        Optional<Instant> from = since.or(() -> ago.map(now::minus));
        return new LogQuery(tail, from, Optional.empty(), until, follow, previous, timestamps);
    }

    /** The same part of what was printed before the present run. */
    public LogQuery ofPrevious() {
        return new LogQuery(tail, since, ago, until, false, true, timestamps);
    }

    /** The same part of all that a container has printed. */
    public LogQuery ofAll() {
        return new LogQuery(tail, since, ago, until, false, false, timestamps);
    }

    /** All lines, however few were asked for, up to {@code end}. */
    public LogQuery linesUntil(Instant end) {
        return new LogQuery(Optional.empty(), since, ago, Optional.of(end), false, false, timestamps);
    }

    /** The same, with the time before each line or without. */
    public LogQuery stamped(boolean wanted) {
        return new LogQuery(tail, since, ago, until, follow, previous, wanted);
    }
}
