package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * What happens when a container ends by itself. The agent of its node carries it out, so it holds while no scheduler
 * answers.
 *
 * @param maxRetries how often in a row {@code on-failure} restarts; zero is without limit, and the only value for the
 *     others
 */
public record RestartPolicy(Mode mode, int maxRetries) {
    /** Docker's modes by Docker's names. */
    public enum Mode {
        NO("no"),
        ON_FAILURE("on-failure"),
        ALWAYS("always"),
        UNLESS_STOPPED("unless-stopped");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public static final RestartPolicy NEVER = new RestartPolicy(Mode.NO, 0);

    public RestartPolicy {
        Present.value(mode, "mode");
        if (maxRetries < 0 || (mode != Mode.ON_FAILURE && maxRetries != 0)) {
            throw new IllegalArgumentException("only on-failure counts retries: " + mode + ", " + maxRetries);
        }
    }

    /**
     * From {@code no}, {@code on-failure}, {@code on-failure:n} with n from 1, {@code always} or {@code
     * unless-stopped}. Docker takes {@code on-failure:0} for "without limit", which nobody expects of it.
     */
    public static Optional<RestartPolicy> parse(String text) {
        for (Mode mode : Mode.values()) {
            if (mode.text.equals(text)) {
                return Optional.of(new RestartPolicy(mode, 0));
            }
        }
        if (text.matches("on-failure:0*[1-9][0-9]{0,5}")) {
            return Optional.of(
                    new RestartPolicy(Mode.ON_FAILURE, Integer.parseInt(text.substring(text.indexOf(':') + 1))));
        }
        return Optional.empty();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static RestartPolicy of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a restart policy: " + text));
    }

    /** The form that {@link #parse} reads. */
    @JsonValue
    public String text() {
        return maxRetries == 0 ? mode.text : mode.text + ":" + maxRetries;
    }

    @Override
    public String toString() {
        return text();
    }
}
