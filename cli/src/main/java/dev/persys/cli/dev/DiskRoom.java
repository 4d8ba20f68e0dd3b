package dev.persys.cli.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether there is room for what the development cluster writes. */
public final class DiskRoom {
    /** With less than this nothing is begun: store, audit log and log are written from the first moment on. */
    private static final long LITTLE_BYTES = 1024 * 1024;

    private DiskRoom() {}

    /** What to say where the disk of {@code directory} is full; empty where it is not, or where that cannot be seen. */
    public static Optional<String> trouble(Path directory) {
        try {
            return trouble(directory, Files.getFileStore(directory).getUsableSpace());
        } catch (IOException e) {
            return Optional.empty(); // Whoever writes there is going to say what is wrong with it.
        }
    }

    static Optional<String> trouble(Path directory, long freeBytes) {
        return freeBytes < LITTLE_BYTES
                ? Optional.of("the disk of " + directory + " is full: " + freeBytes + " bytes are free, and less than "
                        + LITTLE_BYTES + " is not enough")
                : Optional.empty();
    }
}
