package dev.persys.scheduler.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One process, and in it one store, has a directory. The operating system frees it when the process dies. */
final class DirectoryLock implements Closeable {
    private static final String FILE = "LOCK";

    /**
     * Process-wide, as the lock itself is: closing any descriptor of a file frees the POSIX lock that this process
     * has on it, so a second store of this process must be turned away before it opens the file.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Stands behind the process's id where the directory has ever had a store. */
    private static final String USED = "\nused";

    private final Path directory;
    private final FileChannel channel;
    private final boolean wasUsed;

    private DirectoryLock(Path directory, FileChannel channel, boolean wasUsed) {
        this.directory = directory;
        this.channel = channel;
        this.wasUsed = wasUsed;
    }

    /**
     * Locks an existing directory.
     *
     * @throws StoreOpenException naming the directory and the process that has it
     */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(real, "this process (pid " + ProcessHandle.current().pid() + ")");
        }
        try {
            return lock(real);
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static DirectoryLock lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OwnerOnly.file());
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, "another process (pid " + holder(channel) + ")");
            }
            boolean wasUsed = content(channel).contains(USED);
            write(channel, wasUsed);
            return new DirectoryLock(directory, channel, wasUsed);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void write(FileChannel channel, boolean used) throws IOException {
        String text = ProcessHandle.current().pid() + (used ? USED : "");
        channel.write(StandardCharsets.US_ASCII.encode(text), 0);
        channel.truncate(text.length());
    }

    private static String content(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(64);
        channel.read(bytes, 0);
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }

    private static String holder(FileChannel channel) throws IOException {
        return content(channel)
                .lines()
                .findFirst()
                .map(String::strip)
                .filter(pid -> !pid.isEmpty())
                .orElse("not written yet");
    }

    /** Whether the directory had a store when it was locked, by {@link #markUsed}. */
    boolean wasUsed() {
        return wasUsed;
    }

    /** Says for ever that there is a store here, so that its files are missed should they go. */
    void markUsed() throws IOException {
        write(channel, true);
    }

    private static StoreOpenException inUse(Path directory, String holder) {
        return new StoreInUseException(directory, holder);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(directory);
        }
    }
}
