package dev.persys.store;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What every adapter refuses before it touches anything. A broken rule is a bug of the caller and is thrown at the
 * call, never given as a failed stage, which would leave open whether something was written.
 */
public final class CommitRules {
    /** The longest key. Keys are printable ASCII, so that every adapter sorts them alike. */
    public static final int MAX_KEY_BYTES = 512;

    private CommitRules() {}

    /**
     * Checks the arguments of {@link StateStore#commit}.
     *
     * @throws IllegalArgumentException naming the key, what was found and what is allowed
     */
    public static void checkChanges(List<Change> changes) {
        if (changes.isEmpty() || changes.size() > StateStore.MAX_CHANGES) {
            throw new IllegalArgumentException(
                    "a commit has 1 to " + StateStore.MAX_CHANGES + " changes, not " + changes.size());
        }
        Set<String> seen = new HashSet<>();
        long bytes = 0;
        for (Change change : changes) {
            checkKey(change.key());
            if (!seen.add(change.key())) {
                throw new IllegalArgumentException("a commit changes a key once, but " + change.key() + " is twice");
            }
            if (change.expectedRevision() < Change.ABSENT) {
                throw new IllegalArgumentException("the expected revision of " + change.key() + " is negative: "
                        + change.expectedRevision() + " (" + Change.ABSENT + " means absent)");
            }
            bytes += change.key().length();
            if (change instanceof Change.Put put) {
                bytes += checkValue(put.key(), put.value());
            }
        }
        if (bytes > StateStore.MAX_COMMIT_BYTES) {
            throw new IllegalArgumentException("the keys and values of a commit are " + bytes
                    + " bytes together; at most " + StateStore.MAX_COMMIT_BYTES + " are allowed");
        }
    }

    /**
     * Checks a key that is read or written.
     *
     * @throws IllegalArgumentException if it is outside {@link Keys#PREFIXES}, too long, or not printable ASCII
     */
    public static void checkKey(String key) {
        if (Keys.PREFIXES.stream().noneMatch(prefix -> key.startsWith(prefix) && key.length() > prefix.length())) {
            throw new IllegalArgumentException("key " + quoted(key) + " is not under any of " + Keys.PREFIXES);
        }
        if (key.length() > MAX_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "key " + quoted(key) + " has " + key.length() + " characters; at most " + MAX_KEY_BYTES);
        }
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("key " + quoted(key) + " has characters outside printable ASCII");
        }
    }

    private static int checkValue(String key, String value) {
        int bytes = utf8Length(key, value);
        if (bytes > StateStore.MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("the value of " + key + " has " + bytes + " bytes of UTF-8; at most "
                    + StateStore.MAX_VALUE_BYTES + " are allowed");
        }
        return bytes;
    }

    /** Half a surrogate pair has no UTF-8: it would come back as another text than was committed. */
    private static int utf8Length(String key, String value) {
        int bytes = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new IllegalArgumentException(
                        "the value of " + key + " is not Unicode: half a surrogate pair at index " + i);
            }
        }
        return bytes;
    }

    private static String quoted(String key) {
        return '"' + (key.length() > 80 ? key.substring(0, 80) + "…" : key) + '"';
    }
}
