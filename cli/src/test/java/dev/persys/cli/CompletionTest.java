package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
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
        assertThat(new CommandLineFixture().run("completion", "zsh").out())
                .contains("compinit -u", "autoload -U +X bashcompinit");
    }

    @Test
    void verbsOptionsAndReferencesAreCompleted(@TempDir Path directory) throws IOException {
        assertThat(complete(directory, "in")).isEqualTo("inspect");
        assertThat(complete(directory, "node", "dr")).isEqualTo("drain");
        assertThat(complete(directory, "ca", "r")).isEqualTo("request rotate");
        assertThat(complete(directory, "gc", "--d")).isEqualTo("--dry-run --detach");
        assertThat(complete(directory, "run", "--mem")).isEqualTo("--memory --memory-limit");
        assertThat(complete(directory, "stop", "w")).isEqualTo("web");
        assertThat(complete(directory, "logs", "--tail", "5", "")).isEqualTo("web api");
        assertThat(complete(directory, "ps", "-o", "y")).isEqualTo("yaml");
        assertThat(complete(directory, "completion", "z")).isEqualTo("zsh");
        assertThat(complete(directory, "logs", "-f", "w")).isEqualTo("web");
        assertThat(complete(directory, "undo", "w")).isEqualTo("web");
        assertThat(complete(directory, "run", "")).isEmpty();
        assertThat(complete(directory, "run", "nginx", "--", "s")).isEmpty();
    }

    /** Lines of keys at a terminal of bash, which script(1) makes; the command tells what it was given. */
    private static String bash(Path directory, String keys) throws IOException {
        Path script = directory.resolve("persys.bash");
        Files.writeString(
                script, """
                persys() { if [ "$1" = ps ]; then echo web; else echo "<$*>"; fi; }
                """ + new CommandLineFixture().run("completion", "bash").out());
        Path program = directory.resolve("bin/persys");
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\nif [ \"$1\" = nodes ]; then echo node-7; else echo \"[$*]\"; fi\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path typed = Files.writeString(
                directory.resolve("typed"), "cd " + directory + "; . " + script + "\n" + keys + "\nexit\n");
        return Processes.run("sh", "-c", "TERM=dumb script -qefc 'bash --norc --noprofile -i' /dev/null < " + typed);
    }

    @Test
    void bashCompletesAsTyped(@TempDir Path directory) throws IOException {
        String screen = bash(directory, """
                persys insp\t w\t
                persys node unc\t
                persys run --pull-p\t mis\t x
                bin/persys node cordon n\t
                """);

        assertThat(screen)
                .contains("<inspect web>", "<node uncordon>", "<run --pull-policy missing x>", "[node cordon node-7]");
    }

    @Test
    void valuesOfOptionsAreCompleted(@TempDir Path directory) throws IOException {
        assertThat(complete(directory, "run", "--restart", "")).isEqualTo("no on-failure always unless-stopped");
        assertThat(complete(directory, "run", "--restart", "=", "un")).isEqualTo("unless-stopped");
        assertThat(complete(directory, "run", "--wait", "=")).isEqualTo("stable started done none");
        assertThat(complete(directory, "apply", "--undo", "n")).isEqualTo("never");
        assertThat(complete(directory, "ca", "sign", "--role", "")).isEqualTo("scheduler agent gateway operator");
        assertThat(complete(directory, "ps", "--status", "Res")).isEqualTo("Restarting");
        assertThat(complete(directory, "ps", "--node", "")).isEqualTo("web api");
        assertThat(complete(directory, "run", "--name", "")).isEmpty();
        assertThat(complete(directory, "run", "--name", "=", "x", "--res")).isEqualTo("--restart");
        assertThat(complete(directory, "dev", "start", "--ports", "")).isEqualTo("auto");
    }

    @Test
    void fishIsToldOfEveryVerbAndOption() {
        String script = new CommandLineFixture().run("completion", "fish").out();
        assertThat(script)
                .contains("complete -c persys -n '__persys_is' -a run -d '")
                .contains("complete -c persys -n '__persys_is node' -a drain -d '")
                .contains(
                        "complete -c persys -n '__persys_is run' -l restart -x -a 'no on-failure always unless-stopped'")
                .contains("complete -c persys -n '__persys_is logs' -s f -l follow -d '")
                .contains("complete -c persys -n '__persys_is stop' -a '(persys ps --all -o name 2>/dev/null)'")
                .contains("complete -c persys -n '__persys_is apply' -s f -l file -r -F -d '");
        // Each line is whole: what fish quotes with is closed again.
        assertThat(script.lines().filter(line -> line.startsWith("complete")))
                .allMatch(line ->
                        line.replace("\\'", "").chars().filter(c -> c == '\'').count() % 2 == 0);
    }

    /** A line of keys on a terminal of zsh as it comes, without compinit; the command tells what it was given. */
    private static String zsh(Path directory, String keys) throws IOException {
        Path script = directory.resolve("persys.zsh");
        Files.writeString(
                script, """
                persys() { if [[ $1 == ps ]]; then print web; else print -r -- "<$*>"; fi }
                """ + new CommandLineFixture().run("completion", "zsh").out() + "print rea''dy\n");
        Path driver = Files.writeString(directory.resolve("driver.zsh"), """
                zmodload zsh/zpty
                export ZDOTDIR=${1:h}
                zpty shell zsh -f -i
                await() {
                    local got= part
                    repeat 400; do
                        while zpty -r -t shell part; do got+=$part; done
                        [[ $got == *$1* ]] && { print -r -- $got; return }
                        sleep 0.05
                    done
                    print -r -- "no $1 in: $got" >&2
                    exit 1
                }
                zpty -w shell "source $1"
                await ready > /dev/null
                zpty -w -n shell $2
                await '>'
                """);
        return Processes.run("zsh", "-f", driver.toString(), script.toString(), keys);
    }

    @Test
    @EnabledIf("hasZsh")
    void zshCompletesAsTyped(@TempDir Path directory) throws IOException {
        assertThat(zsh(directory, "persys insp\t w\t\n")).contains("<inspect web>");
        assertThat(zsh(directory, "persys node unc\t\n")).contains("<node uncordon>");
        assertThat(zsh(directory, "persys run --pull-p\t mis\t x\n")).contains("<run --pull-policy missing x>");
    }

    static boolean hasZsh() {
        return isInstalled("zsh");
    }

    private static String fish(Path directory, String line) throws IOException {
        Path script = directory.resolve("persys.fish");
        Files.writeString(
                script, new CommandLineFixture().run("completion", "fish").out());
        return Processes.run(
                        "env",
                        "HOME=" + directory,
                        "fish",
                        "--no-config",
                        "-c",
                        "function persys; echo web; end; source " + script + "; complete -C '" + line + "'")
                .lines()
                .map(candidate -> candidate.split("\t", -1)[0])
                .collect(Collectors.joining(" "));
    }

    @Test
    @EnabledIf("hasFish")
    void fishCompletesAsTyped(@TempDir Path directory) throws IOException {
        assertThat(fish(directory, "persys insp")).isEqualTo("inspect");
        assertThat(fish(directory, "persys node unc")).isEqualTo("uncordon");
        assertThat(fish(directory, "persys stop w")).isEqualTo("web");
        assertThat(fish(directory, "persys run --restart on")).isEqualTo("on-failure");
        assertThat(fish(directory, "persys gc --dry")).isEqualTo("--dry-run");
    }

    static boolean hasFish() {
        return isInstalled("fish");
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    @Test
    void otherShellsAreRefused() {
        assertThat(new CommandLineFixture().run("completion", "tcsh").code()).isEqualTo(ExitCode.USAGE);
    }
}
