package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that writes: takes all that waits, decides it, forces it to the medium in one go, answers. */
final class StoreWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);
    private static final int MAX_GROUP_BYTES = 4 * 1024 * 1024;
    private static final long LOOK_MILLIS = 500;

    private final Disk disk;
    private final Path directory;
    private final EmbeddedTuning tuning;
    private final MemoryTable table;
    private final Compaction compaction;
    private final BlockingQueue<Write> queue;
    private final Consumer<List<Runnable>> answers;
    private final SyncedMark mark;
    private WriteAheadLog log;
    private long compactAt;
    private long wantedBytes;
    private volatile Optional<StoreTrouble> trouble = Optional.empty();
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
        this.mark = recovered.mark();
        this.compaction = new Compaction(disk, directory);
        this.queue = queue;
        this.answers = answers;
        this.compactAt = tuning.minLogBytes();
    }

    /** Why this store answers nothing any more; once there, it stays. */
    Optional<StoreUnavailableException> failure() {
        return failure;
    }

    /** What keeps this store from writing; it looks by itself whether that is over. */
    Optional<StoreTrouble> trouble() {
        return trouble;
    }

    /**
     * Writes a frame without records. From then on everything before it is known to have been forced, so that damage
     * to it cannot pass for a torn write.
     */
    void seal() {
        append(Encoding.group(table.revision() + 1, List.of()), List.of());
    }

    /** Whether the records are durable; where they are not, says why, and keeps that for those who ask. */
    private Optional<StoreUnavailableException> append(ByteBuffer payload, List<LogRecord> records) {
        int bytes = payload.remaining();
        WriteAheadLog.Appended appended = log.append(payload);
        if (appended instanceof WriteAheadLog.Appended.TakenBack takenBack) {
            wantedBytes = bytes;
            return Optional.of(StoreUnavailableException.notWritten(met(takenBack.cause()), takenBack.cause()));
        } else if (appended instanceof WriteAheadLog.Appended.Broken broken) {
            return Optional.of(StoreUnavailableException.notWritten(fail(broken.cause()), broken.cause()));
        } else if (appended instanceof WriteAheadLog.Appended.Unknown unknown) {
            return Optional.of(StoreUnavailableException.unknown(fail(unknown.cause()), unknown.cause()));
        }
        table.apply(records);
        mark.advance(table.revision(), table.term().map(Grant::epoch).orElse(Epoch.NONE));
        if (trouble.isPresent() && hasRoom()) {
            trouble = Optional.empty();
            LOG.info("The state store in {} takes writes again", directory);
        }
        return Optional.empty();
    }

    /** Small writes may still fit where the one that failed does not: it is over when that one would. */
    private boolean hasRoom() {
        return DiskTrouble.usableBytes(disk, directory) >= wantedBytes;
    }

    private StoreTrouble met(IOException cause) {
        StoreTrouble met = DiskTrouble.of(disk, directory, wantedBytes, cause);
        if (trouble.isEmpty()) {
            LOG.warn("{} It said: {}", met.detail(), cause.toString());
        }
        trouble = Optional.of(met);
        return met;
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
            failAll(group, StoreUnavailableException.unknown(fail(e), e));
            refuseUntilStopped();
        } finally {
            close();
        }
    }

    /**
     * Waits for a write and takes those that came meanwhile, or none where it is time to look whether there is room
     * again; false once the last has been taken.
     */
    private boolean gather(List<Write> group) throws InterruptedException {
        Write next = trouble.isPresent() && failure.isEmpty()
                ? queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                : queue.take();
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
        if (group.isEmpty()) {
            if (trouble.isPresent() && hasRoom()) {
                seal();
            }
            return;
        }
        GroupDecision decision = new GroupDecision(table);
        group.forEach(decision::add);
        if (!decision.records().isEmpty()) {
            Optional<StoreUnavailableException> refusal = append(decision.payload(), decision.records());
            if (refusal.isPresent()) {
                failAll(group, refusal.get());
                return;
            }
        }
        answers.accept(decision.answers());
        compactIfLong();
    }

    private void failAll(List<Write> group, StoreUnavailableException why) {
        answers.accept(
                group.stream().<Runnable>map(write -> () -> write.fail(why)).toList());
    }

    /** For good. What comes afterwards is certainly not written; of what was being written, the caller knows. */
    private StoreTrouble fail(Throwable cause) {
        LOG.error("The state store in {} has failed and answers nothing until it is opened again", directory, cause);
        StoreTrouble met = new StoreTrouble(
                StoreTrouble.Kind.FAILED,
                "The state store in " + directory + " has failed (" + cause + "). Check the disk, then restart.");
        trouble = Optional.of(met);
        failure = Optional.of(StoreUnavailableException.notWritten(met, cause));
        return met;
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
        long alive = table.liveBytes();
        boolean isDue = log.size() >= compactAt && (log.size() >= 2 * alive || compaction.isFailing());
        if (!isDue || compaction.isRunning()) {
            return;
        }
        if (!compaction.hasRoom(alive, tuning.minLogBytes())) {
            compactAt = log.size() + tuning.minLogBytes();
            return;
        }
        compactAt = tuning.minLogBytes();
        mark.force();
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
            mark.close();
            log.close();
        } catch (IOException e) {
            LOG.warn("Cannot close {}", log.file(), e);
        }
    }
}
