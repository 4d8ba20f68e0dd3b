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

    /** When this returns, the file is durable under its name; when it throws, it may be there or not. */
    static void create(Disk disk, Path file, Content content) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (Disk.Output output = disk.create(unfinished)) {
            content.writeTo(output);
            output.force();
        }
        disk.rename(unfinished, file);
        disk.forceDirectory(file.toAbsolutePath().getParent());
    }
}
