package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a store's directory back: the newest snapshot, then the logs after it.
 *
 * <p>The last write of a process that died may be torn; nobody was told that it succeeded, so it is cut off and kept
 * aside. Anything else that is not as it was written is damage, and is refused before any file has been changed.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final Path directory;
    private final Optional<SyncedMark.Synced> synced;

    private Recovery(Disk disk, Path directory, Optional<SyncedMark.Synced> synced) {
        this.disk = disk;
        this.directory = directory;
        this.synced = synced;
    }

    /** The state, and the log and mark to go on with. */
    record Recovered(MemoryTable table, WriteAheadLog log, SyncedMark mark) {}

    /**
     * @param used whether the directory is known to have had a store
     * @throws StoreOpenException if the files are damaged, missing, shorter than they were, or of another format
     */
    static Recovered of(Disk disk, Path directory, boolean used) throws IOException {
        return new Recovery(disk, directory, SyncedMark.read(directory)).recover(used);
    }

    private Recovered recover(boolean used) throws IOException {
        StoreFiles files = StoreFiles.list(directory);
        MemoryTable table = MemoryTable.empty();
        WriteAheadLog log;
        if (files.isEmpty()) {
            if (used) {
                throw StoreDamage.gone(directory, synced);
            }
            checkNothingLost(table);
            log = WriteAheadLog.create(disk, directory, 0);
        } else {
            checkNothingMissing(files);
            table = files.newestSnapshot().isPresent()
                    ? readSnapshot(files.newestSnapshot().get())
                    : table;
            log = readLogs(files.logsToReplay(), table);
        }
        Recovered recovered = new Recovered(table, log, SyncedMark.open(disk, directory, synced));
        for (Path file : files.obsolete()) {
            disk.delete(file);
        }
        return recovered;
    }

    /** Files that end before what was told to be durable were cut, or were taken away. */
    private void checkNothingLost(MemoryTable table) {
        if (synced.isPresent() && table.revision() < synced.get().revision()) {
            throw StoreDamage.lost(directory, table.revision(), synced.get().revision());
        }
    }

    private WriteAheadLog readLogs(List<Path> logs, MemoryTable table) throws IOException {
        for (Path log : logs.subList(0, logs.size() - 1)) {
            try (FrameFile file = open(log, table)) {
                FrameFile.Next end = replay(file, table);
                if (end instanceof FrameFile.Next.Invalid invalid) {
                    throw StoreDamage.in(log, file.offset(), invalid.why() + ", and a later log exists");
                }
            }
        }
        return readLast(logs.get(logs.size() - 1), table);
    }

    private void checkNothingMissing(StoreFiles files) {
        if (files.logs().containsKey(files.base())) {
            return;
        }
        if (files.snapshots().isEmpty()) {
            long first = files.logs().firstKey();
            throw StoreDamage.missing(
                    FileKind.SNAPSHOT.file(directory, first), "the oldest log begins after revision " + first);
        }
        throw StoreDamage.missing(
                FileKind.LOG.file(directory, files.base()), "it was made before the snapshot of that revision was");
    }

    static MemoryTable readSnapshot(Path snapshot) throws IOException {
        try {
            return SnapshotFile.read(snapshot);
        } catch (StoreOpenException e) {
            throw e;
        } catch (RuntimeException e) {
            throw StoreDamage.in(snapshot, FileHeader.BYTES, StoreDamage.unlike("a snapshot", e));
        }
    }

    static FrameFile open(Path log, MemoryTable table) throws IOException {
        FrameFile file = FrameFile.open(FileKind.LOG, log);
        if (file.header().revision() != table.revision()) {
            file.close();
            throw StoreDamage.in(log, 0, "the files before it end at revision " + table.revision());
        }
        return file;
    }

    /** Applies frame by frame, up to the end or the first that is not valid. */
    static FrameFile.Next replay(FrameFile file, MemoryTable table) throws IOException {
        while (true) {
            long offset = file.offset();
            FrameFile.Next next = file.next();
            if (!(next instanceof FrameFile.Next.Valid valid)) {
                return next;
            }
            Encoding.Group group = decode(file.file(), offset, valid.payload());
            if (group.firstRevision() != table.revision() + 1) {
                throw StoreDamage.in(
                        file.file(),
                        offset,
                        "revision " + group.firstRevision() + " follows revision " + table.revision());
            }
            table.apply(group.records());
        }
    }

    private static Encoding.Group decode(Path file, long offset, ByteBuffer payload) {
        try {
            return Encoding.readGroup(payload);
        } catch (RuntimeException e) {
            throw StoreDamage.in(file, offset, StoreDamage.unlike("a log", e));
        }
    }

    private WriteAheadLog readLast(Path log, MemoryTable table) throws IOException {
        try (FrameFile file = open(log, table)) {
            FrameFile.Next end = replay(file, table);
            checkNothingLost(table);
            if (end instanceof FrameFile.Next.Invalid invalid) {
                cutTornTail(file, invalid.why());
            }
            return WriteAheadLog.reopen(disk, log, file.header().salt(), file.offset());
        }
    }

    /** See {@link Frame} for why a later header proves that this is not the last write. */
    private void cutTornTail(FrameFile file, String why) throws IOException {
        long later = file.laterFrame();
        if (later >= 0) {
            throw StoreDamage.in(file.file(), file.offset(), why + ", and a later frame begins at byte " + later);
        }
        if (file.isFollowed() || file.remaining() > Frame.MAX_BYTES) {
            throw StoreDamage.in(
                    file.file(),
                    file.offset(),
                    why + ", and " + file.remaining() + " bytes follow, more than one write leaves behind");
        }
        Path aside = file.file().resolveSibling(file.file().getFileName() + "." + file.offset() + StoreFiles.TORN);
        ByteBuffer tail = file.tail();
        DurableFile.create(disk, aside, output -> output.write(tail));
        try (Disk.Output output = disk.append(file.file())) {
            output.truncate(file.offset());
            output.force();
        }
        LOG.warn(
                "Cut off a write that was never acknowledged: {} bytes at byte {} of {} ({}). They are kept in {}",
                file.remaining(),
                file.offset(),
                file.file(),
                why,
                aside);
    }
}
