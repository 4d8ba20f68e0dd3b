package dev.persys.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a file of the audit log from its beginning, a line at a time. */
public final class AuditLines implements Closeable {
    /** Several times the longest that is written: no file takes more memory than this. */
    private static final int LONGEST = 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private long whole;
    private long rest;

    private AuditLines(InputStream in) {
        this.in = in;
    }

    public static AuditLines open(Path file) throws IOException {
        return new AuditLines(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    /** The next whole line, without its line break; empty where no more comes. */
    public Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            length++;
            if (b == '\n') {
                whole += length;
                return Optional.of(line.toByteArray());
            } else if (length <= LONGEST) {
                line.write(b); // One that is longer is damaged, and seen to be.
            }
        }
        rest = length;
        return Optional.empty();
    }

    /** Bytes of the whole lines that were read. */
    public long whole() {
        return whole;
    }

    /** Bytes behind the last line break, once all was read: a line that was not written to its end. */
    public long rest() {
        return rest;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
