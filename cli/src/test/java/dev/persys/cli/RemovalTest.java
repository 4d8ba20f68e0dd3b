package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.cli.CommandLineFixture.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code persys rm}: what is named, by names or by files, is removed, and never anything else. */
class RemovalTest {
    private static final String WEB = "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c";
    private static final String FILE = "name: web\ntype: docker-container\nimage: nginx\n";
    private static final String GOING = "{\"id\":\"" + WEB + "\",\"name\":\"web\",\"nodeId\":\"node-1\",\"status\":"
            + "\"Running\",\"reason\":\"Deleting\",\"message\":\"being deleted\",\"stopGracePeriod\":\"8s\"}";

    private final ScriptedScheduler scheduler = new ScriptedScheduler();
    private final CommandLineFixture cli = CommandLineFixture.against(scheduler);

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private void webIsThere() {
        scheduler.json("GET /workloads", "{\"workloads\":[{\"id\":\"" + WEB + "\",\"name\":\"web\"}]}");
        scheduler.json("DELETE /workloads/" + WEB, GOING);
        scheduler.events();
    }

    @ParameterizedTest
    @CsvSource({"-f", "--file"})
    void whatAFileDescribesIsRemovedWithItsGracePeriod(String option) throws IOException {
        Path file = Files.writeString(directory.resolve("web.yaml"), FILE);
        webIsThere();

        Result result = cli.run("rm", option, file.toString());

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.out()).isEqualTo(WEB + "\n");
        assertThat(result.err()).isEqualTo("web: stopping on node-1; killed if it has not ended after 8s\n");
        assertThat(scheduler.lines())
                .containsSubsequence("GET /workloads?limit=500&name=web", "DELETE /workloads/" + WEB);
    }

    @Test
    void directoriesAndStandardInputAreFilesToo() throws IOException {
        Files.writeString(directory.resolve("web.yml"), FILE);
        webIsThere();

        assertThat(cli.run("rm", "-d", "-f", directory + "/").out()).isEqualTo(WEB + "\n");
        assertThat(cli.typing(FILE).run("rm", "-d", "--force", "--file", "-").out())
                .isEqualTo(WEB + "\n");
        assertThat(cli.typing(FILE).run("rm", "-d", "-f", "-").out()).isEqualTo(WEB + "\n");
        assertThat(scheduler.lines().stream().filter(line -> line.startsWith("DELETE")))
                .containsExactly(
                        "DELETE /workloads/" + WEB,
                        "DELETE /workloads/" + WEB + "?force=true",
                        "DELETE /workloads/" + WEB);
    }

    @Test
    void whatAFileDescribesAndIsNotThereIsNoFailureAndNothingElseIsTakenForIt() {
        scheduler.json("GET /workloads", "{\"workloads\":[]}");

        Result result = cli.typing(FILE.replace("web", "6f2c1f0e")).run("rm", "-f", "-");

        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err()).isEqualTo("There is no workload 6f2c1f0e.\n");
        assertThat(scheduler.lines()).noneMatch(line -> line.startsWith("DELETE"));
    }

    @Test
    void severalOfTheNameAreLeft() {
        scheduler.json(
                "GET /workloads",
                "{\"workloads\":[{\"id\":\"" + WEB + "\",\"name\":\"web\"},{\"id\":\"7" + WEB.substring(1)
                        + "\",\"name\":\"web\"}]}");

        Result result = cli.typing(FILE).run("rm", "--file", "-");

        assertThat(result.code()).isEqualTo(ExitCode.REFUSED);
        assertThat(result.err()).contains("there are 2 workloads of the name web", WEB, "persys rm with an id");
        assertThat(scheduler.lines()).noneMatch(line -> line.startsWith("DELETE"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rm web.yaml          | web.yaml names a file and no workload; nothing was removed",
                "rm --force web.yaml  | persys rm -f web.yaml removes the workloads that it describes",
                "rm -f web ./web.yaml | -f is force to names and a file to files",
                "rm -f none.yaml      | none.yaml cannot be read: there is no such file",
                "rm -f bad.yaml       | no workload; nothing was removed"
            })
    void whereItIsNotClearWhatIsMeantNothingIsRemoved(String line, String message) throws IOException {
        Files.writeString(directory.resolve("bad.yaml"), FILE + "---\nname: other\n");
        String[] words = line.replace("bad.yaml", directory.resolve("bad.yaml").toString())
                .split(" ");

        Result result = cli.run(words);

        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains(message);
        assertThat(scheduler.asked()).isEmpty();
    }

    @Test
    void whatIsKilledIsSaidToBe() {
        scheduler.json("DELETE /workloads/web", GOING);
        scheduler.events();
        assertThat(cli.run("rm", "-f", "web").err()).isEqualTo("web: stopping on node-1; killed at once\n");
    }

    @Test
    void directoryThatIsTakenForANameIsToldHowItIsWritten() {
        Result result = cli.run("rm", "-f", "src");
        assertThat(result.code()).isEqualTo(ExitCode.OK);
        assertThat(result.err())
                .isEqualTo(
                        "There is no workload src. ./src is a directory here: persys rm -f ./src removes the workloads"
                                + " that its files describe.\n");
        assertThat(cli.run("rm", "--force", "src").err()).isEqualTo("There is no workload src.\n");
        assertThat(cli.run("rm", "-f", "nothing-here").err()).isEqualTo("There is no workload nothing-here.\n");
    }
}
