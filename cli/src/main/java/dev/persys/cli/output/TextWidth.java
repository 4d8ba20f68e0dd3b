package dev.persys.cli.output;

/** How many columns text takes on a terminal: letters of East Asia and most pictures take two, marks above a letter none. */
final class TextWidth {
    /** First and last code points of what takes two columns (Unicode Standard Annex 11: W and F), coarsely. */
    private static final int[][] WIDE = {
        {0x1100, 0x115f},
        {0x2e80, 0x303e},
        {0x3041, 0xa4cf},
        {0xac00, 0xd7a3},
        {0xf900, 0xfaff},
        {0xfe30, 0xfe6f},
        {0xff00, 0xff60},
        {0xffe0, 0xffe6},
        {0x1f300, 0x1f64f},
        {0x1f680, 0x1f6ff},
        {0x1f900, 0x1f9ff},
        {0x20000, 0x3fffd}
    };

    private TextWidth() {}

    static int of(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            width += of(text.codePointAt(i));
        }
        return width;
    }

    /** The longest beginning of {@code text} that takes no more than {@code columns}. */
    static String cut(String text, int columns) {
        int width = 0;
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            width += of(c);
            if (width > columns) {
                break;
            }
            at += Character.charCount(c);
        }
        return text.substring(0, at);
    }

    private static int of(int c) {
        if (c < WIDE[0][0]) {
            return isMark(c) ? 0 : 1;
        }
        for (int[] range : WIDE) {
            if (c >= range[0] && c <= range[1]) {
                return 2;
            }
        }
        return isMark(c) ? 0 : 1;
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> true;
            default -> false;
        };
    }
}
