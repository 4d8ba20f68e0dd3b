package dev.persys.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Spelling {
    /** Longer words are not compared: the cost is the product of both lengths. */
    private static final int MAX_LENGTH = 64;

    private Spelling() {}

    /** The word of {@code known} nearest to {@code written}, where one is near. */
    public static Optional<String> nearest(String written, Collection<String> known) {
        if (written.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        String lower = written.toLowerCase(Locale.ROOT);
        int near = Math.max(1, Math.min(3, written.length() / 3));
        return known.stream()
                .min(Comparator.comparingInt(word -> distance(lower, word.toLowerCase(Locale.ROOT))))
                .filter(word -> distance(lower, word.toLowerCase(Locale.ROOT)) <= near);
    }

    /**
     * How many letters have to be put in, taken out, changed or swapped with the next to make one of the other
     * (Damerau–Levenshtein, no place touched twice).
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }
}
