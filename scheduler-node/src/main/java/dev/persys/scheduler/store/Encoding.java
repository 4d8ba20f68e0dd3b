package dev.persys.scheduler.store;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of records, big-endian. A text is its length in bytes (4) and its UTF-8.
 *
 * <pre>
 * changes  1, count (4), then of each: 1, key, value | 2, key
 * claim    2, or 3 where an import begins, epoch (8), owner, cluster id; 16 more and behind that the epoch (8) in which
 *          the state was restored, where it was
 * group    revision of its first record (8), count (4), records
 * </pre>
 *
 * The expected revisions are not kept: they were compared before the record was written.
 */
final class Encoding {
    private static final byte CHANGES = 1;
    private static final byte CLAIM = 2;
    private static final byte IMPORT = 3;
    private static final byte RESTORED = 16;
    private static final byte PUT = 1;
    private static final byte DELETE = 2;

    private Encoding() {}

    /** What a frame of a log holds: the records of one forced write. */
    record Group(long firstRevision, List<LogRecord> records) {}

    static byte[] changes(List<Change> changes) {
        return bytes(out -> {
            out.writeByte(CHANGES);
            out.writeInt(changes.size());
            for (Change change : changes) {
                if (change instanceof Change.Put put) {
                    out.writeByte(PUT);
                    writeText(out, put.key());
                    writeText(out, put.value());
                } else {
                    out.writeByte(DELETE);
                    writeText(out, change.key());
                }
            }
        });
    }

    static byte[] claim(Grant term) {
        return bytes(out -> {
            out.writeByte(restored(term.importing() ? IMPORT : CLAIM, term));
            writeTerm(out, term);
        });
    }

    static ByteBuffer group(long firstRevision, List<byte[]> records) {
        int size = records.stream().mapToInt(record -> record.length).sum();
        ByteBuffer group = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + size);
        group.putLong(firstRevision).putInt(records.size());
        records.forEach(group::put);
        return group.flip();
    }

    /** @throws RuntimeException of any kind if the bytes are not a group */
    static Group readGroup(ByteBuffer bytes) {
        long firstRevision = bytes.getLong();
        int count = bytes.getInt();
        List<LogRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(readRecord(bytes));
        }
        checkAllRead(bytes);
        return new Group(firstRevision, records);
    }

    static void checkAllRead(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes are left over");
        }
    }

    private static LogRecord readRecord(ByteBuffer bytes) {
        byte kind = bytes.get();
        return switch (kind) {
            case CHANGES -> new LogRecord.Changed(readChanges(bytes));
            case CLAIM, IMPORT, CLAIM + RESTORED, IMPORT + RESTORED ->
                new LogRecord.Claimed(readTerm(bytes, plain(kind) == IMPORT, isRestored(kind)));
            default -> throw new IllegalArgumentException("no kind of record: " + kind);
        };
    }

    private static List<Change> readChanges(ByteBuffer bytes) {
        int count = bytes.getInt();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte kind = bytes.get();
            String key = readText(bytes);
            changes.add(
                    switch (kind) {
                        case PUT -> new Change.Put(key, readText(bytes), Change.ABSENT);
                        case DELETE -> new Change.Delete(key, Change.ABSENT);
                        default -> throw new IllegalArgumentException("no kind of change: " + kind);
                    });
        }
        return changes;
    }

    /** The kind of a term, as it is written where the state was restored, and where it was not. */
    static byte restored(byte kind, Grant term) {
        return term.restoredIn().isPresent() ? (byte) (kind + RESTORED) : kind;
    }

    static boolean isRestored(byte kind) {
        return kind >= RESTORED;
    }

    static byte plain(byte kind) {
        return isRestored(kind) ? (byte) (kind - RESTORED) : kind;
    }

    static void writeTerm(DataOutputStream out, Grant term) throws IOException {
        out.writeLong(term.epoch().value());
        writeText(out, term.owner());
        writeText(out, term.clusterId().value());
        if (term.restoredIn().isPresent()) {
            out.writeLong(term.restoredIn().get().value());
        }
    }

    static Grant readTerm(ByteBuffer bytes, boolean importing, boolean restored) {
        return new Grant(
                Epoch.of(bytes.getLong()),
                readText(bytes),
                ClusterId.of(readText(bytes)),
                importing,
                restored ? Optional.of(Epoch.of(bytes.getLong())) : Optional.empty());
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    static String readText(ByteBuffer bytes) {
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("a text of " + length + " bytes where " + bytes.remaining() + " are");
        }
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }
}
