package dev.persys.model;

import java.util.regex.Pattern;

/**
 * Which document.
 *
 * @param name unique within its kind: lower-case letters, digits, {@code . _ -}, 128 characters at most, a letter or digit first
 */
public record DocumentId(DocumentKind kind, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    public DocumentId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the name of a " + kind
                    + " is 1 to 128 lower-case letters, digits, dots, hyphens and underscores, and begins with a letter"
                    + " or a digit: \"" + (name.length() > 80 ? name.substring(0, 80) + "…" : name) + '"');
        }
    }

    /** Whether a document can have this name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
