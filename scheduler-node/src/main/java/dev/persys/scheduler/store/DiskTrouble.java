package dev.persys.scheduler.store;

import dev.persys.store.StoreTrouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What a write that failed says about the disk. */
final class DiskTrouble {
    private DiskTrouble() {}

    /**
     * Names the trouble. The kernel's words are in the language of the process, so how much room is left counts too.
     *
     * @param wantedBytes how much was to be written
     */
    static StoreTrouble of(Disk disk, Path directory, long wantedBytes, IOException cause) {
        return isFull(cause) || usableBytes(disk, directory) < wantedBytes
                ? new StoreTrouble(
                        StoreTrouble.Kind.FULL,
                        "The disk of the state store is full (" + directory
                                + "). Make room on it; the store goes on by itself.")
                : new StoreTrouble(
                        StoreTrouble.Kind.FAILED,
                        "The disk of the state store cannot be written (" + directory + ": " + cause.getMessage()
                                + "). Check it; the store goes on by itself where it can.");
    }

    static boolean isFull(IOException cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("no space left", "disk quota exceeded", "not enough space")
                .anyMatch(said::contains);
    }

    /** As much as there can be where the disk does not tell. */
    static long usableBytes(Disk disk, Path directory) {
        try {
            return disk.usableBytes(directory);
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
