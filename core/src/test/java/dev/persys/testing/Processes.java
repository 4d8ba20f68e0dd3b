package dev.persys.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Other programs, run from tests: commands that end, servers that are signalled by process id, and the
 * short-named directories they live in. Linux only.
 */
public final class Processes {
    private static final String DIRECTORY_PREFIX = "persys-test-";
    private static final AtomicInteger DIRECTORIES = new AtomicInteger();

    private Processes() {}

    /**
     * Runs a command to its end and returns its standard output.
     *
     * @throws IllegalStateException if it cannot start, runs for over a minute or exits with another status than 0;
     *     the message carries what it printed on standard error
     */
    public static String run(String... command) {
        return run(List.of(command), Duration.ofMinutes(1));
    }

    /** As {@link #run(String...)}, with a limit on how long it may take. */
    public static String run(List<String> command, Duration limit) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("Could not start " + command, e);
        }
        CompletableFuture<String> output = readAll(process.getInputStream());
        CompletableFuture<String> errors = readAll(process.getErrorStream());
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + limit);
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        command + " exited with " + process.exitValue() + ": " + errors.get(5, TimeUnit.SECONDS));
            }
            return output.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while running " + command, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Could not read the output of " + command, e);
        }
    }

    /** Sends a signal, named without SIG ("STOP", "CONT", "KILL"), to one process. */
    public static void signal(long pid, String signal) {
        run("kill", "-" + signal, Long.toString(pid));
    }

    /** A TCP port of 127.0.0.1 that nothing listened on a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the condition holds, looking every 20 ms; false if it did not within the limit. */
    public static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting", e);
            }
        }
        return true;
    }

    /** The program's path if it is on the PATH or in a directory for system programs. */
    static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        return Stream.of(path.split(":", -1))
                .filter(directory -> !directory.isBlank())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Path require(String program, String debianPackage) {
        return find(program)
                .orElseThrow(() -> new IllegalStateException("This test needs the program " + program
                        + " and it is not installed. Install the Debian package " + debianPackage
                        + ", or run ./verify, which does."));
    }

    /**
     * A new directory with a path short enough for Unix sockets inside it (the kernel allows 107 bytes). Its name
     * carries this process's id, by which {@link #abandonedDirectories} recognises what a killed JVM left.
     */
    static Path newDirectory(String kind) {
        String configured = System.getProperty("java.io.tmpdir");
        Path parent = Path.of(configured.length() > 30 ? "/tmp" : configured);
        Path directory = parent.resolve(
                DIRECTORY_PREFIX + kind + "-" + ProcessHandle.current().pid() + "-" + DIRECTORIES.incrementAndGet());
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Directories of this kind whose JVM is gone. */
    static List<Path> abandonedDirectories(String kind, Path parent) {
        String prefix = DIRECTORY_PREFIX + kind + "-";
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> entry.getFileName().toString().matches(prefix + "\\d+-\\d+"))
                    .filter(entry -> {
                        String owner = entry.getFileName().toString().replaceFirst("^" + prefix + "(\\d+)-\\d+$", "$1");
                        return ProcessHandle.of(Long.parseLong(owner)).isEmpty();
                    })
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills every process whose command line names the directory, with all its descendants. */
    static void killUsersOf(Path directory) {
        List<ProcessHandle> users = ProcessHandle.allProcesses()
                .filter(p -> commandLineNames(p, directory))
                .collect(Collectors.toList());
        List<ProcessHandle> all = new ArrayList<>();
        for (ProcessHandle user : users) {
            user.descendants().forEach(all::add);
            all.add(user);
        }
        all.stream()
                .filter(p -> p.pid() != ProcessHandle.current().pid())
                .distinct()
                .forEach(ProcessHandle::destroyForcibly);
        await(Duration.ofSeconds(10), () -> all.stream().noneMatch(Processes::isRunning));
    }

    private static boolean commandLineNames(ProcessHandle process, Path directory) {
        try {
            byte[] commandLine = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
            return new String(commandLine, StandardCharsets.UTF_8).contains(directory + "/");
        } catch (IOException e) {
            return false; // It ended meanwhile.
        }
    }

    /** False for a zombie, which only waits for its parent. */
    private static boolean isRunning(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false; // It ended meanwhile.
        }
    }

    /** Unmounts whatever is mounted inside the directory and deletes it. */
    static void delete(Path directory) {
        List<String> mounted = mountPoints(directory);
        while (!mounted.isEmpty()) {
            List<IllegalStateException> failures = mounted.stream()
                    .flatMap(mountPoint -> unmount(mountPoint).stream())
                    .toList();
            List<String> left = mountPoints(directory);
            // Of an engine that was killed one mount may lie under another, until that is gone.
            if (!failures.isEmpty() && left.equals(mounted)) {
                throw failures.get(0);
            }
            mounted = left;
        }
        run("rm", "-rf", "--one-file-system", directory.toString());
    }

    private static Optional<IllegalStateException> unmount(String mountPoint) {
        try {
            run("umount", "-l", mountPoint);
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(e);
        }
    }

    /** Those inside the directory, the innermost first. */
    private static List<String> mountPoints(Path directory) {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return mounts.map(line -> line.split(" ", -1)[4])
                    .filter(mountPoint -> mountPoint.startsWith(directory + "/"))
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #delete}, of what a killed JVM left; where another run is at it at this moment, it is left to that one. */
    static void deleteAbandoned(Path directory) {
        try {
            delete(directory);
        } catch (IllegalStateException e) {
            System.err.println(directory + " is left for the next run: " + e.getMessage());
        }
    }

    /** The last lines of a server's log, for messages about why it did not start. */
    static String tail(Path log, int lines) {
        try {
            List<String> all = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    private static CompletableFuture<String> readAll(InputStream stream) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try {
                        result.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        result.completeExceptionally(e);
                    }
                },
                "test-process-output");
        reader.setDaemon(true);
        reader.start();
        return result;
    }
}
