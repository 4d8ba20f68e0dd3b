package dev.persys.protocol;

import java.util.Optional;

/**
 * Where a request comes from; goes with it from the first route to the last record.
 *
 * @param requestId the client's {@code X-Request-Id}, or one that the server made
 * @param caller who was authenticated, as a name for people; {@code anonymous} where nobody was asked
 */
public record Origin(String requestId, String caller) {
    public static final String ANONYMOUS = "anonymous";

    public Optional<String> request() {
        return Optional.of(requestId);
    }
}
