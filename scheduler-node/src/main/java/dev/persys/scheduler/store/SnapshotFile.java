package dev.persys.scheduler.store;

import dev.persys.store.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The whole state in one file. The first frame has the number of entries (8) and, after a 1 instead of a 0, the
 * grant in force, or after a 2 that of an import which has not ended (16 more where the state was restored); each other frame has some entries: count (4),
 * then of each its revision (8), key and value.
 */
final class SnapshotFile {
    private static final int CHUNK_BYTES = 1024 * 1024;
    private static final byte NO_TERM = 0;
    private static final byte TERM = 1;
    private static final byte IMPORT = 2;

    private SnapshotFile() {}

    /** The writing was given up because the store is closing. */
    static final class AbandonedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** When this returns, the snapshot is durable under its name. */
    static void write(Disk disk, Path directory, MemoryTable.Contents contents, int salt, BooleanSupplier abandoned)
            throws IOException {
        Path file = FileKind.SNAPSHOT.file(directory, contents.revision());
        DurableFile.create(disk, file, output -> {
            output.write(new FileHeader(FileKind.SNAPSHOT, contents.revision(), salt).encoded());
            writeFrame(output, salt, summary(contents));
            int next = 0;
            while (next < contents.entries().size()) {
                if (abandoned.getAsBoolean()) {
                    throw new AbandonedException();
                }
                int end = endOfChunk(contents.entries(), next);
                writeFrame(output, salt, chunk(contents.entries().subList(next, end)));
                next = end;
            }
        });
    }

    private static int endOfChunk(List<Entry> entries, int from) {
        int end = from;
        long characters = 0; // at most three bytes each, so that a chunk always fits a frame
        while (end < entries.size() && characters < CHUNK_BYTES) {
            Entry entry = entries.get(end);
            characters += Long.BYTES + entry.key().length() + entry.value().length();
            end++;
        }
        return end;
    }

    private static void writeFrame(Disk.Output output, int salt, byte[] payload) throws IOException {
        output.write(Frame.header(salt, ByteBuffer.wrap(payload)));
        output.write(ByteBuffer.wrap(payload));
    }

    private static byte[] summary(MemoryTable.Contents contents) {
        return Encoding.bytes(out -> {
            out.writeLong(contents.entries().size());
            out.writeByte(contents.term()
                    .map(term -> Encoding.restored(term.importing() ? IMPORT : TERM, term))
                    .orElse(NO_TERM));
            if (contents.term().isPresent()) {
                Encoding.writeTerm(out, contents.term().get());
            }
        });
    }

    private static byte[] chunk(List<Entry> entries) {
        return Encoding.bytes(out -> {
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                out.writeLong(entry.revision());
                Encoding.writeText(out, entry.key());
                Encoding.writeText(out, entry.value());
            }
        });
    }

    /** @throws StoreOpenException if anything in the file is not as it was written */
    static MemoryTable read(Path path) throws IOException {
        try (FrameFile file = FrameFile.open(FileKind.SNAPSHOT, path)) {
            ByteBuffer summary = payload(file).orElseThrow(() -> StoreDamage.in(path, file.offset(), "it is empty"));
            long count = summary.getLong();
            byte kind = summary.get();
            Optional<Grant> term = kind == NO_TERM
                    ? Optional.empty()
                    : Optional.of(
                            Encoding.readTerm(summary, Encoding.plain(kind) == IMPORT, Encoding.isRestored(kind)));
            SortedMap<String, Entry> entries = new TreeMap<>();
            for (Optional<ByteBuffer> chunk = payload(file); chunk.isPresent(); chunk = payload(file)) {
                readChunk(chunk.get(), entries);
            }
            if (entries.size() != count) {
                throw StoreDamage.in(path, file.offset(), "it has " + entries.size() + " of " + count + " entries");
            }
            return new MemoryTable(file.header().revision(), term, entries);
        }
    }

    private static Optional<ByteBuffer> payload(FrameFile file) throws IOException {
        FrameFile.Next next = file.next();
        if (next instanceof FrameFile.Next.Invalid invalid) {
            throw StoreDamage.in(file.file(), file.offset(), invalid.why());
        }
        return next instanceof FrameFile.Next.Valid valid ? Optional.of(valid.payload()) : Optional.empty();
    }

    private static void readChunk(ByteBuffer chunk, SortedMap<String, Entry> into) {
        int count = chunk.getInt();
        for (int i = 0; i < count; i++) {
            long revision = chunk.getLong();
            String key = Encoding.readText(chunk);
            into.put(key, new Entry(key, Encoding.readText(chunk), revision));
        }
        Encoding.checkAllRead(chunk);
    }
}
