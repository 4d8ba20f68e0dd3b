package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletionTest {
    private static String complete(Path directory, String... words) throws IOException {
        Path script = directory.resolve("persys.bash");
        Files.writeString(
                script, new CommandLineFixture().run("completion", "bash").out());
        StringBuilder quoted = new StringBuilder();
        for (String word : words) {
            quoted.append(" '").append(word).append("'");
        }
        String program = "persys() { echo web; echo api; }; . " + script + "; COMP_WORDS=(persys" + quoted
                + "); COMP_CWORD=" + words.length + "; _persys; echo \"${COMPREPLY[*]}\"";
        return Processes.run("bash", "-c", program).strip();
    }

    @Test
    void bashParsesTheScripts(@TempDir Path directory) throws IOException {
        Path script = directory.resolve("script");
        Files.writeString(
                script, new CommandLineFixture().run("completion", "bash").out());
        assertThat(Processes.run("bash", "-n", script.toString())).isEmpty();
        assertThat(new CommandLineFixture().run("completion", "zsh").out()).startsWith("autoload -U +X bashcompinit");
    }

    @Test
    void verbsOptionsAndReferencesAreCompleted(@TempDir Path directory) throws IOException {
        assertThat(complete(directory, "in")).isEqualTo("inspect");
        assertThat(complete(directory, "node", "dr")).isEqualTo("drain");
        assertThat(complete(directory, "gc", "--d")).isEqualTo("--dry-run --detach");
        assertThat(complete(directory, "run", "--mem")).isEqualTo("--memory --memory-limit");
        assertThat(complete(directory, "stop", "w")).isEqualTo("web");
        assertThat(complete(directory, "logs", "--tail", "5", "")).isEqualTo("web api");
        assertThat(complete(directory, "ps", "-o", "y")).isEqualTo("yaml");
        assertThat(complete(directory, "completion", "z")).isEqualTo("zsh");
        assertThat(complete(directory, "run", "nginx", "--", "s")).isEmpty();
    }

    @Test
    void otherShellsAreRefused() {
        assertThat(new CommandLineFixture().run("completion", "fish").code()).isEqualTo(ExitCode.USAGE);
    }
}
