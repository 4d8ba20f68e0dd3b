package dev.persys.cli.dev;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The process that runs the development cluster, started from outside. */
public final class DevServer {
    private static final int TOLD_LINES = 15;

    private final Process process;
    private final Path output;

    private DevServer(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts it in a session of its own, so that neither Ctrl-C nor the end of this terminal reaches it.
     *
     * @param arguments of {@code persys}
     * @param output takes what it prints
     */
    public static DevServer spawn(List<String> arguments, Path output) {
        List<String> line = new ArrayList<>();
        setsid().ifPresent(program -> line.add(program.toString()));
        line.addAll(program());
        line.addAll(arguments);
        try {
            Process process = new ProcessBuilder(line)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new DevServer(process, output);
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, "the process of the cluster cannot be started: " + e.getMessage());
        }
    }

    /**
     * Fails where the process has ended.
     *
     * @throws Failure with what the process exited with, and what it said
     */
    public void requireAlive() {
        if (process.isAlive()) {
            return;
        }
        int status = process.exitValue();
        List<String> said = tail();
        ExitCode code = ExitCode.CONFIGURATION;
        for (ExitCode one : ExitCode.values()) {
            code = one.status() == status ? one : code;
        }
        throw new Failure(
                code == ExitCode.OK ? ExitCode.FAILED : code,
                said.isEmpty() ? silentEnd(status, code) : plain(said.get(0)),
                said.isEmpty() ? List.of("Its output is in " + output) : said.subList(1, said.size()));
    }

    /** A process on a full disk can leave no word behind. */
    private String silentEnd(int status, ExitCode code) {
        String ended = "the process of the cluster ended with status " + status + " (" + code.meaning() + ")";
        return ended
                + DiskRoom.trouble(output.getParent()).map(full -> "; " + full).orElse("");
    }

    /** Waits a moment. */
    public static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted while waiting");
        }
    }

    private List<String> tail() {
        try {
            List<String> lines = Files.readAllLines(output);
            return lines.subList(Math.max(0, lines.size() - TOLD_LINES), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String plain(String line) {
        return line.startsWith("persys: ") ? line.substring("persys: ".length()) : line;
    }

    /** The launcher that started us, else the Java that we run on. */
    private static List<String> program() {
        String launcher = System.getProperty("persys.launcher", "");
        if (Files.isExecutable(Path.of(launcher.isEmpty() ? "/" : launcher)) && !launcher.isEmpty()) {
            return List.of(launcher);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.persys.cli.Persys");
    }

    private static Optional<Path> setsid() {
        for (String directory : List.of("/usr/bin", "/bin")) {
            Path program = Path.of(directory, "setsid");
            if (Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }
}
