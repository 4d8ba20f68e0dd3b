package dev.persys.cli.process;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts and stops the process of a development cluster from outside. */
public final class DevLauncher {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(12);
    private static final long LOOK_EVERY_MILLIS = 50;
    private static final int LINES_SHOWN = 12;

    private final DevHome home;
    private final Path homeRoot;

    public DevLauncher(DevHome home, Path homeRoot) {
        this.home = home;
        this.homeRoot = homeRoot;
    }

    /**
     * Starts the process, which outlives this one, and waits until it serves.
     *
     * @param arguments of {@code persys dev start} that the process is to know
     * @throws Failure with the process' own words where it ends before
     */
    public DevEndpoints start(List<String> arguments) {
        try {
            Process process = command(arguments)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(home.output().toFile())
                    .start();
            return awaitServing(process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the cluster's process", e);
        }
    }

    /** Ends the process orderly and waits for that; false where it did not end in time. */
    public boolean stop(DevEndpoints endpoints) {
        Optional<ProcessHandle> process = ProcessHandle.of(endpoints.pid());
        process.ifPresent(ProcessHandle::destroy);
        long end = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (process.filter(ProcessHandle::isAlive).isPresent()) {
            if (System.nanoTime() > end) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Whether the cluster says of itself that it is ready. */
    public static boolean isReady(DevEndpoints endpoints) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoints.node() + "/readyz"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private DevEndpoints awaitServing(Process process) {
        long end = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            Optional<DevEndpoints> endpoints =
                    home.running().filter(running -> running.pid() == process.pid() && isReady(running));
            if (endpoints.isPresent()) {
                return endpoints.get();
            }
            if (!process.isAlive()) {
                throw new Failure(
                        exitCode(process.exitValue()), "the cluster's process ended at once", lastLines(home.output()));
            }
            if (System.nanoTime() > end) {
                throw new Failure(
                        ExitCode.NOT_READY,
                        "the cluster is not ready after " + START_PATIENCE.toSeconds() + " s; its process goes on",
                        "Its log is " + home.log() + "; persys dev stop ends it.");
            }
            pause();
        }
    }

    private ProcessBuilder command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        Path setsid = Path.of("/usr/bin/setsid");
        if (Files.isExecutable(setsid)) {
            command.add(setsid.toString());
        }
        String launcher = System.getProperty("persys.launcher");
        if (launcher == null) {
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.persys.cli.Persys"));
        } else {
            command.add(launcher);
        }
        command.addAll(List.of("dev", "start", "--foreground"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PERSYS_HOME", homeRoot.toString());
        return builder;
    }

    private static ExitCode exitCode(int status) {
        for (ExitCode code : ExitCode.values()) {
            if (code.status() == status && code != ExitCode.OK) {
                return code;
            }
        }
        return ExitCode.FAILED;
    }

    private static List<String> lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
        } catch (IOException e) {
            return List.of("Its output is in " + file + ".");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.INTERRUPTED, "interrupted");
        }
    }
}
