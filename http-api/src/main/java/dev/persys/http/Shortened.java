package dev.persys.http;

/** Shortens what a client sent before it is repeated. */
public final class Shortened {
    private static final int SHOWN_LENGTH = 80;

    private Shortened() {}

    /** At most 80 characters of it. */
    public static String of(String text) {
        return text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "…" : text;
    }
}
