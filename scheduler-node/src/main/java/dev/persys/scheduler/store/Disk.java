package dev.persys.scheduler.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Everything that the embedded store changes on disk: a seam, so that tests can crash it between any two steps. */
interface Disk {
    /** Makes a file that only its owner may read, in the place of one of that name, and opens it for writing. */
    Output create(Path file) throws IOException;

    /** Opens an existing file for writing at its end. */
    Output append(Path file) throws IOException;

    /** Opens an existing file whose bytes are written over where they are. */
    InPlace inPlace(Path file) throws IOException;

    /** How many more bytes a directory's file system takes, as far as it tells. */
    long usableBytes(Path directory) throws IOException;

    /** Renames within one directory, in one step; durable only after {@link #forceDirectory}. */
    void rename(Path from, Path to) throws IOException;

    void delete(Path file) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** A file that grows at its end. */
    interface Output extends Closeable {
        /** Writes all that remains in {@code bytes} at the end of the file. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns once everything written is on the medium. */
        void force() throws IOException;

        void truncate(long size) throws IOException;
    }

    /** A file that keeps its length. */
    interface InPlace extends Closeable {
        /** Writes all that remains in {@code bytes} over those at {@code offset}. */
        void write(long offset, ByteBuffer bytes) throws IOException;

        /** Returns once everything written is on the medium. */
        void force() throws IOException;
    }
}
