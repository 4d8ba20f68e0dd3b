package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Files and directories that only their owner may use: records say what runs where and with what environment, which
 * is nobody else's business on a machine.
 */
final class OwnerOnly {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnly() {}

    /** With which a file is made. */
    static FileAttribute<?>[] file() {
        return attributes("rw-------");
    }

    /** With which a directory is made. */
    static FileAttribute<?>[] directory() {
        return attributes("rwx------");
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Whether others than its owner may use a file or directory. */
    static boolean isWider(Path path) throws IOException {
        if (!POSIX) {
            return false;
        }
        Set<PosixFilePermission> wider = EnumSet.copyOf(PosixFilePermissions.fromString("---rwxrwx"));
        wider.retainAll(Files.getPosixFilePermissions(path));
        return !wider.isEmpty();
    }
}
