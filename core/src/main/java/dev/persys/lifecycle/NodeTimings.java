package dev.persys.lifecycle;

import java.time.Duration;

/**
 * How long a node may be silent, or its agent not be reached.
 *
 * @param suspectAfter since the last heartbeat: nothing new is placed there
 * @param inactiveAfter since the last heartbeat: the node counts as gone
 * @param unreachableAfter since calls to its agent began to fail: nothing new is placed there, though it beats
 */
public record NodeTimings(Duration suspectAfter, Duration inactiveAfter, Duration unreachableAfter) {
    /** Three heartbeats of 30 s, ten minutes, and ten seconds. */
    public static final NodeTimings DEFAULT =
            new NodeTimings(Duration.ofSeconds(90), Duration.ofMinutes(10), Duration.ofSeconds(10));

    public NodeTimings {
        if (suspectAfter.isNegative() || suspectAfter.isZero() || inactiveAfter.compareTo(suspectAfter) <= 0) {
            throw new IllegalArgumentException(
                    "inactive-after must be longer than suspect-after: " + inactiveAfter + ", " + suspectAfter);
        }
        if (unreachableAfter.isNegative() || unreachableAfter.isZero()) {
            throw new IllegalArgumentException("unreachable-after must be longer than zero: " + unreachableAfter);
        }
    }
}
