package dev.persys.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * By what a root is recognized before there is any other trust: SHA-256 of its public key (DER, SubjectPublicKeyInfo), so
 * that a certificate that is made anew for the same key has the same pin.
 *
 * @param hex 64 lower-case digits
 */
public record Pin(String hex) {
    private static final String PREFIX = "sha256:";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException where it is anything but 64 lower-case hexadecimal digits */
    public Pin {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "not a pin (" + PREFIX + " and 64 lower-case hexadecimal digits are wanted)");
        }
    }

    /** That of a certificate's key. */
    public static Pin of(X509Certificate certificate) {
        return of(certificate.getPublicKey());
    }

    /** That of a key. */
    public static Pin of(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return new Pin(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * The pin that a text is.
     *
     * @throws IllegalArgumentException where it is none as {@link #toString} writes it
     */
    public static Pin parse(String text) {
        return new Pin(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }
}
