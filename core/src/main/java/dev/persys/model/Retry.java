package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * That something is tried again, by the node's agent or by the scheduler.
 *
 * @param attempt the number of the attempt that comes next, in a row and counted from 1
 * @param of how many there are at most; absent where they have no limit
 * @param nextRetryAt by the scheduler's clock
 */
public record Retry(int attempt, Optional<Integer> of, Instant nextRetryAt) {
    public Retry {
        Present.value(of, "of");
        Present.value(nextRetryAt, "nextRetryAt");
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts are counted from 1: " + attempt);
        }
    }

    /** From what an agent told just before {@code now}. */
    static Retry told(Attempt next, Instant now) {
        return new Retry(next.number(), Optional.of(next.of()).filter(most -> most > 0), now.plus(next.in()));
    }

    /** Always: of what is not tried again there is none. */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public boolean retryable() {
        return true;
    }

    boolean isSameAttempt(Retry other) {
        return attempt == other.attempt && of.equals(other.of);
    }
}
