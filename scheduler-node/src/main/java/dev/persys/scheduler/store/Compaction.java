package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a snapshot beside the running store, then removes what it makes superfluous. Used by the writer's thread
 * alone; each snapshot is written by a thread of its own.
 *
 * <p>The log that begins at the snapshot's revision exists before the snapshot does, so a crash at any point leaves
 * either the old snapshot with all logs after it, or the new snapshot with its log.
 */
final class Compaction implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

    private final Disk disk;
    private final Path directory;
    private Optional<Thread> current = Optional.empty();
    private volatile boolean abandoned;

    Compaction(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    boolean isRunning() {
        return current.map(Thread::isAlive).orElse(false);
    }

    void start(MemoryTable.Contents contents) {
        Thread thread = StoreThreads.daemon("persys-store-compaction", () -> run(contents));
        current = Optional.of(thread);
        thread.start();
    }

    private void run(MemoryTable.Contents contents) {
        try {
            int salt = ThreadLocalRandom.current().nextInt();
            SnapshotFile.write(disk, directory, contents, salt, () -> abandoned);
            removeBefore(contents.revision());
            LOG.info(
                    "Wrote a snapshot of {} entries at revision {}",
                    contents.entries().size(),
                    contents.revision());
        } catch (SnapshotFile.AbandonedException e) {
            LOG.debug("Gave up a snapshot because the store is closing");
        } catch (IOException | RuntimeException e) {
            // Nothing is lost: the logs have everything, and the next one that grows too long starts another snapshot.
            LOG.warn("Cannot write a snapshot into {}; its logs are kept and grow until one succeeds", directory, e);
        }
    }

    private void removeBefore(long revision) throws IOException {
        StoreFiles files = StoreFiles.list(directory);
        List<Path> superfluous =
                new ArrayList<>(files.snapshots().headMap(revision, false).values());
        superfluous.addAll(files.logs().headMap(revision, false).values());
        for (Path file : superfluous) {
            disk.delete(file);
        }
    }

    /** Gives up a snapshot that is being written: the logs have everything. */
    @Override
    public void close() {
        abandoned = true;
        current.ifPresent(StoreThreads::joinUninterruptibly);
    }
}
