package dev.persys.scheduler.store;

import dev.persys.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes: takes all that waits, decides it, forces it to the medium in one go, answers. */
final class StoreWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
    private static final int MAX_GROUP_BYTES = 4 * 1024 * 1024;

    private final Disk disk;
    private final Path directory;
    private final EmbeddedTuning tuning;
    private final MemoryTable table;
    private final Compaction compaction;
    private final BlockingQueue<Write> queue;
    private final Consumer<List<Runnable>> answers;
    private WriteAheadLog log;
    private long compactAt;
    private volatile Optional<StoreUnavailableException> failure = Optional.empty();

    StoreWriter(
            Disk disk,
            Path directory,
            EmbeddedTuning tuning,
            Recovery.Recovered recovered,
            BlockingQueue<Write> queue,
            Consumer<List<Runnable>> answers) {
        this.disk = disk;
        this.directory = directory;
        this.tuning = tuning;
        this.table = recovered.table();
        this.log = recovered.log();
        this.compaction = new Compaction(disk, directory);
        this.queue = queue;
        this.answers = answers;
        this.compactAt = tuning.minLogBytes();
    }

    /** Why this store answers nothing any more; once there, it stays. */
    Optional<StoreUnavailableException> failure() {
        return failure;
    }

    /**
     * Writes a frame without records. From then on everything before it is known to have been forced, so that damage
     * to it cannot pass for a torn write.
     */
    void seal() {
        WriteAheadLog.Appended sealed = log.append(Encoding.group(table.revision() + 1, List.of()));
        if (sealed instanceof WriteAheadLog.Appended.Unknown unknown) {
            fail(unknown.cause());
        } else if (sealed instanceof WriteAheadLog.Appended.TakenBack takenBack) {
            LOG.warn("Cannot write to {}; commits will fail until that works", log.file(), takenBack.cause());
        }
    }

    @Override
    public void run() {
        List<Write> group = new ArrayList<>();
        try {
            while (gather(group)) {
                write(group);
                group.clear();
            }
            write(group);
            if (failure.isEmpty()) {
                seal();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            fail(e);
            failAll(group, failure.get());
            refuseUntilStopped();
        } finally {
            close();
        }
    }

    /** Waits for a write and takes those that came meanwhile; false once the last has been taken. */
    private boolean gather(List<Write> group) throws InterruptedException {
        Write next = queue.take();
        int bytes = 0;
        while (next != null) {
            if (next instanceof Write.Stop) {
                return false;
            }
            group.add(next);
            bytes += next.weight();
            next = bytes < MAX_GROUP_BYTES ? queue.poll() : null;
        }
        return true;
    }

    private void write(List<Write> group) {
        if (failure.isPresent()) {
            failAll(group, failure.get());
            return;
        }
        GroupDecision decision = new GroupDecision(table);
        group.forEach(decision::add);
        if (!decision.records().isEmpty()) {
            WriteAheadLog.Appended appended = log.append(decision.payload());
            if (appended instanceof WriteAheadLog.Appended.Unknown unknown) {
                fail(unknown.cause());
                failAll(group, failure.get());
                return;
            }
            if (appended instanceof WriteAheadLog.Appended.TakenBack takenBack) {
                LOG.warn("Cannot write to {}; commits fail until that works", log.file(), takenBack.cause());
                failAll(group, new StoreUnavailableException("Cannot write to " + log.file(), takenBack.cause()));
                return;
            }
            table.apply(decision.records());
        }
        answers.accept(decision.answers());
        compactIfLong();
    }

    private void failAll(List<Write> group, StoreUnavailableException why) {
        answers.accept(
                group.stream().<Runnable>map(write -> () -> write.fail(why)).toList());
    }

    private void fail(Throwable cause) {
        LOG.error("The state store in {} has failed and answers nothing until it is opened again", directory, cause);
        failure = Optional.of(new StoreUnavailableException(
                "The state store in " + directory + " has failed (" + cause + "). Check the disk, then restart.",
                cause));
    }

    private void refuseUntilStopped() {
        List<Write> group = new ArrayList<>();
        boolean more = true;
        while (more) {
            try {
                more = gather(group);
                failAll(group, failure.get());
                group.clear();
            } catch (InterruptedException e) {
                LOG.debug("Interrupted while refusing writes; going on", e);
            }
        }
    }

    private void compactIfLong() {
        if (log.size() < compactAt || log.size() < 2 * table.liveBytes() || compaction.isRunning()) {
            return;
        }
        compactAt = tuning.minLogBytes();
        Path next = FileKind.LOG.file(directory, table.revision());
        try {
            WriteAheadLog fresh = WriteAheadLog.create(disk, directory, table.revision());
            log.close();
            log = fresh;
            compaction.start(table.contents());
        } catch (IOException e) {
            if (Files.exists(next)) {
                // Going on in the old log would leave two that continue the same revision.
                fail(e);
                return;
            }
            compactAt = log.size() + tuning.minLogBytes();
            LOG.warn("Cannot begin a new log in {}; the present one is kept and grows", directory, e);
        }
    }

    private void close() {
        compaction.close();
        try {
            log.close();
        } catch (IOException e) {
            LOG.warn("Cannot close {}", log.file(), e);
        }
    }
}
