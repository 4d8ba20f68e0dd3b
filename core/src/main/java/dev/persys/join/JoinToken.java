package dev.persys.join;

import dev.persys.trust.Pin;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a machine joins by, once: {@code persys1.<id>.<secret>.<pin>}. The pin is that of the authority's root, by which the
 * machine recognizes the scheduler before it says anything; it stays there, and only the rest is shown.
 */
public record JoinToken(Shown shown, Pin pin) {
    private static final String ID = "([0-9a-f]{16})";
    private static final String SECRET = "([A-Za-z0-9_-]{43})";
    private static final Pattern SHOWN = Pattern.compile("persys1\\." + ID + "\\." + SECRET);
    private static final Pattern WHOLE = Pattern.compile("persys1\\." + ID + "\\." + SECRET + "\\.([0-9a-f]{64})");
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;

    /**
     * What the scheduler is shown.
     *
     * @param id by which its document is found
     * @param secret 256 random bits, of which the scheduler keeps a digest
     */
    public record Shown(String id, String secret) {
        /** Empty where the text is none. */
        public static Optional<Shown> parse(String text) {
            Matcher matcher = SHOWN.matcher(text);
            return matcher.matches() ? Optional.of(new Shown(matcher.group(1), matcher.group(2))) : Optional.empty();
        }

        /** SHA-256 of the secret, in hexadecimal digits: no salt is needed where nobody can guess. */
        public String digest() {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(secret.getBytes(StandardCharsets.US_ASCII)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        /** As it is sent. */
        public String text() {
            return "persys1." + id + "." + secret;
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "token " + id;
        }
    }

    /** A new one. */
    public static JoinToken make(Pin pin, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        return new JoinToken(
                new Shown(
                        HexFormat.of().formatHex(id),
                        Base64.getUrlEncoder().withoutPadding().encodeToString(secret)),
                pin);
    }

    /** Empty where the text is none, such as one that was not copied whole. */
    public static Optional<JoinToken> parse(String text) {
        Matcher matcher = WHOLE.matcher(text);
        return matcher.matches()
                ? Optional.of(new JoinToken(new Shown(matcher.group(1), matcher.group(2)), new Pin(matcher.group(3))))
                : Optional.empty();
    }

    /** As it is given to the machine. */
    public String text() {
        return shown.text() + "." + pin.hex();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return shown.toString();
    }
}
