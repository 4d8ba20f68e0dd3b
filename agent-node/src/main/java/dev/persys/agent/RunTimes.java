package dev.persys.agent;

import dev.persys.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the runs of one container began and ended, as far as the engine showed it. The engine keeps the last start and the
 * last end alone: while a container runs, that end is of the run before; once it has ended, it is of the last run, and the
 * one before is known to whoever looked in between. Pure; all times are the engine's.
 *
 * @param start the last one that was seen; absent where it had never been started
 * @param end of the run that began then, where that was seen
 * @param earlier what there was before that run
 */
record RunTimes(Optional<Instant> start, Optional<Instant> end, Earlier earlier) {
    /** Of a container that was never started. */
    static final RunTimes NONE = new RunTimes(Optional.empty(), Optional.empty(), new Earlier.Nothing());

    /** So long before the engine notes a start nothing is heard of the new run, however busy the machine is. */
    private static final Duration LONGEST_START = Duration.ofSeconds(1);

    /** The same where it is not known when the run before ended: that may have been for the sake of this one. */
    private static final Duration USUAL_START = Duration.ofMillis(250);

    /** What is known of the run before the last one. */
    sealed interface Earlier {
        /** There was none. */
        record Nothing() implements Earlier {}

        record Ended(Instant at) implements Earlier {}

        /** Nobody looked; there may have been none. */
        record Unknown() implements Earlier {}
    }

    /** What the engine shows now, after what it showed before, where anybody looked. */
    static RunTimes of(ContainerState state, Optional<RunTimes> before) {
        if (state.startedAt().isEmpty()) {
            return NONE;
        }
        Optional<Instant> start = state.startedAt();
        return switch (state.status()) {
            case RUNNING, PAUSED ->
                new RunTimes(
                        start,
                        Optional.empty(),
                        state.finishedAt().<Earlier>map(Earlier.Ended::new).orElseGet(Earlier.Nothing::new));
            case EXITED, RESTARTING, DEAD, REMOVING -> new RunTimes(start, state.finishedAt(), earlier(before, start));
            case CREATED, UNKNOWN -> new RunTimes(start, Optional.empty(), earlier(before, start));
        };
    }

    private static Earlier earlier(Optional<RunTimes> before, Optional<Instant> start) {
        return before.map(known -> known.beforeRunOf(start)).orElseGet(Earlier.Unknown::new);
    }

    private Earlier beforeRunOf(Optional<Instant> other) {
        if (other.equals(start)) {
            return earlier;
        }
        return start.isEmpty()
                ? new Earlier.Nothing()
                : end.<Earlier>map(Earlier.Ended::new).orElseGet(Earlier.Unknown::new);
    }

    /**
     * Until when what the container printed is not of its last run; empty where there was none before. The engine notes
     * a start when it is done, and by then a quick program has printed and even ended; and what was printed at the very
     * end may bear a time behind that end. So the border lies halfway between the two, where both are known.
     */
    Optional<Instant> border() {
        if (start.isEmpty() || earlier instanceof Earlier.Nothing) {
            return Optional.empty();
        }
        Duration blur = USUAL_START;
        if (earlier instanceof Earlier.Ended ended && ended.at().isBefore(start.get())) {
            Duration half = Duration.between(ended.at(), start.get()).dividedBy(2);
            blur = half.compareTo(LONGEST_START) < 0 ? half : LONGEST_START;
        }
        return Optional.of(start.get().minus(blur));
    }
}
