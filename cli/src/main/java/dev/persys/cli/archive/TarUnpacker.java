package dev.persys.cli.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Makes files and directories of tar that somebody else made, and nothing outside of where they are to be: names lead
 * nowhere else, and no link that the tar brings, or that is there, is followed on the way, but for one that the user named
 * as the target. What is there already is replaced, but no directory by something else, nor something else by a directory.
 */
public final class TarUnpacker {
    /** Where the first entry, of which all others are parts, is to be. */
    @FunctionalInterface
    public interface Target {
        /**
         * The place of it; what is above has to be there.
         *
         * @param isDirectory whether it is one
         */
        Place of(boolean isDirectory) throws IOException;
    }

    /**
     * A path, and whose will it is.
     *
     * @param isNamed whether the user named just this path: then a link there is followed, and otherwise, where the last
     *     name of the path comes from the source, it is not
     */
    public record Place(Path path, boolean isNamed) {
        private Path real() throws IOException {
            return isNamed && Files.isSymbolicLink(path) && Files.exists(path) ? path.toRealPath() : path;
        }
    }

    /** A directory gets its permissions last: it may be one that nobody may write to. */
    private record Made(Path directory, TarArchiveEntry entry) {}

    private final Consumer<String> warnings;
    private final Deque<Made> directories = new ArrayDeque<>();
    private List<String> rootName = List.of();
    private Path root = Path.of("");
    private boolean isRootDirectory;

    /** @param warnings told of what is left out */
    public TarUnpacker(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /**
     * Unpacks all of it.
     *
     * @throws IOException where the tar is none, leads elsewhere, or something here is in the way
     */
    public void unpack(InputStream in, Target target) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
        TarArchiveEntry first = tar.getNextEntry();
        if (first == null) {
            throw new IOException("there is nothing in what was sent");
        }
        rootName = parts(first.getName());
        isRootDirectory = first.isDirectory();
        // A link that the user named is followed here, once; from now on the root has to be a directory itself.
        root = target.of(isRootDirectory).real();
        make(tar, first, root);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            make(tar, entry, path(entry.getName()));
        }
        for (Made made : directories) {
            dress(made.directory(), made.entry());
        }
    }

    private void make(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            makeDirectory(path, entry);
        } else {
            place(tar, entry, path);
        }
    }

    /** What is between slashes; fails where one is to lead upwards. */
    private static List<String> parts(String name) throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                throw new IOException("the name '" + name + "' in what was sent leads elsewhere");
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** Where an entry of that name is, all above which are directories and no links. */
    private Path path(String name) throws IOException {
        List<String> parts = parts(name);
        if (parts.size() < rootName.size() || !parts.subList(0, rootName.size()).equals(rootName)) {
            throw new IOException("the name '" + name + "' in what was sent is not part of it");
        }
        Path path = root;
        List<String> below = parts.subList(rootName.size(), parts.size());
        if (!below.isEmpty() && !isRootDirectory) {
            throw new IOException("the name '" + name + "' in what was sent is below '" + String.join("/", rootName)
                    + "', which was sent as no directory, but as a file or a link");
        }
        try {
            for (String part : below) {
                requireDirectory(path);
                path = path.resolve(part);
            }
        } catch (InvalidPathException e) {
            throw new IOException("the name '" + name + "' in what was sent is none here", e);
        }
        return path;
    }

    private static void requireDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is no directory, and nothing is written through it");
            }
            Files.createDirectory(path);
        }
    }

    private void makeDirectory(Path path, TarArchiveEntry entry) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is no directory" + (Files.isSymbolicLink(path) ? " but a link" : "")
                        + ", and is not replaced by one");
            }
            create(path);
            directories.push(new Made(path, entry));
        }
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no directory " + directory.toAbsolutePath().getParent(), e);
        }
    }

    private void place(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        boolean isLink = entry.isLink();
        if (!entry.isSymbolicLink() && !isLink && !isFile(entry)) {
            warnings.accept(path + " would be a device or a pipe, and is left out");
            return;
        }
        Path linked = isLink ? linked(entry) : path;
        clear(path);
        try {
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else if (isLink) {
                Files.createLink(path, linked);
            } else {
                write(tar, path);
                dress(path, entry);
            }
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no directory " + path.toAbsolutePath().getParent(), e);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " came to be while it was written", e);
        }
    }

    /** The library takes devices and pipes for files, too. */
    private static boolean isFile(TarArchiveEntry entry) {
        byte flag = entry.getLinkFlag();
        return flag == TarConstants.LF_NORMAL
                || flag == TarConstants.LF_OLDNORM
                || flag == TarConstants.LF_CONTIG
                || entry.isSparse();
    }

    /** A file of the same tar, which is here already. */
    private Path linked(TarArchiveEntry entry) throws IOException {
        Path linked = path(entry.getLinkName());
        if (!Files.isRegularFile(linked, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("'" + entry.getName() + "' in what was sent is a link to '" + entry.getLinkName()
                    + "', which is no file of it");
        }
        return linked;
    }

    private static void clear(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is a directory, and is not replaced by a file");
        }
        Files.deleteIfExists(path);
    }

    private static void write(InputStream in, Path path) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            in.transferTo(out);
        }
    }

    private static void dress(Path path, TarArchiveEntry entry) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromTheLeft = PosixFilePermission.values();
        for (int i = 0; i < fromTheLeft.length; i++) {
            if ((entry.getMode() & (1 << (fromTheLeft.length - 1 - i))) != 0) {
                permissions.add(fromTheLeft[i]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
        Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    }
}
