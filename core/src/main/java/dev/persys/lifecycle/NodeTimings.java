package dev.persys.lifecycle;

import java.time.Duration;

/**
 * How long silence may last.
 *
 * @param suspectAfter since the last heartbeat: nothing new is placed there
 * @param inactiveAfter since the last heartbeat: the node counts as gone
 */
public record NodeTimings(Duration suspectAfter, Duration inactiveAfter) {
    /** Three heartbeats of 30 s, and ten minutes. */
    public static final NodeTimings DEFAULT = new NodeTimings(Duration.ofSeconds(90), Duration.ofMinutes(10));

    public NodeTimings {
        if (suspectAfter.isNegative() || suspectAfter.isZero() || inactiveAfter.compareTo(suspectAfter) <= 0) {
            throw new IllegalArgumentException(
                    "inactive-after must be longer than suspect-after: " + inactiveAfter + ", " + suspectAfter);
        }
    }
}
