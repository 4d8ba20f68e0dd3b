package dev.persys.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The built {@code persys}, run as a user runs it: a process, its exit status and what it prints. */
final class Launcher {
    private static final long SECONDS_A_COMMAND = 120;
    private static final long SECONDS_OF_TRAINING = 300;

    /** How a command ended. */
    record Result(int status, String out, String err) {
        String line() {
            return out.strip();
        }
    }

    private final Path directory;
    private final Map<String, String> environment;

    /**
     * With {@code home} in {@code directory} as the home of Persys, and whatever else commands leave there. What it starts
     * is up as soon as it runs, unless an option says otherwise.
     */
    Launcher(Path directory) {
        this(directory, Map.of("PERSYS_HOME", directory.resolve("home").toString(), "PERSYS_STABLE_FOR", "0"));
    }

    private Launcher(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
    }

    /**
     * The built program, with its archives of loaded classes. The first short command would make them beside the tests,
     * a server alone never does, and without them each start costs ten seconds of a processor.
     */
    private static final class Built {
        static final Path PROGRAM =
                train(Path.of("target", "persys", "bin", "persys").toAbsolutePath());

        private static Path train(Path program) {
            if (!Files.isExecutable(program)) {
                throw new IllegalStateException("not built: " + program + "; run mvn package");
            }
            ProcessBuilder training = new ProcessBuilder(program.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            training.environment().put("PERSYS_TRAIN", "1");
            // Tests run in several processes; who comes second finds the archives made.
            try (FileChannel file = FileChannel.open(
                            Path.of("target", "training.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                try {
                    Process process = training.start();
                    if (!process.waitFor(SECONDS_OF_TRAINING, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                    return program;
                } finally {
                    Reference.reachabilityFence(lock);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** The same program with one more variable. */
    Launcher with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new Launcher(directory, more);
    }

    /** The same in another directory: the home, and with it the cluster, stays. */
    Launcher in(Path other) {
        return new Launcher(other, environment);
    }

    Result run(String... arguments) {
        return ended(builder(arguments), "persys " + String.join(" ", arguments));
    }

    /** As {@link #run}, of a line of a shell in this launcher's directory, to which {@code persys} is this program. */
    Result shell(String line) {
        ProcessBuilder builder = builder().command("sh", "-c", line).directory(directory.toFile());
        onPath(builder);
        return ended(builder, line);
    }

    private Result ended(ProcessBuilder builder, String what) {
        try {
            Path out = Files.createTempFile(directory, "out", ".txt");
            Path err = Files.createTempFile(directory, "err", ".txt");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS_A_COMMAND, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(what + " did not end: " + Files.readString(out) + Files.readString(err));
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** As {@link #run}, for a command that must succeed. */
    Result ok(String... arguments) {
        Result result = run(arguments);
        if (result.status() != 0) {
            throw new AssertionError("persys " + String.join(" ", arguments) + ": " + result);
        }
        return result;
    }

    /** The exit status of a command that reads a file and writes another; what it says besides is this process's. */
    int pipe(Path in, Path out, String... arguments) {
        try {
            Process process = builder(arguments)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(SECONDS_A_COMMAND, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("persys " + String.join(" ", arguments) + " did not end");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Runs a line of a shell, in which {@code $persys} and {@code persys} are this program, at a terminal. */
    PseudoTerminal typed(String line) {
        ProcessBuilder builder = builder();
        onPath(builder);
        builder.environment().put("persys", Built.PROGRAM.toString());
        builder.environment().put("TERM", "xterm");
        return new PseudoTerminal(builder, line);
    }

    private static void onPath(ProcessBuilder builder) {
        builder.environment().merge("PATH", "", (path, nothing) -> Built.PROGRAM.getParent() + ":" + path);
    }

    /** {@code persys VERB --config NAME.conf} with that file of the directory, as {@link #serve}; it logs to NAME.log. */
    Process serveConfigured(String verb, String name) {
        return serve(
                directory.resolve(name + ".log"),
                verb,
                "--config",
                directory.resolve(name + ".conf").toString());
    }

    /** A process that serves until it is ended; what it prints goes to {@code log}. */
    Process serve(Path log, String... arguments) {
        try {
            return builder(arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Built.PROGRAM.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PERSYS_") && !name.equals("PERSYS_CACHE"));
        builder.environment().remove("ETCD_ENDPOINTS");
        builder.environment().putAll(environment);
        return builder;
    }
}
