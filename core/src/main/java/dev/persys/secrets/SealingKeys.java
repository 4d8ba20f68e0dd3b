package dev.persys.secrets;

import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The keys by which values are sealed for the store: the first seals, every one opens. From any thread.
 *
 * <p>A value is sealed by AES-256-GCM (NIST SP 800-38D) under a random nonce of 96 bits, which holds for 2³² values a key,
 * and with what it is of as associated data: a sealed text that is put in another's place does not open.
 */
public final class SealingKeys {
    private static final String VERSION = "v1";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int MOST = 16;

    private final List<SealingKey> keys;
    private final SecureRandom random = new SecureRandom();

    private SealingKeys(List<SealingKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Of a text with one key a line, the one that seals first; empty lines and those that begin with {@code #} say nothing.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where there is none, or more than 16, or a line is no key; never shows the line
     */
    public static SealingKeys of(String text, String source) {
        List<SealingKey> keys = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isEmpty() && !line.startsWith("#")) {
                keys.add(key(line, source + ", line " + (i + 1)));
            }
        }
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new TrustException(source + " has " + (keys.isEmpty() ? "no key" : keys.size() + " keys")
                    + ", and 1 to " + MOST + " are wanted: openssl rand -base64 32 makes one");
        }
        return new SealingKeys(keys);
    }

    private static SealingKey key(String line, String where) {
        try {
            return SealingKey.of(line);
        } catch (IllegalArgumentException e) { // Its message may quote the line.
            throw new TrustException(
                    where + " is no key: Base64 of 32 bytes is wanted, as openssl rand -base64 32 makes it");
        }
    }

    /**
     * Of a file that its owner alone can read.
     *
     * @throws TrustException where others can, or it has no keys
     */
    public static SealingKeys read(Path file) throws IOException {
        return of(PrivateFiles.readPrivate(file), file.toString());
    }

    /** The text of a file with one new key. */
    public static String make(SecureRandom random) {
        return SealingKey.make(random) + "\n";
    }

    /** Of the key that seals. */
    public String currentId() {
        return keys.get(0).id();
    }

    /**
     * A text of letters, digits, dots, hyphens and underscores, a third longer than the value.
     *
     * @param kind what the value is of, such as the word of a document's kind
     * @param name which one of that kind
     */
    public String seal(String kind, String name, byte[] value) {
        SealingKey key = keys.get(0);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, kind, name);
            byte[] sealed = cipher.doFinal(value);
            byte[] whole = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return VERSION + "." + key.id() + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** The value of a text that {@link #seal} made for this kind and name. */
    public Opened open(String kind, String name, String sealed) {
        String what = kind + " " + name;
        String[] parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !parts[0].equals(VERSION)) {
            return new Opened.Closed(what + " is not sealed as this version seals: set it anew");
        }
        Optional<SealingKey> key =
                keys.stream().filter(one -> one.id().equals(parts[1])).findFirst();
        if (key.isEmpty()) {
            return new Opened.Closed(
                    what + " is sealed by a key that is not here: add it to the file of keys, or set it anew");
        }
        return opened(key.get(), parts[2], kind, name);
    }

    private static Opened opened(SealingKey key, String text, String kind, String name) {
        Opened damaged = new Opened.Closed(kind + " " + name + " does not open by key " + key.id()
                + ": what the store has of it was changed, or was of another name; set it anew");
        try {
            byte[] whole = Base64.getUrlDecoder().decode(text);
            if (whole.length < NONCE_BYTES + TAG_BITS / 8) {
                return damaged;
            }
            byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, kind, name);
            return new Opened.Value(cipher.doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES));
        } catch (IllegalArgumentException | AEADBadTagException e) {
            return damaged;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** Whether the key that seals now sealed it: what is not so is to be sealed anew. */
    public boolean isCurrent(String sealed) {
        return sealed.startsWith(VERSION + "." + currentId() + ".");
    }

    private static Cipher cipher(int mode, SealingKey key, byte[] nonce, String kind, String name)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
        // Neither has a line break, so that no two places read alike.
        cipher.updateAAD((kind + "\n" + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "SealingKeys" + keys;
    }
}
