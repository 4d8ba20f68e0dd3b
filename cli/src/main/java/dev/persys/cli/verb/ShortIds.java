package dev.persys.cli.verb;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Ids cut to their beginnings, all to the same length, at which they still differ. */
final class ShortIds {
    private static final int SHORTEST = 8;
    private static final int LONGEST = 36;

    private final int length;

    private ShortIds(int length) {
        this.length = length;
    }

    static ShortIds of(Collection<String> ids) {
        int length = SHORTEST;
        while (length < LONGEST && !differ(ids, length)) {
            length++;
        }
        return new ShortIds(length);
    }

    /** A single id, as it is called where no others are known. */
    static String of(String id) {
        return id.substring(0, Math.min(SHORTEST, id.length()));
    }

    String cut(String id) {
        return id.substring(0, Math.min(length, id.length()));
    }

    private static boolean differ(Collection<String> ids, int length) {
        Set<String> seen = new HashSet<>();
        return ids.stream().allMatch(id -> seen.add(id.substring(0, Math.min(length, id.length()))));
    }
}
