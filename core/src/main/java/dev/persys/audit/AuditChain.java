package dev.persys.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How lines of the audit log are chained. A line is a JSON object that begins with its number and the hash of the line
 * before, and ends with its own:
 *
 * <pre>{"seq":7,"prev":"(64 hex digits)",...,"hash":"(64 hex digits)"}</pre>
 *
 * <p>The hash is SHA-256 over the bytes of the line before {@code ,"hash":}, exactly as they stand. Whoever changes,
 * leaves out, adds or moves a line has to write every later one anew.
 */
public final class AuditChain {
    private static final Pattern LINE = Pattern.compile(
            "(\\{\"seq\":([1-9][0-9]{0,17}),\"prev\":\"([0-9a-f]{64})\",.+),\"hash\":\"([0-9a-f]{64})\"\\}");

    private AuditChain() {}

    /**
     * Where a chain stands.
     *
     * @param seq the number of its last line; 0 before the first
     * @param hash of that line, in 64 hex digits
     */
    public record Head(long seq, String hash) {
        /** Before the first line of all. */
        public static final Head BEGINNING = new Head(0, "0".repeat(64));
    }

    /**
     * A line that is well-formed and whose hash is that of its bytes.
     *
     * @param prev the hash of the line before
     * @param head where the chain stands behind it
     */
    public record Link(String prev, Head head) {}

    /** The line that comes next, without a line break. */
    public static String line(Head head, AuditEntry entry) {
        String hashed = "{\"seq\":" + (head.seq() + 1) + ",\"prev\":\"" + head.hash() + "\"," + entry.members();
        return hashed + ",\"hash\":\"" + hash(hashed) + "\"}";
    }

    /** The link that a line is, which comes without its line break; empty where it is damaged. */
    public static Optional<Link> link(byte[] line) {
        // Every byte is one character, so that none can be changed unseen.
        return link(new String(line, StandardCharsets.ISO_8859_1));
    }

    static Optional<Link> link(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches() && hash(matcher.group(1)).equals(matcher.group(4))
                ? Optional.of(new Link(matcher.group(3), new Head(Long.parseLong(matcher.group(2)), matcher.group(4))))
                : Optional.empty();
    }

    /** Why {@code link} is not the one behind {@code head}; empty where it is. */
    static Optional<String> fault(Head head, Link link) {
        long wanted = head.seq() + 1;
        if (link.head().seq() > wanted) {
            return Optional.of("it is number " + link.head().seq() + " behind number " + head.seq()
                    + ": lines between them are missing");
        } else if (link.head().seq() < wanted) {
            return Optional.of("it is number " + link.head().seq() + " behind number " + head.seq()
                    + ": it was moved or repeated");
        }
        return link.prev().equals(head.hash())
                ? Optional.empty()
                : Optional.of("the line before it is not the one that it was written behind");
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.ISO_8859_1));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
