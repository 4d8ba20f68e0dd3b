package dev.persys.http;

/** Shortens what a client sent before it is repeated, in an answer or in the log. */
public final class Shortened {
    private static final int SHOWN_LENGTH = 80;

    private Shortened() {}

    /** At most 80 characters of it on one line: control characters, which could forge lines of a log, are spaces. */
    public static String of(String text) {
        String shown = text.length() > SHOWN_LENGTH ? text.substring(0, SHOWN_LENGTH) + "…" : text;
        StringBuilder line = new StringBuilder(shown.length());
        shown.codePoints().forEach(c -> line.appendCodePoint(isControl(c) ? ' ' : c));
        return line.toString();
    }

    /** The two separators end lines too, for some that read logs. */
    private static boolean isControl(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c) || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR;
    }
}
