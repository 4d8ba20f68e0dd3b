package dev.persys.http.server;

/** Shortens what a client sent before it is repeated. */
final class FieldErrorText {
    private static final int SHOWN_LENGTH = 80;

    private FieldErrorText() {}

    static String shortened(String text) {
        return text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "…" : text;
    }
}
