package dev.persys.scheduler.store;

import dev.persys.api.FileProblem;
import dev.persys.model.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Goes on with what can still be read of a store whose files were cut, deleted or damaged, where a person has said
 * that the rest is lost. The store goes on above every revision and in an epoch not below any that was told, so that
 * neither a client nor an agent meets one again with another meaning. The files that were read are kept aside.
 */
public final class AcceptedLoss {
    static final String ASIDE = ".lost";

    private final Disk disk;
    private final Path directory;

    private AcceptedLoss(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /**
     * What was done.
     *
     * @param entries that are left
     * @param revision up to which everything is left
     * @param told up to which writes had been acknowledged, where that is known
     */
    public record Left(int entries, long revision, Optional<Long> told) {}

    /**
     * Makes the store in a directory one that opens again; absent, and nothing is changed, where it does already.
     *
     * @throws StoreOpenException if the directory is in use or was never a store's, or its snapshot cannot be read
     */
    public static Optional<Left> in(Path directory) {
        return in(LocalDisk.INSTANCE, directory);
    }

    static Optional<Left> in(Disk disk, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new StoreOpenException("There is no directory " + directory + ".");
        }
        try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
            return new AcceptedLoss(disk, directory).goOn(lock.wasUsed());
        } catch (IOException e) {
            throw new StoreOpenException(
                    "Cannot put the state store in " + directory + " right: " + FileProblem.named(e), e);
        }
    }

    private Optional<Left> goOn(boolean used) throws IOException {
        StoreFiles files = StoreFiles.list(directory);
        Optional<SyncedMark.Synced> synced = synced();
        if (files.isEmpty() && synced.isEmpty() && !used) {
            throw new StoreOpenException("There has never been a state store in " + directory + ".");
        }
        MemoryTable table = files.newestSnapshot().isPresent()
                ? Recovery.readSnapshot(files.newestSnapshot().get())
                : MemoryTable.empty();
        boolean whole = !files.isEmpty() && replay(files.logsToReplay(), table);
        if (whole && synced.filter(mark -> mark.revision() <= table.revision()).isPresent()) {
            return Optional.empty();
        }
        MemoryTable.Contents left = table.contents();
        long above = Stream.of(
                                LongStream.of(left.revision()),
                                synced.stream().mapToLong(SyncedMark.Synced::revision),
                                files.logs().keySet().stream().mapToLong(Long::longValue))
                        .flatMapToLong(revisions -> revisions)
                        .max()
                        .orElseThrow()
                + 1;
        Epoch epoch = synced.map(SyncedMark.Synced::epoch).orElse(Epoch.NONE);
        write(
                new MemoryTable.Contents(above, left.term().map(term -> term.lossAccepted(epoch)), left.entries()),
                epoch);
        putAside(files);
        return Optional.of(new Left(left.entries().size(), left.revision(), synced.map(SyncedMark.Synced::revision)));
    }

    /** Absent also where it cannot be read: it is no part of what is left. */
    private Optional<SyncedMark.Synced> synced() throws IOException {
        try {
            return SyncedMark.read(directory);
        } catch (StoreOpenException e) {
            return Optional.empty();
        }
    }

    /** Applies what follows one upon the other, and says whether that was all. */
    private static boolean replay(List<Path> logs, MemoryTable table) throws IOException {
        for (int i = 0; i < logs.size(); i++) {
            try (FrameFile file = Recovery.open(logs.get(i), table)) {
                boolean ends = Recovery.replay(file, table) instanceof FrameFile.Next.End;
                boolean isTorn = !ends && i == logs.size() - 1 && file.laterFrame() < 0 && !file.isFollowed();
                if (!ends && !isTorn) {
                    return false;
                }
            } catch (StoreOpenException e) {
                return false;
            }
        }
        return !logs.isEmpty();
    }

    /** In the order of a compaction: whatever happens meanwhile, the store does not open as a smaller one. */
    private void write(MemoryTable.Contents contents, Epoch epoch) throws IOException {
        WriteAheadLog.create(disk, directory, contents.revision()).close();
        SnapshotFile.write(
                disk, directory, contents, ThreadLocalRandom.current().nextInt(), () -> false);
        SyncedMark.create(disk, directory, contents.revision(), epoch);
    }

    private void putAside(StoreFiles before) throws IOException {
        List<Path> read = new ArrayList<>(before.snapshots().values());
        read.addAll(before.logs().values());
        for (Path file : read) {
            disk.rename(file, file.resolveSibling(file.getFileName() + ASIDE));
        }
        disk.forceDirectory(directory);
    }
}
