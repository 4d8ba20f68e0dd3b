package dev.persys.cli.dev;

import dev.persys.trust.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** Files of {@code PERSYS_HOME} that are for the user alone. */
public final class OwnFiles {
    private static final int SECRET_BYTES = 32;

    private OwnFiles() {}

    /** Makes {@code directory} and what is above it; nobody else can enter it then, also where it was there. */
    public static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        PrivateFiles.makeDirectory(directory);
    }

    /** Makes a secret that nobody can guess, one line of text; keeps the one that is there. */
    public static void makeSecret(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        writeWhole(file, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
    }

    /** Readable by its owner alone, and never half there. */
    public static void writeWhole(Path file, String text) throws IOException {
        PrivateFiles.write(file, text);
    }
}
