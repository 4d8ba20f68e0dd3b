package dev.persys.store;

import java.util.List;

/**
 * The entries under some of {@link Keys#PREFIXES} as they were at one revision, ordered by key.
 *
 * @param revision of the store at that moment; no entry's is greater
 */
public record Snapshot(long revision, List<Entry> entries) {
    public Snapshot {
        entries = List.copyOf(entries);
    }

    /** The entries whose key begins with {@code prefix}. */
    public List<Entry> under(String prefix) {
        return entries.stream().filter(entry -> entry.key().startsWith(prefix)).toList();
    }
}
