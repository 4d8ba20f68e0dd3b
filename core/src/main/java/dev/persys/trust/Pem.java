package dev.persys.trust;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A block of a PEM file. Text around blocks is a comment, as with other programs; inside of them nothing is let be.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
public final class Pem {
    /** A certificate. */
    public static final String CERTIFICATE = "CERTIFICATE";

    /** A key as PKCS#8 has it, not encrypted. */
    public static final String PRIVATE_KEY = "PRIVATE KEY";

    /** A request for a certificate, PKCS#10. */
    public static final String REQUEST = "CERTIFICATE REQUEST";

    private static final String ENCRYPTED = "ENCRYPTED";
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LINE = 64;

    private final String label;
    private final byte[] bytes;

    /** A block of these bytes, under a label such as {@link #CERTIFICATE}. */
    public Pem(String label, byte[] bytes) {
        this.label = label;
        this.bytes = bytes.clone();
    }

    public String label() {
        return label;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** Whether a pass phrase is needed to read it. */
    boolean isEncrypted() {
        return label.startsWith(ENCRYPTED);
    }

    /**
     * The blocks of a file, in its order; none where there are none.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where a block is not whole
     */
    public static List<Pem> read(String text, String source) {
        List<Pem> blocks = new ArrayList<>();
        String label = "";
        boolean encrypted = false;
        StringBuilder body = new StringBuilder();
        for (String line : text.lines().map(String::strip).toList()) {
            if (label.isEmpty()) {
                if (line.startsWith(BEGIN)
                        && line.endsWith(DASHES)
                        && line.length() > BEGIN.length() + DASHES.length()) {
                    label = line.substring(BEGIN.length(), line.length() - DASHES.length());
                    encrypted = false;
                    body.setLength(0);
                }
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(block(label, encrypted, body.toString(), source));
                label = "";
            } else if (line.startsWith(DASHES)) {
                throw damaged(source, "has a block of PEM that does not end");
            } else if (label.endsWith(PRIVATE_KEY) && line.indexOf(':') > 0) { // Of the traditional form of keys.
                encrypted |= line.contains(ENCRYPTED);
            } else {
                body.append(line);
            }
        }
        if (!label.isEmpty()) {
            throw damaged(source, "has a block of PEM that does not end");
        }
        return List.copyOf(blocks);
    }

    private static Pem block(String label, boolean encrypted, String body, String source) {
        if (encrypted) { // Its bytes say nothing to us.
            return new Pem(ENCRYPTED + " " + label, new byte[0]);
        }
        try {
            return new Pem(label, Base64.getDecoder().decode(body));
        } catch (IllegalArgumentException e) {
            throw damaged(source, "has a block of PEM that is no Base64");
        }
    }

    private static TrustException damaged(String source, String how) {
        return new TrustException(source + " " + how + ": it is damaged, or was not copied whole");
    }

    /** As the lines of a file. */
    @Override
    public String toString() {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return BEGIN + label + DASHES + "\n" + body + "\n" + END + label + DASHES + "\n";
    }
}
