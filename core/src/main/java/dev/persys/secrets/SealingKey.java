package dev.persys.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key of AES-256. Its text form does not show it. */
final class SealingKey {
    private static final int BYTES = 32;
    private static final int ID_BYTES = 6;
    private static final byte[] ID_OF = "persys sealing key: ".getBytes(StandardCharsets.UTF_8);

    private final SecretKey key;
    private final String id;

    private SealingKey(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, "AES");
        this.id = id(bytes);
    }

    /**
     * Of one line, as {@code openssl rand -base64 32} writes it.
     *
     * @throws IllegalArgumentException where it is no Base64 of 32 bytes
     */
    static SealingKey of(String line) {
        byte[] bytes = (line.indexOf('-') >= 0 || line.indexOf('_') >= 0 ? Base64.getUrlDecoder() : Base64.getDecoder())
                .decode(line);
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("32 bytes are wanted");
        }
        return new SealingKey(bytes);
    }

    /** A new line for {@link #of}. */
    static String make(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Of a digest that begins with what is for ids alone: nobody gets from it to the key. */
    private static String id(byte[] bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ID_OF);
            return HexFormat.of().formatHex(digest.digest(bytes), 0, ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** By which sealed texts name it: the same wherever the key is. */
    String id() {
        return id;
    }

    SecretKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "SealingKey[" + id + "]";
    }
}
