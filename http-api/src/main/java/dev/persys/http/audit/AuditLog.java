package dev.persys.http.audit;

import dev.persys.api.FileProblem;
import dev.persys.audit.AuditEntry;
import dev.persys.http.HttpSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kamon.Kamon;
import kamon.metric.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log of this process. Lines are taken from any thread and written by one; where that fails they wait, and are
 * written when it works again. What cannot even wait is counted, and the log says how much that was.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    /** Written at once, and forced to the disk together. */
    private static final int GROUP = 1024;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration BETWEEN_COUNTS = Duration.ofMinutes(1);
    private static final CompletionStage<Void> NOTHING_TO_WAIT_FOR = CompletableFuture.completedFuture(null);

    /** What waits; without an entry it only wants to know when those before it have been tried. */
    private record Item(Optional<AuditEntry> entry, CompletableFuture<Void> tried) {}

    private final Path directory;
    private final HttpSettings.Audit settings;
    private final InstantSource clock;
    private final FileChannel lock;
    private final BlockingQueue<Item> queue;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unwrittenDenials = new AtomicLong();
    private final Counter written = counter("written");
    private final Counter lostLines = counter("lost");
    private final Counter denials = counter("denial-counted");
    private final Thread writer = new Thread(this::run, "audit-log");
    private volatile Optional<String> trouble = Optional.empty();
    private final CountDownLatch closing = new CountDownLatch(1);

    // The writer's own.
    private Optional<AuditFile> file = Optional.empty();
    private final List<AuditEntry> findings = new ArrayList<>();
    private long countedNanos = System.nanoTime();

    private AuditLog(Path directory, HttpSettings.Audit settings, InstantSource clock, FileChannel lock) {
        this.directory = directory;
        this.settings = settings;
        this.clock = clock;
        this.lock = lock;
        this.queue = new LinkedBlockingQueue<>(settings.queue());
        writer.setDaemon(true);
    }

    private static Counter counter(String outcome) {
        return Kamon.counter("persys.audit.lines", "Lines of the audit log, by what became of them")
                .withTag("outcome", outcome);
    }

    /**
     * Begins to write, in the directory of {@code settings}.
     *
     * @param begun what the first line says
     * @throws AuditOpenException where there is no such directory and none can be made, or another process has it
     */
    public static AuditLog open(HttpSettings.Audit settings, InstantSource clock, String begun) {
        Path directory = settings.directory()
                .orElseThrow(() -> new AuditOpenException("there is no directory for the audit log. Set "
                        + HttpSettings.PATH + ".scheduler.audit.directory"));
        try {
            makeDirectory(directory);
            AuditLog log = new AuditLog(directory, settings, clock, lock(directory));
            var unused = log.write(AuditEntry.ofLog(clock.instant(), begun));
            log.writer.start();
            return log;
        } catch (IOException e) {
            throw new AuditOpenException(
                    "the audit log in " + directory + " cannot be written: " + FileProblem.named(e)
                            + ". Mend that, or set " + HttpSettings.PATH
                            + ".scheduler.audit.directory to another directory",
                    e);
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** Two that write would break each other's chain. */
    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            lock = Optional.empty(); // This process has it.
        }
        if (lock.isEmpty()) {
            channel.close();
            throw new AuditOpenException("the audit log in " + directory
                    + " is in use by another scheduler. Stop that process, or give this one a directory of its own ("
                    + HttpSettings.PATH + ".scheduler.audit.directory)");
        }
        return channel;
    }

    public Path directory() {
        return directory;
    }

    /** Why lines cannot be written at the moment, in a sentence; empty where they can. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Why no change is to be made now; empty where one may be. */
    public Optional<String> refusal() {
        if (!settings.refuses()) {
            return Optional.empty();
        }
        return trouble.or(() -> queue.remainingCapacity() == 0
                ? Optional.of("More lines wait for the audit log than persys.http.scheduler.audit.queue allows")
                : Optional.empty());
    }

    /** Whether changes are refused while there is trouble. */
    public boolean refuses() {
        return settings.refuses();
    }

    /**
     * Takes a line.
     *
     * @return what an answer waits for: where changes are refused without the log, that it is on the disk or cannot be
     *     written; else nothing
     */
    public CompletionStage<Void> write(AuditEntry entry) {
        Item item = new Item(Optional.of(entry), new CompletableFuture<>());
        if (!queue.offer(item)) {
            lost.incrementAndGet();
            lostLines.increment();
            return NOTHING_TO_WAIT_FOR;
        }
        return settings.refuses() ? item.tried() : NOTHING_TO_WAIT_FOR;
    }

    /** Counts a denial that gets no line of its own. */
    public void countDenial() {
        unwrittenDenials.incrementAndGet();
        denials.increment();
    }

    /** Completes once what was taken before is on the disk, or could not be written. */
    public CompletionStage<Void> settled() {
        Item item = new Item(Optional.empty(), new CompletableFuture<>());
        return queue.offer(item) ? item.tried() : NOTHING_TO_WAIT_FOR;
    }

    private void run() {
        List<Item> group = new ArrayList<>();
        try {
            while (!(isClosing() && group.isEmpty() && queue.isEmpty())) {
                if (group.isEmpty()) {
                    Optional.ofNullable(queue.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS))
                            .ifPresent(group::add);
                }
                queue.drainTo(group, GROUP - group.size());
                boolean isWritten = write(group);
                group.forEach(item -> item.tried().complete(null));
                if (isWritten) {
                    group.clear();
                } else if (isClosing()) {
                    LOG.error(
                            "{} lines of the audit log are lost: the process ends, and they cannot be written",
                            group.size() + queue.size() + lost.get());
                    break;
                } else {
                    // What waits behind them is not written sooner for being waited for.
                    queue.forEach(item -> item.tried().complete(null));
                    var unused = closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Told to end at once");
        } finally {
            end(group);
        }
    }

    /** Whether all of them are on the disk. */
    private boolean write(List<Item> group) {
        List<AuditEntry> entries = new ArrayList<>();
        long missed = lost.get();
        long denied = dueDenials();
        try {
            AuditFile open = opened();
            entries.addAll(findings);
            group.forEach(item -> item.entry().ifPresent(entries::add));
            if (missed > 0) {
                entries.add(note(missed + " lines are lost: they could not be written, and too many waited"));
            }
            if (denied > 0) {
                entries.add(note(denied + " denials more were counted, and have no line of their own"));
            }
            if (entries.isEmpty()) {
                return true;
            }
            open.append(entries);
        } catch (IOException e) {
            file.filter(opened -> !opened.isUsable()).ifPresent(AuditLog::forget);
            file = file.filter(AuditFile::isUsable);
            troubled(e);
            return false;
        }
        findings.clear();
        lost.addAndGet(-missed);
        unwrittenDenials.addAndGet(-denied);
        written.increment(entries.size());
        trouble.ifPresent(was -> LOG.info("The audit log in {} is written again", directory));
        trouble = Optional.empty();
        return true;
    }

    private AuditFile opened() throws IOException {
        if (file.isEmpty()) {
            AuditFile opened = AuditFile.open(directory, settings.maxFileBytes(), settings.maxFiles());
            file = Optional.of(opened);
            for (String finding : opened.findings()) {
                LOG.warn("Audit log: {}", finding);
                findings.add(note(finding));
            }
        }
        return file.get();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private AuditEntry note(String detail) {
        return AuditEntry.ofLog(clock.instant(), detail);
    }

    private long dueDenials() {
        long denied = unwrittenDenials.get();
        long now = System.nanoTime();
        if (denied == 0 || (now - countedNanos < BETWEEN_COUNTS.toNanos() && !isClosing())) {
            return 0;
        }
        countedNanos = now;
        return denied;
    }

    private void troubled(IOException e) {
        String what = "The audit log in " + directory + " cannot be written: " + FileProblem.named(e);
        if (trouble.isEmpty()) {
            LOG.error(
                    "{}. {}",
                    what,
                    settings.refuses()
                            ? "Changes are refused until it can"
                            : "Changes are made, and their lines wait in memory");
        }
        trouble = Optional.of(what);
    }

    private static void forget(AuditFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("A file of the audit log cannot be closed", e);
        }
    }

    private void end(List<Item> group) {
        group.forEach(item -> item.tried().complete(null));
        List<Item> rest = new ArrayList<>();
        queue.drainTo(rest);
        rest.forEach(item -> item.tried().complete(null));
        file.ifPresent(AuditLog::forget);
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("The lock of the audit log cannot be closed", e);
        }
    }

    /** Writes what waits, and ends; gives up where that cannot be done within a few seconds. */
    @Override
    public void close() {
        var unused = write(note("the log ends: the process is stopped"));
        closing.countDown();
        var unusedToo = settled(); // Wakes the writer.
        try {
            writer.join(Duration.ofSeconds(2).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
