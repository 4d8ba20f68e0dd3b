package dev.persys.cli.output;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Moments and spans for people. The moments of the API are read by hand: the platform's formatter takes longer to
 * load than a list takes to print.
 */
public final class Times {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final int SECONDS_TEXT_LENGTH = "2026-01-02T03:04:05".length();

    private Times() {}

    /** Milliseconds since 1970 of a moment such as {@code 2026-01-02T03:04:05.678Z}; empty for any other form. */
    public static Optional<Long> millis(String moment) {
        if (moment.length() <= SECONDS_TEXT_LENGTH || !moment.endsWith("Z")) {
            return Optional.empty();
        }
        try {
            long days = LocalDate.of(number(moment, 0, 4), number(moment, 5, 7), number(moment, 8, 10))
                    .toEpochDay();
            long time =
                    number(moment, 11, 13) * HOUR + number(moment, 14, 16) * MINUTE + number(moment, 17, 19) * SECOND;
            return Optional.of(days * DAY + time + fraction(moment));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }

    /** How long ago {@code moment} was, in its largest unit, such as {@code 5m}; empty text for no moment. */
    public static String age(String moment, long nowMillis) {
        return millis(moment).map(at -> span(nowMillis - at)).orElse("");
    }

    /** How long until {@code moment}, such as {@code 8s}; empty where it has come, or is none. */
    public static Optional<String> until(String moment, long nowMillis) {
        return millis(moment).filter(at -> at > nowMillis).map(at -> span(at - nowMillis + SECOND - 1));
    }

    /** Such as {@code 1st}, {@code 2nd} or {@code 13th}. */
    public static String ordinal(int number) {
        boolean teen = number / 10 % 10 == 1;
        return number
                + switch (teen ? 0 : number % 10) {
                    case 1 -> "st";
                    case 2 -> "nd";
                    case 3 -> "rd";
                    default -> "th";
                };
    }

    /** A span in its largest unit, such as {@code 45s}, {@code 3m}, {@code 7h} or {@code 12d}; zero if negative. */
    public static String span(long millis) {
        long positive = Math.max(0, millis);
        if (positive < 2 * MINUTE) {
            return positive / SECOND + "s";
        } else if (positive < 2 * HOUR) {
            return positive / MINUTE + "m";
        } else if (positive < 2 * DAY) {
            return positive / HOUR + "h";
        }
        return positive / DAY + "d";
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static long fraction(String moment) {
        if (moment.charAt(SECONDS_TEXT_LENGTH) != '.') {
            return 0;
        }
        String digits = moment.substring(SECONDS_TEXT_LENGTH + 1, moment.length() - 1) + "000";
        return number(digits, 0, 3);
    }
}
