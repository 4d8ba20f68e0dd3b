package dev.persys.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real etcd server for tests. {@link #shared()} is one a JVM, on a private data directory, or the one that the
 * environment variable {@code PERSYS_TEST_ETCD_ENDPOINTS} names; {@link #start} gives a test one of its own, which
 * it may stop, kill and pause. Tests on the shared server keep to keys of their own.
 *
 * <p>A missing etcd fails the test; it never skips.
 */
public final class EtcdFixture implements AutoCloseable {
    /** Comma-separated endpoints of a running etcd to use in place of a private one. */
    public static final String ENDPOINTS_VARIABLE = "PERSYS_TEST_ETCD_ENDPOINTS";

    private static final String KIND = "etcd";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final List<String> endpoints;
    private final Path directory;
    private final List<String> command;
    private Process process;

    private EtcdFixture(List<String> endpoints, Path directory, List<String> command) {
        this.endpoints = List.copyOf(endpoints);
        this.directory = directory;
        this.command = List.copyOf(command);
    }

    /** Holder idiom: started by the first test that asks, stopped when the JVM exits. */
    private static final class Shared {
        static final EtcdFixture INSTANCE = connectOrStart();

        private static EtcdFixture connectOrStart() {
            String given = System.getenv(ENDPOINTS_VARIABLE);
            if (given == null || given.isBlank()) {
                return start();
            }
            EtcdFixture fixture = new EtcdFixture(List.of(given.trim().split("\\s*,\\s*")), Path.of("/"), List.of());
            if (!Processes.await(START_LIMIT, fixture::isHealthy)) {
                throw new IllegalStateException("No etcd answers at " + given + " (" + ENDPOINTS_VARIABLE + ").");
            }
            return fixture;
        }
    }

    /** The server every test of this JVM may use. Not to be closed, stopped or paused. */
    public static EtcdFixture shared() {
        return Shared.INSTANCE;
    }

    /** Starts a private server with the given additional flags and returns once it answers. */
    public static EtcdFixture start(String... flags) {
        Path etcd = Processes.require("etcd", "etcd-server");
        Path directory = Processes.newDirectory(KIND);
        for (Path abandoned : Processes.abandonedDirectories(KIND, directory.getParent())) {
            Processes.killUsersOf(abandoned);
            Processes.deleteAbandoned(abandoned);
        }
        String client = "http://127.0.0.1:" + Processes.freePort();
        String peer = "http://127.0.0.1:" + Processes.freePort();
        List<String> command = new ArrayList<>(List.of(
                etcd.toString(),
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=test=" + peer));
        command.addAll(List.of(flags));
        EtcdFixture fixture = new EtcdFixture(List.of(client), directory, command);
        Runtime.getRuntime().addShutdownHook(new Thread(fixture::close, "stop-etcd"));
        fixture.restart();
        return fixture;
    }

    /** The endpoints, such as {@code http://127.0.0.1:41234}. */
    public List<String> endpoints() {
        return endpoints;
    }

    /** The process id of a private server that is running. */
    public long pid() {
        return running().pid();
    }

    /** Whether the server answers that it is healthy within a second. */
    public boolean isHealthy() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoints.get(0) + "/health"))
                .timeout(Duration.ofSeconds(1))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().contains("true");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while asking etcd for its health", e);
        }
    }

    /** Stops the server, if it runs, and starts it again on the same data and ports; returns once it answers. */
    public synchronized void restart() {
        requirePrivate();
        stop();
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // The server would take its settings from the environment of whoever runs the tests.
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start etcd", e);
        }
        if (!Processes.await(START_LIMIT, () -> !process.isAlive() || isHealthy()) || !process.isAlive()) {
            throw new IllegalStateException("etcd did not start:\n" + Processes.tail(log, 20));
        }
    }

    /** Asks the server to end and waits for it. Does nothing if it is not running. */
    public synchronized void stop() {
        end(false);
    }

    /** Ends the server the way a power cut would (SIGKILL). Does nothing if it is not running. */
    public synchronized void kill() {
        end(true);
    }

    /** Stops the server's clock (SIGSTOP): connections stay open and nothing answers. */
    public synchronized void pause() {
        Processes.signal(running().pid(), "STOP");
    }

    /** Undoes {@link #pause}. */
    public synchronized void resume() {
        Processes.signal(running().pid(), "CONT");
    }

    /** Ends a private server and deletes its data. */
    @Override
    public synchronized void close() {
        requirePrivate();
        kill();
        Processes.delete(directory);
    }

    private void end(boolean forcibly) {
        requirePrivate();
        if (process == null || !process.isAlive()) {
            return;
        }
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while stopping etcd", e);
        }
    }

    private Process running() {
        requirePrivate();
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("This etcd is not running");
        }
        return process;
    }

    private void requirePrivate() {
        if (command.isEmpty()) {
            throw new IllegalStateException(
                    "The etcd of " + ENDPOINTS_VARIABLE + " is not ours to stop: use EtcdFixture.start()");
        }
    }
}
