package dev.persys.model;

import java.util.regex.Pattern;

/** The naming rules of RFC 1123, which every name that ends up in DNS or in Docker has to follow. */
public final class Names {
    /** Longest DNS label, in characters (RFC 1123, section 2.1). */
    public static final int MAX_LABEL_LENGTH = 63;

    /** Longest DNS name, in characters. */
    public static final int MAX_NAME_LENGTH = 253;

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    private Names() {}

    /** Whether {@code text} is a lower-case DNS label: letters, digits and inner hyphens, 63 characters at most. */
    public static boolean isDnsLabel(String text) {
        return text.length() <= MAX_LABEL_LENGTH && DNS_LABEL.matcher(text).matches();
    }

    /** Whether {@code text} is one or more lower-case DNS labels joined by dots, 253 characters at most. */
    public static boolean isDnsName(String text) {
        if (text.length() > MAX_NAME_LENGTH) {
            return false;
        }
        for (String label : text.split("\\.", -1)) {
            if (!isDnsLabel(label)) {
                return false;
            }
        }
        return true;
    }
}
