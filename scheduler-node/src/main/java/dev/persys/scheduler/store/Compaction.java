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

    /** Of what is alive: texts are counted in characters, and most are one byte each. */
    private static final double ROOM = 1.25;

    private final Disk disk;
    private final Path directory;
    private Optional<Thread> current = Optional.empty();
    private volatile boolean failing;
    private volatile boolean abandoned;

    Compaction(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    boolean isRunning() {
        return current.map(Thread::isAlive).orElse(false);
    }

    /** Whether the last snapshot that was wanted could not be written. */
    boolean isFailing() {
        return failing;
    }

    /**
     * Whether there is room for a snapshot. Where there is none, it would take what commits still have.
     *
     * @param liveBytes about how much it would take
     * @param spare how much is to be left
     */
    boolean hasRoom(long liveBytes, long spare) {
        long wanted = (long) (liveBytes * ROOM) + spare;
        long usable;
        try {
            usable = disk.usableBytes(directory);
        } catch (IOException e) {
            LOG.debug("Cannot tell how much room {} has", directory, e);
            return true;
        }
        if (usable < wanted) {
            failed(wanted + " bytes are wanted where " + usable + " are free");
        }
        return usable >= wanted;
    }

    private void failed(String why) {
        if (!failing) {
            // Nothing is lost: the logs have everything, and it is tried again as they grow.
            LOG.warn("Cannot write a snapshot into {} ({}); its logs are kept and grow", directory, why);
        }
        failing = true;
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
            failing = false;
            removeBefore(contents.revision());
            LOG.info(
                    "Wrote a snapshot of {} entries at revision {}",
                    contents.entries().size(),
                    contents.revision());
        } catch (SnapshotFile.AbandonedException e) {
            LOG.debug("Gave up a snapshot because the store is closing");
        } catch (IOException | RuntimeException e) {
            failed(e.toString());
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
