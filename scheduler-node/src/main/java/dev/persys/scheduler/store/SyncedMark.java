package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where a store has told that writes are durable, in a small file beside its logs. Files that end before that
 * were cut or deleted: without it, a log that lost its end looks like one whose last write was torn.
 *
 * <p>Written after each forced write and before that is answered, but forced only now and then: a commit stays one
 * force. So it survives a kill, and after a loss of power it may be behind what the logs have, never ahead of it.
 *
 * <p>The file has two cells of 512 bytes, written in turn, each within one sector: magic (8), format version (4),
 * revision (8), epoch (8), CRC32C of these (4), zeroes. The higher valid one counts. For one thread.
 */
final class SyncedMark implements Closeable {
    static final String FILE = "synced";
    private static final Logger LOG = LoggerFactory.getLogger(SyncedMark.class);
    private static final int CELL_BYTES = 512;
    private static final int CELLS = 2;
    private static final long MAGIC = 0x5045525359534d4bL; // PERSYSMK
    private static final int VERSION = 1;
    private static final int USED_BYTES = 28;

    private final Path file;
    private final Optional<Disk.InPlace> cells;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CELL_BYTES);
    private int newest;
    private boolean failing;

    private SyncedMark(Path file, Optional<Disk.InPlace> cells, int newest) {
        this.file = file;
        this.cells = cells;
        this.newest = newest;
    }

    /**
     * What was durable: all up to {@code revision}, with {@code epoch} in force.
     *
     * @param cell which of the two says so
     */
    record Synced(long revision, Epoch epoch, int cell) {}

    /**
     * The mark of a directory; absent where it has none, as before the first start of a version that has them.
     *
     * @throws StoreOpenException if there is one that cannot be read
     */
    static Optional<Synced> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        Optional<Synced> highest = Optional.empty();
        for (int i = 0; i < CELLS && (i + 1) * CELL_BYTES <= bytes.length; i++) {
            Optional<Synced> found = decoded(i, ByteBuffer.wrap(bytes, i * CELL_BYTES, CELL_BYTES));
            if (found.isPresent()
                    && highest.map(Synced::revision).orElse(-1L) < found.get().revision()) {
                highest = found;
            }
        }
        if (highest.isEmpty()) {
            throw StoreDamage.in(file, 0, "it says in neither of its two places up to where the store was written");
        }
        return highest;
    }

    /** Goes on with the mark that was read, or makes the first; without one where there is no room for it. */
    static SyncedMark open(Disk disk, Path directory, Optional<Synced> read) throws IOException {
        Path file = directory.resolve(FILE);
        if (read.isPresent()) {
            return new SyncedMark(
                    file, Optional.of(disk.inPlace(file)), read.get().cell());
        }
        try {
            create(disk, directory, 0, Epoch.NONE);
            return new SyncedMark(file, Optional.of(disk.inPlace(file)), 0);
        } catch (IOException e) {
            LOG.warn("Cannot make {}; should the logs be cut, that may not be noticed", file, e);
            return new SyncedMark(file, Optional.empty(), 0);
        }
    }

    /** Makes the mark of a directory anew; durable when this returns. */
    static void create(Disk disk, Path directory, long revision, Epoch epoch) throws IOException {
        ByteBuffer both = ByteBuffer.allocate(CELLS * CELL_BYTES);
        encode(both.slice(0, CELL_BYTES), revision, epoch);
        DurableFile.create(disk, directory.resolve(FILE), output -> output.write(both));
    }

    /** Moves the mark on. What cannot be written leaves it behind, where it protects less and harms nothing. */
    void advance(long revision, Epoch epoch) {
        encode(bytes.clear(), revision, epoch);
        newest = (newest + 1) % CELLS;
        attempt(file -> file.write((long) newest * CELL_BYTES, bytes.clear()));
    }

    void force() {
        attempt(Disk.InPlace::force);
    }

    private interface Step {
        void on(Disk.InPlace file) throws IOException;
    }

    private void attempt(Step step) {
        if (cells.isEmpty()) {
            return;
        }
        try {
            step.on(cells.get());
            failing = false;
        } catch (IOException e) {
            warn(e);
        }
    }

    private void warn(IOException failure) {
        if (!failing) {
            LOG.warn("Cannot write {}; should the logs be cut, that may not be noticed", file, failure);
        }
        failing = true;
    }

    private static void encode(ByteBuffer cell, long revision, Epoch epoch) {
        cell.putLong(MAGIC).putInt(VERSION).putLong(revision).putLong(epoch.value());
        cell.putInt(checksum(cell.duplicate().flip()));
    }

    private static Optional<Synced> decoded(int index, ByteBuffer cell) {
        int checksum = checksum(cell.duplicate().limit(cell.position() + USED_BYTES));
        boolean known = cell.getLong() == MAGIC && cell.getInt() == VERSION;
        long revision = cell.getLong();
        long epoch = cell.getLong();
        return known && cell.getInt() == checksum
                ? Optional.of(new Synced(revision, Epoch.of(epoch), index))
                : Optional.empty();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        force();
        if (cells.isPresent()) {
            cells.get().close();
        }
    }
}
