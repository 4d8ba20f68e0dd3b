package dev.persys.model;

import java.nio.charset.StandardCharsets;

/**
 * How the health of a running container stands.
 *
 * @param failures checks that failed in a row, as of when the status was entered
 * @param message what the last check said that failed, on one line and without what a terminal would obey; empty text
 *     where none did. At most {@value #MAX_MESSAGE_BYTES} bytes of UTF-8 are kept
 */
public record Health(HealthStatus status, int failures, String message) {
    private static final int MAX_MESSAGE_BYTES = 256;

    public Health {
        Present.value(status, "status");
        if (failures < 0) {
            throw new IllegalArgumentException("failures are zero or more: " + failures);
        }
        message = oneLine(Present.value(message, "message"));
    }

    /** Just begun: nothing is known yet. */
    public static Health starting() {
        return new Health(HealthStatus.STARTING, 0, "");
    }

    /** A container prints what it likes, and what it printed is shown in terminals and kept in records. */
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder();
        int bytes = 0;
        for (int c : text.strip().codePoints().toArray()) {
            int type = Character.getType(c);
            boolean blank = Character.isISOControl(c) || Character.isWhitespace(c);
            boolean hidden = type == Character.SURROGATE || type == Character.FORMAT;
            int shown = blank ? ' ' : hidden ? '\uFFFD' : c;
            if (shown == ' ' && line.length() > 0 && line.charAt(line.length() - 1) == ' ') {
                continue;
            }
            bytes += Character.toString(shown).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > MAX_MESSAGE_BYTES) {
                break;
            }
            line.appendCodePoint(shown);
        }
        return line.toString().strip();
    }
}
