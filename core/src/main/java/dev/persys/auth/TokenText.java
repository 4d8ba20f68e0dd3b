package dev.persys.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody holds who is let in: {@code <prefix>_<id>_<secret>}. The prefix tells people, and programs that look for
 * leaks, what it is; the id is no secret; the secret is 256 random bits in base64url. Of the whole a digest is kept alone:
 * that much randomness needs no slow hash. Its text form here does not show it.
 *
 * @param id 16 hexadecimal digits
 */
public record TokenText(Kind kind, String id, String text) {
    /** Random bytes of an id: nobody has to guess it, and no two are to be the same. */
    public static final int ID_BYTES = 8;

    /** Random bytes of a secret. */
    public static final int SECRET_BYTES = 32;

    private static final Pattern FORM = Pattern.compile("(persys[rt]?)_([0-9a-f]{16})_([A-Za-z0-9_-]{43})");

    /** What one is for. */
    public enum Kind {
        /** People and programs show it with every request. */
        API("persys"),
        /** Makes the next short-lived token of a session, once. */
        REFRESH("persysr"),
        /** Opens one stream, once, within seconds. */
        TICKET("persyst");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * A new one.
     *
     * @param id random, {@link #ID_BYTES}
     * @param secret random, {@link #SECRET_BYTES}
     */
    public static TokenText of(Kind kind, byte[] id, byte[] secret) {
        if (id.length != ID_BYTES) {
            throw new IllegalArgumentException("an id has " + ID_BYTES + " bytes: " + id.length);
        }
        return withId(kind, HexFormat.of().formatHex(id), secret);
    }

    /** A new one of something that has its id already. */
    public static TokenText withId(Kind kind, String id, byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has " + SECRET_BYTES + " bytes: " + secret.length);
        }
        String words = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return parse(kind.prefix + "_" + id + "_" + words)
                .orElseThrow(() -> new IllegalArgumentException("an id has 16 hexadecimal digits: " + id));
    }

    /** Empty where {@code text} has not the form of one. */
    public static Optional<TokenText> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        for (Kind kind : Kind.values()) {
            if (kind.prefix.equals(form.group(1))) {
                return Optional.of(new TokenText(kind, form.group(2), text));
            }
        }
        return Optional.empty();
    }

    /** As {@link #parse}, of this kind alone. */
    public static Optional<TokenText> parse(Kind kind, String text) {
        return parse(text).filter(token -> token.kind == kind);
    }

    /** SHA-256 of the whole text, 64 hexadecimal digits. */
    public String digest() {
        return digest(text);
    }

    /** SHA-256 of any text, 64 hexadecimal digits. */
    public static String digest(String text) {
        try {
            byte[] bytes = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether two digests are the same, in a time that does not depend on where they differ. */
    public static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return kind.prefix + "_" + id + "_…";
    }
}
