package dev.persys.http.audit;

import dev.persys.audit.AuditChain;
import dev.persys.audit.AuditChain.Head;
import dev.persys.audit.AuditChain.Link;
import dev.persys.audit.AuditEntry;
import dev.persys.audit.AuditFiles;
import dev.persys.audit.AuditLines;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the audit log that is being written, and the mark beside it. What {@link #append} returned from is on the
 * disk; where it failed, nothing of it counts. For one thread.
 */
final class AuditFile implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final long maxBytes;
    private final int maxFiles;
    private final FileChannel mark;
    private FileChannel file;
    private long size;
    private Head head;
    private final List<String> findings = new ArrayList<>();
    private boolean isUsable = true;

    private AuditFile(Path directory, long maxBytes, int maxFiles, FileChannel mark) {
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        this.mark = mark;
    }

    /**
     * Goes on where the log in {@code directory} ends. A last line without its end is set aside in {@code torn-(number)},
     * and the file cut behind the line before. A file that is damaged is left as it is, and another one begun.
     *
     * @param maxBytes of a file, after which the next is begun
     * @param maxFiles that are kept
     */
    static AuditFile open(Path directory, long maxBytes, int maxFiles) throws IOException {
        FileChannel mark = FileChannel.open(
                AuditFiles.markFile(directory),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                OWNER_ONLY);
        AuditFile opened = new AuditFile(directory, maxBytes, maxFiles, mark);
        try {
            opened.goOn();
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** What was not as it should be when it was opened, in words for the log itself. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    private void goOn() throws IOException {
        Optional<Head> marked = AuditFiles.mark(directory);
        List<Path> files = new ArrayList<>(AuditFiles.list(directory));
        while (!files.isEmpty()) {
            Path last = files.remove(files.size() - 1);
            Found found = look(last);
            if (found.rest() > 0 && found.isSound()) {
                setAside(last, found);
            }
            if (found.lines() > 0 || !found.isSound()) {
                goOn(last, found, marked);
                return;
            }
            Files.delete(last); // It was begun, and nothing was written.
        }
        head = Head.BEGINNING;
        lookForMissing(marked);
        begin();
    }

    private void goOn(Path last, Found found, Optional<Head> marked) throws IOException {
        head = found.head();
        lookForMissing(marked);
        if (found.isSound()) {
            file = FileChannel.open(last, StandardOpenOption.WRITE);
            size = found.whole();
            return;
        }
        findings.add("line " + (found.lines() + 1) + " of " + last.getFileName() + " is not as it was written");
        long number = Math.max(head.seq(), AuditFiles.first(last).orElse(0L));
        if (number > head.seq()) {
            head = new Head(number, head.hash());
        }
        begin();
    }

    /** Where the mark knows of more than there is, the gap stays to be seen in the numbers. */
    private void lookForMissing(Optional<Head> marked) {
        long seq = head.seq();
        if (marked.filter(known -> known.seq() > seq).isPresent()) {
            findings.add("lines behind number " + seq + " are missing, up to number "
                    + marked.get().seq());
            head = marked.get();
        }
    }

    /**
     * What is in a file.
     *
     * @param lines that are sound, from its beginning
     * @param head behind them
     * @param whole bytes of whole lines
     * @param rest bytes behind them
     * @param isSound whether all whole lines are
     */
    private record Found(long lines, Head head, long whole, long rest, boolean isSound) {}

    private static Found look(Path path) throws IOException {
        Head head = Head.BEGINNING;
        long lines = 0;
        boolean isSound = true;
        try (AuditLines in = AuditLines.open(path)) {
            for (Optional<byte[]> line = in.next(); line.isPresent(); line = in.next()) {
                Optional<Link> link = isSound ? AuditChain.link(line.get()) : Optional.empty();
                isSound = link.isPresent();
                if (isSound) {
                    head = link.get().head();
                    lines++;
                }
            }
            return new Found(lines, head, in.whole(), in.rest(), isSound);
        }
    }

    private void setAside(Path path, Found found) throws IOException {
        Path torn = directory.resolve(
                String.format(Locale.ROOT, "torn-%012d", found.head().seq() + 1));
        try (FileChannel from = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.allocate(Math.toIntExact(found.rest()));
            while (rest.hasRemaining() && from.read(rest, found.whole() + rest.position()) >= 0) {
                // All of it.
            }
            Files.deleteIfExists(torn);
            try (FileChannel to = create(torn)) {
                writeAll(to, rest.flip(), 0);
                to.force(true);
            }
            from.truncate(found.whole());
            from.force(true);
        }
        findings.add(found.rest() + " bytes of a line that was not written to its end were set aside in "
                + torn.getFileName());
    }

    private void begin() throws IOException {
        Path path = AuditFiles.file(directory, head.seq() + 1);
        if (Files.exists(path)) {
            // Only a damaged one can be of this number; it stays to be looked at.
            Path damaged = path.resolveSibling(path.getFileName() + ".damaged");
            Files.move(path, damaged, StandardCopyOption.REPLACE_EXISTING);
            findings.add(path.getFileName() + " is " + damaged.getFileName() + " now");
        }
        file = create(path);
        size = 0;
        forceDirectory();
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
    }

    private void forceDirectory() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Whether {@link #append} may be tried again where it failed; else the log is to be opened anew. */
    boolean isUsable() {
        return isUsable;
    }

    /** Writes a line for each, all or none, and returns once they are on the disk. */
    void append(List<AuditEntry> entries) throws IOException {
        isUsable = false; // Unless it is known how things stand at the end.
        if (size >= maxBytes) {
            rotate();
        }
        Head next = head;
        StringBuilder text = new StringBuilder();
        for (AuditEntry entry : entries) {
            String line = AuditChain.line(next, entry);
            next = AuditChain.link(line.getBytes(StandardCharsets.ISO_8859_1))
                    .orElseThrow(() -> new IllegalStateException("a line that cannot be read again: " + line))
                    .head();
            text.append(line).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        try {
            writeAll(file, ByteBuffer.wrap(bytes), size);
            file.force(false);
        } catch (IOException e) {
            file.truncate(size); // Else a part of it would stand there as if it had been written.
            isUsable = true;
            throw e;
        }
        size += bytes.length;
        head = next;
        isUsable = true;
        mark();
    }

    /** Not forced: it may be behind the lines, and so it may where it cannot be written; it is never ahead of them. */
    private void mark() {
        try {
            writeAll(mark, ByteBuffer.wrap(AuditFiles.mark(head).getBytes(StandardCharsets.ISO_8859_1)), 0);
        } catch (IOException e) {
            LOG.debug("The mark of the audit log stays behind", e);
        }
    }

    private void rotate() throws IOException {
        FileChannel full = file;
        begin();
        full.close();
        List<Path> files = AuditFiles.list(directory);
        for (Path oldest : files.subList(0, Math.max(0, files.size() - maxFiles))) {
            Files.deleteIfExists(oldest);
        }
    }

    private static void writeAll(FileChannel to, ByteBuffer bytes, long from) throws IOException {
        long at = from;
        while (bytes.hasRemaining()) {
            at += to.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        try (mark) {
            if (file != null) {
                file.close();
            }
        }
    }
}
