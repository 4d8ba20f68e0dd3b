package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The manual's tables of settings against the settings that there are. */
final class SettingsManualTest {
    private static final Path MANUAL = Path.of("..", "docs", "manual", "configuration.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(persys\\.[a-z0-9.-]+)` \\|");

    @Test
    void manualHasEverySettingAndNoOther() throws IOException {
        Config defaults = ConfigFactory.defaultReference();
        Set<String> settings = defaults.withOnlyPath("persys").entrySet().stream()
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rows = ROW.matcher(Files.readString(MANUAL))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(rows).isNotEmpty();
        assertThat(settings)
                .as("settings")
                .allSatisfy(setting -> assertThat(rows).anyMatch(row -> isOf(setting, row)));
        assertThat(rows)
                .as("rows")
                .allSatisfy(row -> assertThat(defaults.hasPathOrNull(row)).isTrue());
    }

    /** A row may be for everything below it. */
    private static boolean isOf(String setting, String row) {
        return setting.equals(row) || setting.startsWith(row + ".");
    }
}
