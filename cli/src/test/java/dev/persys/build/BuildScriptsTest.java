package dev.persys.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts that say whether a build is good. */
class BuildScriptsTest {
    private static final String SUMMARY = "../.ci/summary";

    @TempDir
    Path directory;

    private Path report(String name, String counts, String... tests) throws IOException {
        String body = "<testsuite name=\"dev.persys.A\" time=\"3\" " + counts + ">\n" + String.join("\n", tests)
                + "\n</testsuite>\n";
        return Files.writeString(directory.resolve(name), body);
    }

    @Test
    void summaryCountsAndNamesTheSlowestFirst() throws IOException {
        Path report = report(
                "TEST-a.xml",
                "tests=\"3\" errors=\"0\" skipped=\"1\" failures=\"0\" flakes=\"0\"",
                "<testcase name=\"quick\" classname=\"dev.persys.A\" time=\"0.5\"/>",
                "<testcase name=\"slow(int)[1]\" classname=\"dev.persys.A\" time=\"12.25\"/>",
                "<testcase name=\"none\" classname=\"dev.persys.A\" time=\"0\"><skipped/></testcase>");

        assertThat(Processes.run(SUMMARY, report.toString()))
                .containsSubsequence("12.25 s  A.slow(int)[1]", "0.50 s  A.quick")
                .endsWith("2 passed, 0 failed, 1 skipped, 0 passed only when run again\n");
    }

    @Test
    void testThatPassesOnlyWhenRunAgainIsAFailure() throws IOException {
        Path report = report(
                "TEST-a.xml",
                "tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\" flakes=\"1\"",
                "<testcase name=\"now and then\" classname=\"dev.persys.A\" time=\"0.5\">",
                "<flakyFailure message=\"m\" type=\"t\"/>",
                "</testcase>");

        assertThatThrownBy(() -> Processes.run(SUMMARY, report.toString())).hasMessageContaining("exited with 1");
    }

    @Test
    void failedTestFailsTheSummary() throws IOException {
        Path good = report("TEST-a.xml", "tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\"");
        Path bad = report("TEST-b.xml", "tests=\"1\" errors=\"1\" skipped=\"0\" failures=\"0\"");

        assertThatThrownBy(() -> Processes.run(SUMMARY, good.toString(), bad.toString()))
                .hasMessageContaining("exited with 1");
    }

    @Test
    void askingForHelpChangesNothing() {
        Path classes = Path.of("target", "classes");
        assertThat(classes).isDirectory();

        assertThat(Processes.run("../verify", "--help")).contains("./verify", "more arguments go to Maven");

        assertThat(classes).isDirectory();
    }
}
