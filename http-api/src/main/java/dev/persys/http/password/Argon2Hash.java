package dev.persys.http.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A hash by Argon2id (RFC 9106) with what it was made with, as the usual text
 * {@code $argon2id$v=19$m=<KiB>,t=<passes>,p=1$<salt>$<hash>}.
 */
final class Argon2Hash {
    /** As OWASP recommends for one lane: 19 MiB, two passes; some 30 ms of a core. */
    static final int MEMORY_KIB = 19 * 1024;

    static final int PASSES = 2;
    static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** What a stored hash may ask for at most: a damaged one is not to take the memory of the process. */
    private static final int MOST_MEMORY_KIB = 64 * 1024;

    private static final int MOST_PASSES = 10;
    private static final Pattern FORM = Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=1"
            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

    private final int memoryKib;
    private final int passes;
    private final byte[] salt;
    private final byte[] hash;

    private Argon2Hash(int memoryKib, int passes, byte[] salt, byte[] hash) {
        this.memoryKib = memoryKib;
        this.passes = passes;
        this.salt = salt;
        this.hash = hash;
    }

    /** Of no password: to compare with where there is no hash, which takes as long. */
    static Argon2Hash ofNobody() {
        return new Argon2Hash(MEMORY_KIB, PASSES, new byte[SALT_BYTES], new byte[HASH_BYTES]);
    }

    static Argon2Hash of(String password, byte[] salt) {
        return new Argon2Hash(
                MEMORY_KIB, PASSES, salt.clone(), derived(password, salt, MEMORY_KIB, PASSES, HASH_BYTES));
    }

    /** Empty where {@code text} is none, or one that asks for more than is given. */
    static Optional<Argon2Hash> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int memory = Integer.parseInt(form.group(1));
        int passes = Integer.parseInt(form.group(2));
        if (memory < 8 || memory > MOST_MEMORY_KIB || passes < 1 || passes > MOST_PASSES) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Argon2Hash(
                    memory,
                    passes,
                    Base64.getDecoder().decode(form.group(3)),
                    Base64.getDecoder().decode(form.group(4))));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // No base64: as any other text that is no hash.
        }
    }

    boolean matches(String password) {
        return MessageDigest.isEqual(hash, derived(password, salt, memoryKib, passes, hash.length));
    }

    String text() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }

    private static byte[] derived(String password, byte[] salt, int memoryKib, int passes, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] out = new byte[length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), out);
        return out;
    }

    @Override
    public String toString() {
        return "Argon2Hash[…]";
    }
}
