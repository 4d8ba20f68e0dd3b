package dev.persys.trust;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files of keys and certificates: for their owner alone, and never half there. */
public final class PrivateFiles {
    private static final int LONGEST = 1 << 20;
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private PrivateFiles() {}

    /**
     * Makes a directory that nobody else can enter, and what is above it.
     *
     * @throws TrustException where it is there and others can enter it
     * @throws IOException where it cannot be made
     */
    public static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            requireClosed(directory);
            return;
        }
        Path whole = directory.toAbsolutePath().normalize();
        if (whole.getParent() != null) {
            Files.createDirectories(whole.getParent());
        }
        try {
            Files.createDirectory(whole, only("rwx------"));
        } catch (FileAlreadyExistsException e) {
            throw new NotDirectoryException(directory.toString());
        }
    }

    /**
     * Nothing, where nobody but its owner can do anything with a file or a directory. Of a link the target counts.
     *
     * @throws TrustException where others can, with the command that mends it
     */
    public static void requireClosed(Path path) throws IOException {
        Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
        open.retainAll(permissions);
        if (!open.isEmpty()) {
            boolean directory = Files.isDirectory(path);
            throw new TrustException("others than its owner can get at " + path + " ("
                    + PosixFilePermissions.toString(permissions) + "), which is for keys: chmod "
                    + (directory ? "700 " : "600 ") + path);
        }
    }

    /**
     * The text of a file that has a key.
     *
     * @throws TrustException where others can get at it, or it is longer than a mebibyte
     */
    public static String readPrivate(Path file) throws IOException {
        requireClosed(file);
        return read(file);
    }

    /**
     * The text of a file of PEM.
     *
     * @throws TrustException where it is longer than a mebibyte
     */
    public static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /**
     * The rest of a stream of PEM.
     *
     * @param source what is read, for messages
     * @throws TrustException where it is longer than a mebibyte
     */
    public static String read(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(LONGEST + 1);
        if (bytes.length > LONGEST) {
            throw new TrustException(source + " is longer than a mebibyte, and no file of keys or certificates");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1); // PEM is ASCII; what else there is, is a comment.
    }

    /**
     * Writes a file that its owner alone can read, in place of the one that may be there: after a crash it is the old one or
     * the new one.
     */
    public static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh); // Of a crash; it may have other permissions.
        try (FileChannel channel = FileChannel.open(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), only("rw-------"))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> only(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
