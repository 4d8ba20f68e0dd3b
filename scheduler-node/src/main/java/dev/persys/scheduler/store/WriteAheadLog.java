package dev.persys.scheduler.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** The log that is being written. For one thread. */
final class WriteAheadLog implements Closeable {
    private final Path file;
    private final int salt;
    private final Disk.Output output;
    private long size;

    private WriteAheadLog(Path file, int salt, Disk.Output output, long size) {
        this.file = file;
        this.salt = salt;
        this.output = output;
        this.size = size;
    }

    /** How an append ended. */
    sealed interface Appended {
        /** The frame is on the medium. */
        record Durable() implements Appended {}

        /** The frame could not be written and was taken back: the log is as it was. */
        record TakenBack(IOException cause) implements Appended {}

        /** The frame is not whole on the medium, and the log can be written no more until it is read again. */
        record Broken(IOException cause) implements Appended {}

        /** What the log now ends with is not known until it is read again. */
        record Unknown(IOException cause) implements Appended {}
    }

    /** Makes the log of what follows {@code revision}; when this returns, the file is durable under its name. */
    static WriteAheadLog create(Disk disk, Path directory, long revision) throws IOException {
        Path file = FileKind.LOG.file(directory, revision);
        int salt = ThreadLocalRandom.current().nextInt();
        DurableFile.create(disk, file, output -> output.write(new FileHeader(FileKind.LOG, revision, salt).encoded()));
        return new WriteAheadLog(file, salt, disk.append(file), FileHeader.BYTES);
    }

    /** Goes on with a log that was read to its end. */
    static WriteAheadLog reopen(Disk disk, Path file, int salt, long size) throws IOException {
        return new WriteAheadLog(file, salt, disk.append(file), size);
    }

    /**
     * Writes a frame and waits until it is on the medium. After a failed force nothing is tried again: the kernel may
     * have dropped the pages and would report success for bytes that are lost.
     */
    Appended append(ByteBuffer payload) {
        ByteBuffer header = Frame.header(salt, payload);
        ByteBuffer frame = ByteBuffer.allocate(header.remaining() + payload.remaining())
                .put(header)
                .put(payload)
                .flip();
        int length = frame.remaining();
        try {
            output.write(frame);
        } catch (IOException e) {
            return takeBack(e);
        }
        try {
            output.force();
        } catch (IOException e) {
            return new Appended.Unknown(e);
        }
        size += length;
        return new Appended.Durable();
    }

    /** A full disk is the usual reason, and is no reason to give up for good. */
    private Appended takeBack(IOException cause) {
        if (cause instanceof ClosedChannelException) {
            return new Appended.Unknown(cause); // It may have been closed after the last byte.
        }
        try {
            output.truncate(size);
            output.force();
            return new Appended.TakenBack(cause);
        } catch (IOException e) {
            cause.addSuppressed(e);
            return new Appended.Broken(cause);
        }
    }

    /** In bytes. */
    long size() {
        return size;
    }

    Path file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}
