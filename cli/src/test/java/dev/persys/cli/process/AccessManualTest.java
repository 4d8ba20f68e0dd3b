package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.access.AccessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The manual's page of who may call what against the table that says so. */
final class AccessManualTest {
    private static final Path MANUAL = Path.of("..", "docs", "manual", "access.md");

    @Test
    void manualHasTheTable() throws IOException {
        String table = AccessTable.ROUTES.stream()
                .map(route -> "| `" + route.method() + "` | `" + route.template() + "` | " + route.least() + " |")
                .collect(Collectors.joining("\n"));
        assertThat(Files.readString(MANUAL)).contains("| --- | --- | --- |\n" + table + "\n\n");
    }
}
