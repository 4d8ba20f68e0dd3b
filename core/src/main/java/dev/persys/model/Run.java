package dev.persys.model;

import java.time.Instant;
import java.util.Optional;

/**
 * Which start of a workload's container is wanted, or was wanted last, and what tells it from the one before.
 *
 * @param number grows by one with each start, restart and retry; zero in records of before there were runs
 * @param previousStart when the container had been started last as this run was ordered, by its engine's clock: a
 *     container that still says so is not this run. Absent where the container is new
 * @param heldBy which node holds the workload's last container while it waits for a placement; otherwise absent
 * @param outputDue whether it has ended, and the end of its output is not known to have been taken since
 * @param neverStarted whether certainly none of its containers has ever been started: nothing of it is on any node then.
 *     Not said of what was placed before that was known
 */
public record Run(
        long number,
        Optional<Instant> previousStart,
        Optional<NodeId> heldBy,
        boolean outputDue,
        boolean neverStarted) {
    /** Before the first, as far as is known. */
    public static final Run NONE = new Run(0, Optional.empty(), Optional.empty(), false);

    /** Before the first. */
    public static final Run FIRST = new Run(0, Optional.empty(), Optional.empty(), false, true);

    public Run {
        Present.value(previousStart, "previousStart");
        Present.value(heldBy, "heldBy");
        if (number < 0) {
            throw new IllegalArgumentException("a run is not negative: " + number);
        }
    }

    /** Of a workload that may have been started before. */
    public Run(long number, Optional<Instant> previousStart, Optional<NodeId> heldBy, boolean outputDue) {
        this(number, previousStart, heldBy, outputDue, false);
    }

    /** The same container once more. */
    Run again(Optional<Instant> lastStart) {
        return new Run(number + 1, lastStart, Optional.empty(), false, neverStarted);
    }

    /** The first run of a new container. */
    Run anew() {
        return new Run(number + 1, Optional.empty(), Optional.empty(), false, neverStarted);
    }

    /** None yet, and the container stays where it is. */
    Run waiting(Optional<Instant> lastStart, Optional<NodeId> holder) {
        return new Run(number, lastStart, holder, false, neverStarted);
    }

    /** The same, with the end of its output still to be taken, or not. */
    Run withOutputDue(boolean due) {
        return new Run(number, previousStart, heldBy, due, neverStarted);
    }

    /** The same, and it has been started. */
    Run begun() {
        return new Run(number, previousStart, heldBy, outputDue, false);
    }
}
