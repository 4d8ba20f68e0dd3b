package dev.persys.scheduler.store;

import java.io.IOException;
import java.nio.file.Path;

/** Makes files that are there wholly or not at all, whatever happens meanwhile. */
final class DurableFile {
    static final String UNFINISHED = ".tmp";

    private DurableFile() {}

    /** What a file holds. */
    interface Content {
        void writeTo(Disk.Output output) throws IOException;
    }

    /**
     * When this returns, the file is durable under its name; when it throws, it may be there or not, and what was
     * unfinished is gone, as far as the disk lets it go: a file for which there was no room must not take what is left.
     */
    static void create(Disk disk, Path file, Content content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            try (Disk.Output output = disk.create(unfinished)) {
                content.writeTo(output);
                output.force();
            }
            disk.rename(unfinished, file);
        } catch (IOException | RuntimeException e) {
            remove(disk, unfinished, e);
            throw e;
        }
        disk.forceDirectory(file.toAbsolutePath().getParent());
    }

    private static void remove(Disk disk, Path unfinished, Exception because) {
        try {
            disk.delete(unfinished);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
