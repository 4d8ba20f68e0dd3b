package dev.persys.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ProcessesIT {
    /** As an engine leaves it that was killed, and mounted its directory once more when it was started again. */
    @Test
    void mountsThatLieUnderOthersAreUnmountedToo() throws IOException {
        Path directory = Processes.newDirectory("mounts");
        Path outer = directory.resolve("d");
        Path inner = Files.createDirectories(outer.resolve("inner"));
        Processes.run("mount", "-t", "tmpfs", "tmpfs", inner.toString());
        Processes.run("mount", "--bind", outer.toString(), outer.toString());

        Processes.delete(directory);

        assertThat(directory).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
    }
}
