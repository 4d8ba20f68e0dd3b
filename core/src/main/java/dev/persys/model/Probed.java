package dev.persys.model;

/**
 * What is behind the word for a container's health.
 *
 * @param failures checks that failed in a row
 * @param message what the last one said; otherwise empty
 */
public record Probed(int failures, String message) {
    /** The longest message that is read, in characters: what is kept of it is far shorter. */
    private static final int MAX_MESSAGE = 4 * 1024;

    public Probed {
        if (failures < 0) {
            throw new IllegalArgumentException("failures are zero or more: " + failures);
        }
        message = Present.beginning(message, MAX_MESSAGE, "message");
    }
}
