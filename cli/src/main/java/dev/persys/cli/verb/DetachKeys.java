package dev.persys.cli.verb;

import dev.persys.cli.syntax.Reader;
import java.util.Arrays;
import java.util.Locale;

/**
 * The keys that end a session and let what runs in it go on. What is typed goes through here: the beginning of the keys is
 * held back until the next key says whether they are meant.
 */
final class DetachKeys {
    private static final String CTRL = "ctrl-";

    private final byte[] keys;
    private int seen;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /** Ctrl-P and then Ctrl-Q, as Docker has it. */
    static DetachKeys usual() {
        return new DetachKeys(new byte[] {16, 17});
    }

    /** Such as {@code ctrl-p,ctrl-q}, or single characters. */
    static DetachKeys parse(String text) throws Reader.NotAValueException {
        String[] names = text.split(",", -1);
        byte[] keys = new byte[names.length];
        for (int i = 0; i < names.length; i++) {
            String name = names[i].toLowerCase(Locale.ROOT);
            if (name.matches("ctrl-[a-z@\\[\\]^_\\\\]")) {
                keys[i] = (byte) (Character.toUpperCase(name.charAt(CTRL.length())) & 0x1f);
            } else if (names[i].matches("[\\x21-\\x7e]")) {
                keys[i] = (byte) names[i].charAt(0);
            } else {
                throw new Reader.NotAValueException("keys such as ctrl-p,ctrl-q are wanted");
            }
        }
        return new DetachKeys(keys);
    }

    /** What of the typed bytes is for the container, and whether the keys were among them: then nothing more is. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never shared
    record Typed(byte[] forContainer, boolean detached) {}

    Typed typed(byte[] bytes, int length) {
        byte[] through = new byte[length + keys.length];
        int size = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == keys[seen]) {
                seen++;
                if (seen == keys.length) {
                    return new Typed(Arrays.copyOf(through, size), true);
                }
                continue;
            }
            System.arraycopy(keys, 0, through, size, seen);
            size += seen;
            seen = bytes[i] == keys[0] ? 1 : 0;
            if (seen == 0) {
                through[size++] = bytes[i];
            } else if (keys.length == 1) {
                return new Typed(Arrays.copyOf(through, size), true);
            }
        }
        return new Typed(Arrays.copyOf(through, size), false);
    }
}
