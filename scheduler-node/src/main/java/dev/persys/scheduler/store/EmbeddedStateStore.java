package dev.persys.scheduler.store;

import dev.persys.api.FileProblem;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.CommitRules;
import dev.persys.store.Entry;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import dev.persys.store.StateStore;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state store inside the process: everything in memory, and a write-ahead log of it in one directory. A write is
 * answered once it has been forced to the medium; while one force runs, the next writes gather and share the next.
 *
 * <p>What is attached to a stage without an executor runs on this store's answering thread and must not block. After
 * a failed force the store fails every call for good: what the medium has is known only by opening it again.
 */
public final class EmbeddedStateStore implements StateStore {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStateStore.class);

    private final Path directory;
    private final EmbeddedTuning tuning;
    private final DirectoryLock lock;
    private final MemoryTable table;
    private final Answers answers = new Answers("persys-store-answers");
    private final BlockingQueue<Write> queue = new LinkedBlockingQueue<>();
    private final Semaphore room;
    private final StoreWriter writer;
    private final Thread writerThread;
    private boolean closed;

    private EmbeddedStateStore(
            Path directory, EmbeddedTuning tuning, DirectoryLock lock, Disk disk, Recovery.Recovered recovered) {
        this.directory = directory;
        this.tuning = tuning;
        this.lock = lock;
        this.table = recovered.table();
        this.room = new Semaphore(tuning.maxWaitingBytes());
        this.writer = new StoreWriter(disk, directory, tuning, recovered, queue, answers::give);
        this.writerThread = StoreThreads.daemon("persys-store-writer", writer);
    }

    /**
     * Opens the store in a directory, which is made if there is none.
     *
     * @throws StoreOpenException if another process has the directory, or its files are damaged or not ours; the
     *     files are as they were
     */
    public static EmbeddedStateStore open(Path directory) {
        return open(directory, EmbeddedTuning.DEFAULT, LocalDisk.INSTANCE);
    }

    static EmbeddedStateStore open(Path directory, EmbeddedTuning tuning, Disk disk) {
        try {
            makeDirectory(directory, disk);
            DirectoryLock lock = DirectoryLock.acquire(directory);
            try {
                EmbeddedStateStore store = new EmbeddedStateStore(
                        directory, tuning, lock, disk, Recovery.of(disk, directory, lock.wasUsed()));
                if (!lock.wasUsed()) {
                    lock.markUsed();
                }
                store.start();
                return store;
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StoreOpenException(
                    "Cannot open the state store in " + directory + ": " + FileProblem.named(e), e);
        }
    }

    private static void makeDirectory(Path directory, Disk disk) throws IOException {
        if (Files.isDirectory(directory)) {
            if (OwnerOnly.isWider(directory)) {
                LOG.warn("Others than its owner may look into {}; chmod 700 keeps them out", directory);
            }
            return;
        }
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = directory.toAbsolutePath(); !Files.exists(path); path = path.getParent()) {
            missing.push(path);
        }
        for (Path path : missing) {
            Files.createDirectory(
                    path, path.equals(directory.toAbsolutePath()) ? OwnerOnly.directory() : new FileAttribute<?>[0]);
            disk.forceDirectory(path.getParent());
        }
    }

    /** Whether a directory has files of a store; none is made. */
    static boolean isIn(Path directory) {
        try {
            return Files.isDirectory(directory)
                    && !(StoreFiles.list(directory).isEmpty()
                            && SyncedMark.read(directory).isEmpty());
        } catch (IOException e) {
            throw new StoreOpenException("Cannot look into " + directory + ": " + FileProblem.named(e), e);
        }
    }

    private void start() {
        writer.seal();
        writerThread.start();
        LOG.info("Opened the state store in {} at revision {}", directory, table.revision());
    }

    @Override
    public CompletionStage<Leadership> claim(Claim claim) {
        CompletableFuture<Leadership> outcome = new CompletableFuture<>();
        return accept(new Write.TakeOver(claim, outcome), outcome);
    }

    @Override
    public CompletionStage<CommitResult> commit(Epoch epoch, List<Change> changes) {
        List<Change> copy = List.copyOf(changes);
        CommitRules.checkChanges(copy);
        CompletableFuture<CommitResult> outcome = new CompletableFuture<>();
        return accept(new Write.Commit(epoch, copy, Encoding.changes(copy), outcome), outcome);
    }

    private <T> CompletionStage<T> accept(Write write, CompletableFuture<T> outcome) {
        int weight = write.weight();
        if (!room.tryAcquire(weight)) {
            return CompletableFuture.failedStage(StoreUnavailableException.notWritten("The state store in " + directory
                    + " is behind: " + tuning.maxWaitingBytes()
                    + " bytes of commits are waiting for the disk. Nothing was written."));
        }
        CompletionStage<T> answered = outcome.whenComplete((result, failure) -> room.release(weight));
        if (!enqueue(write)) {
            write.fail(closedException());
        }
        return answered;
    }

    /** Under the lock, so that nothing is put behind the stop. */
    private synchronized boolean enqueue(Write write) {
        return !closed && queue.add(write);
    }

    private StoreUnavailableException closedException() {
        return StoreUnavailableException.notWritten(
                "The state store in " + directory + " is closed. Nothing was written.");
    }

    @Override
    public CompletionStage<Leadership> leadership() {
        return reading(() -> table.term()
                .map(Grant::leadership)
                .orElseThrow(() -> new IllegalStateException("Nobody has claimed the state store in " + directory)));
    }

    @Override
    public CompletionStage<Snapshot> load(List<String> prefixes) {
        return reading(() -> table.snapshot(prefixes));
    }

    @Override
    public CompletionStage<List<Entry>> read(List<String> keys) {
        keys.forEach(CommitRules::checkKey);
        return reading(() -> table.read(keys));
    }

    private <T> CompletionStage<T> reading(Supplier<T> reader) {
        Optional<StoreUnavailableException> refusal = refusal();
        if (refusal.isPresent()) {
            return CompletableFuture.failedStage(refusal.get());
        }
        try {
            return CompletableFuture.completedStage(reader.get());
        } catch (IllegalStateException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private synchronized Optional<StoreUnavailableException> refusal() {
        return closed ? Optional.of(closedException()) : writer.failure();
    }

    @Override
    public Optional<StoreTrouble> trouble() {
        return writer.trouble();
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            queue.add(new Write.Stop());
        }
        StoreThreads.joinUninterruptibly(writerThread);
        answers.close();
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("Cannot unlock {}", directory, e);
        }
    }
}
