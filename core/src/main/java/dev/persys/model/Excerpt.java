package dev.persys.model;

/** The end of an output, as much of it as is part of a record: the last line or two. */
public final class Excerpt {
    /** The most it takes, in bytes of UTF-8. */
    public static final int MAX_BYTES = 256;

    private static final int LINES = 2;

    private Excerpt() {}

    /** The last lines of {@code output} that fit whole; the end of the last one where not even that does. */
    public static String of(String output) {
        int from = lastLines(output);
        int cut = lastBytes(output);
        if (cut <= from) {
            return output.substring(from);
        }
        int next = output.indexOf('\n', cut) + 1;
        boolean begins = cut > 0 && output.charAt(cut - 1) == '\n';
        return output.substring(begins || next == 0 || next == output.length() ? cut : next);
    }

    /** Where the last lines begin. The last of them may lack its end. */
    private static int lastLines(String output) {
        int from = output.endsWith("\n") ? output.length() - 1 : output.length();
        for (int i = 0; i < LINES && from >= 0; i++) {
            from = output.lastIndexOf('\n', from - 1);
        }
        return from + 1;
    }

    /** Where the last characters begin that take no more than is allowed. */
    private static int lastBytes(String output) {
        int from = output.length();
        int bytes = 0;
        while (from > 0) {
            int character = output.codePointBefore(from);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > MAX_BYTES) {
                break;
            }
            from -= Character.charCount(character);
        }
        return from;
    }
}
