package dev.persys.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tar of a file or of a directory with all that is in it. Symbolic links go as they are; all belongs to root. */
public final class TarPacker {
    private static final int PERMISSIONS = 07777;
    private static final int CHUNK = 32 * 1024;

    private final Consumer<String> warnings;

    /** @param warnings told of what is left out */
    public TarPacker(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /**
     * Packs {@code source}, and leaves {@code out} open.
     *
     * @param name of it in the tar; empty text of a directory is what is in it, without the directory
     * @throws IOException where a file cannot be read, or {@code out} takes no more
     */
    public void pack(Path source, String name, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes traits) throws IOException {
                String entry = entryName(source, directory, name);
                if (!entry.isEmpty()) {
                    put(tar, directory, new TarArchiveEntry(entry + "/"), traits);
                    tar.closeArchiveEntry();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes traits) throws IOException {
                packFile(tar, file, entryName(source, file, name), traits);
                return FileVisitResult.CONTINUE;
            }
        });
        tar.finish();
    }

    private static String entryName(Path source, Path file, String name) {
        String below = source.relativize(file).toString();
        return name.isEmpty() || below.isEmpty() ? name + below : name + "/" + below;
    }

    private void packFile(TarArchiveOutputStream tar, Path file, String name, BasicFileAttributes traits)
            throws IOException {
        if (traits.isSymbolicLink()) {
            TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(file).toString());
            put(tar, file, entry, traits);
        } else if (traits.isRegularFile()) {
            try (InputStream in = Files.newInputStream(file)) {
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(traits.size());
                put(tar, file, entry, traits);
                copy(in, traits.size(), tar, file);
            }
        } else {
            warnings.accept(file + " is neither a file, a directory nor a link, and is left out");
            return;
        }
        tar.closeArchiveEntry();
    }

    /** As many bytes as were promised: a file may grow or shrink while it is read. */
    private static void copy(InputStream in, long size, OutputStream to, Path file) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long left = size; left > 0; ) {
            int length = in.read(chunk, 0, (int) Math.min(chunk.length, left));
            if (length < 0) {
                throw new IOException(file + " became shorter while it was read");
            }
            to.write(chunk, 0, length);
            left -= length;
        }
    }

    private static void put(TarArchiveOutputStream tar, Path file, TarArchiveEntry entry, BasicFileAttributes traits)
            throws IOException {
        Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        entry.setMode((Integer) mode & PERMISSIONS);
        entry.setLastModifiedTime(traits.lastModifiedTime());
        tar.putArchiveEntry(entry);
    }
}
