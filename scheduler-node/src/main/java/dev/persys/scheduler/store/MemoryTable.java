package dev.persys.scheduler.store;

import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The working copy of what is durable. Records are applied by one thread, and only once they are; any thread reads,
 * and sees a forced write wholly or not at all.
 */
final class MemoryTable {
    private static final int ENTRY_OVERHEAD_BYTES = 24;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final SortedMap<String, Entry> entries;
    private Optional<Grant> term;
    private long revision;
    private long liveBytes;

    /** @param entries ordered by key, which this table takes over */
    MemoryTable(long revision, Optional<Grant> term, SortedMap<String, Entry> entries) {
        this.revision = revision;
        this.term = term;
        this.entries = entries;
        this.liveBytes =
                entries.values().stream().mapToLong(MemoryTable::weight).sum();
    }

    static MemoryTable empty() {
        return new MemoryTable(0, Optional.empty(), new TreeMap<>());
    }

    /** Everything, at one moment. */
    record Contents(long revision, Optional<Grant> term, List<Entry> entries) {}

    void apply(List<LogRecord> records) {
        Lock write = lock.writeLock();
        write.lock();
        try {
            records.forEach(this::apply);
        } finally {
            write.unlock();
        }
    }

    private void apply(LogRecord record) {
        revision++;
        if (record instanceof LogRecord.Claimed claimed) {
            term = Optional.of(claimed.term());
        } else if (record instanceof LogRecord.Changed changed) {
            changed.changes().forEach(this::apply);
        }
    }

    private void apply(Change change) {
        Entry before;
        if (change instanceof Change.Put put) {
            Entry entry = new Entry(put.key(), put.value(), revision);
            before = entries.put(put.key(), entry);
            liveBytes += weight(entry);
        } else {
            before = entries.remove(change.key());
        }
        if (before != null) {
            liveBytes -= weight(before);
        }
    }

    private static long weight(Entry entry) {
        return (long) ENTRY_OVERHEAD_BYTES
                + entry.key().length()
                + entry.value().length();
    }

    Contents contents() {
        return reading(() -> new Contents(revision, term, List.copyOf(entries.values())));
    }

    Snapshot snapshot(List<String> prefixes) {
        return reading(() -> new Snapshot(
                revision,
                prefixes.stream()
                        .sorted()
                        .flatMap(prefix -> entries.subMap(prefix, prefix + Character.MAX_VALUE).values().stream())
                        .toList()));
    }

    List<Entry> read(List<String> keys) {
        return reading(() -> keys.stream().flatMap(key -> entry(key).stream()).toList());
    }

    Optional<Entry> entry(String key) {
        return reading(() -> Optional.ofNullable(entries.get(key)));
    }

    Optional<Grant> term() {
        return reading(() -> term);
    }

    long revision() {
        return reading(() -> revision);
    }

    /** About how much a snapshot would take. */
    long liveBytes() {
        return reading(() -> liveBytes);
    }

    private <T> T reading(Supplier<T> reader) {
        Lock read = lock.readLock();
        read.lock();
        try {
            return reader.get();
        } finally {
            read.unlock();
        }
    }
}
