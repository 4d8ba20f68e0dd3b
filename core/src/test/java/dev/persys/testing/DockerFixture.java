package dev.persys.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Docker engine for tests. {@link #shared()} is one a JVM, private to it, or the one that the environment
 * variable {@code PERSYS_TEST_DOCKER_HOST} names; {@link #start} gives a test one of its own, which it may stop,
 * kill and pause. Both have the image {@link #BUSYBOX}.
 *
 * <p>A private engine has its own data, its own containerd and its own bridge, and leaves the machine's firewall
 * alone (engines in one network namespace delete each other's chains), so several may run at once: ports that
 * containers publish are reachable, the outside is not reachable from containers.
 *
 * <p>A missing dockerd, or not being root, fails the test; it never skips.
 */
public final class DockerFixture implements AutoCloseable {
    /** The address of a running engine to use in place of a private one, such as {@code unix:///var/run/docker.sock}. */
    public static final String HOST_VARIABLE = "PERSYS_TEST_DOCKER_HOST";

    /** A small image with a shell and the usual commands: {@code sh -c 'echo hi; sleep 1000'} works. */
    public static final String BUSYBOX = "persys-test/busybox:1";

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String KIND = "docker";

    private final String host;
    private final Path directory;
    private final List<String> command;
    private Process process;

    private DockerFixture(String host, Path directory, List<String> command) {
        this.host = host;
        this.directory = directory;
        this.command = List.copyOf(command);
    }

    /** Holder idiom: started by the first test that asks, stopped when the JVM exits. */
    private static final class Shared {
        static final DockerFixture INSTANCE = connectOrStart();

        private static DockerFixture connectOrStart() {
            String given = System.getenv(HOST_VARIABLE);
            if (given == null || given.isBlank()) {
                return start();
            }
            DockerFixture fixture = new DockerFixture(given, Path.of("/"), List.of());
            if (!Processes.await(START_LIMIT, fixture::isHealthy)) {
                throw new IllegalStateException("No Docker answers at " + given + " (" + HOST_VARIABLE + ").");
            }
            fixture.importBusybox(BUSYBOX);
            return fixture;
        }
    }

    /** The engine every test of this JVM may use. Not to be closed, stopped or paused. */
    public static DockerFixture shared() {
        return Shared.INSTANCE;
    }

    /**
     * Starts a private engine with the given additional flags of dockerd, such as {@code --live-restore}, and
     * returns once it answers and has the image.
     */
    public static DockerFixture start(String... flags) {
        Path dockerd = Processes.require("dockerd", "docker.io");
        Processes.require("docker", "docker.io (Debian 13: docker-cli)");
        requireRoot();
        Path directory = Processes.newDirectory(KIND);
        Processes.abandonedDirectories(KIND, directory.getParent()).forEach(DockerFixture::remove);
        String host = "unix://" + directory.resolve("s");
        List<String> command = new ArrayList<>(List.of(
                dockerd.toString(),
                "--host=" + host,
                "--data-root=" + directory.resolve("d"),
                "--exec-root=" + directory.resolve("x"),
                "--pidfile=" + directory.resolve("pid"),
                "--config-file=" + emptyConfiguration(directory),
                "--bridge=" + addBridge(directory),
                "--iptables=false",
                "--ip-masq=false",
                "--ip-forward=false",
                "--shutdown-timeout=1"));
        command.addAll(List.of(flags));
        DockerFixture fixture = new DockerFixture(host, directory, command);
        Runtime.getRuntime().addShutdownHook(new Thread(fixture::close, "stop-dockerd"));
        fixture.restart();
        fixture.importBusybox(BUSYBOX);
        return fixture;
    }

    /** The engine's address, such as {@code unix:///tmp/persys-test-docker-1234-1/s}. */
    public String host() {
        return host;
    }

    /** The process id of a private engine that is running. */
    public long pid() {
        return running().pid();
    }

    /**
     * Runs the docker command against this engine and returns what it printed, without surrounding blanks.
     *
     * @throws IllegalStateException if it fails or takes over a minute, with what it printed on standard error
     */
    public String docker(String... arguments) {
        List<String> line = new ArrayList<>(List.of("docker", "--host", host));
        line.addAll(List.of(arguments));
        return Processes.run(line, Duration.ofMinutes(1)).trim();
    }

    /** Whether the engine answers within two seconds. */
    public boolean isHealthy() {
        try {
            Processes.run(
                    List.of("docker", "--host", host, "version", "--format", "{{.Server.Version}}"),
                    Duration.ofSeconds(2));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Makes an image of this machine's static busybox under the given name; needs no registry. */
    public void importBusybox(String image) {
        Path busybox = Processes.require("busybox", "busybox-static");
        Path root = Processes.newDirectory("image");
        try {
            Path bin = Files.createDirectories(root.resolve("rootfs/bin"));
            Files.copy(busybox, bin.resolve("busybox"), StandardCopyOption.COPY_ATTRIBUTES);
            for (String applet :
                    Processes.run(busybox.toString(), "--list").lines().toList()) {
                if (!applet.equals("busybox")) {
                    Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
                }
            }
            Path etc = Files.createDirectories(root.resolve("rootfs/etc"));
            Files.writeString(etc.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n");
            Files.writeString(etc.resolve("group"), "root:x:0:\n");
            Files.createDirectories(root.resolve("rootfs/root"));
            Path tmp = Files.createDirectories(root.resolve("rootfs/tmp"));
            Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwxrwxrwx"));
            Path tar = root.resolve("rootfs.tar");
            Processes.run(
                    "tar",
                    "--create",
                    "--owner=0",
                    "--group=0",
                    "--file=" + tar,
                    "--directory=" + root.resolve("rootfs"),
                    ".");
            docker("import", "--change", "CMD [\"/bin/sh\"]", tar.toString(), image);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Processes.deleteAbandoned(root);
        }
    }

    /** Removes every container, running or not, of a private engine. */
    public void removeContainers() {
        requirePrivate();
        String ids = docker("ps", "--all", "--quiet", "--no-trunc");
        if (!ids.isEmpty()) {
            List<String> line = new ArrayList<>(List.of("rm", "--force", "--volumes"));
            line.addAll(List.of(ids.split("\\s+")));
            docker(line.toArray(String[]::new));
        }
    }

    /** Stops the engine, if it runs, and starts it again on the same data; returns once it answers. */
    public synchronized void restart() {
        requirePrivate();
        stop();
        removeRemainsOfContainerd();
        Path log = directory.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start dockerd", e);
        }
        Path socket = directory.resolve("s");
        if (!Processes.await(START_LIMIT, () -> !process.isAlive() || (Files.exists(socket) && isHealthy()))
                || !process.isAlive()) {
            throw new IllegalStateException("dockerd did not start:\n" + Processes.tail(log, 20));
        }
    }

    /**
     * Asks the engine to end and waits for it. Its containers end with it, unless it runs with {@code
     * --live-restore}. Does nothing if it is not running.
     */
    public synchronized void stop() {
        end(false);
    }

    /**
     * Ends the engine and its containerd with SIGKILL. Its containers live on until the next {@link #restart}, which
     * ends them too unless the engine runs with {@code --live-restore}. Does nothing if it is not running.
     */
    public synchronized void kill() {
        end(true);
    }

    /** Stops the engine's clock (SIGSTOP): connections stay open and nothing answers. Containers run on. */
    public synchronized void pause() {
        Processes.signal(running().pid(), "STOP");
    }

    /** Undoes {@link #pause}. */
    public synchronized void resume() {
        Processes.signal(running().pid(), "CONT");
    }

    /** Ends a private engine with all its containers and deletes its data. */
    @Override
    public synchronized void close() {
        requirePrivate();
        end(true);
        remove(directory);
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
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while stopping dockerd", e);
        }
        killContainerd();
    }

    /** A killed dockerd does not always take its containerd along. */
    private void killContainerd() {
        Path pidFile = directory.resolve("x/containerd/containerd.pid");
        try {
            if (!Files.exists(pidFile)) {
                return;
            }
            long pid = Long.parseLong(Files.readString(pidFile).trim());
            Path commandLine = Path.of("/proc/" + pid + "/cmdline");
            if (Files.exists(commandLine) && Files.readString(commandLine).contains(directory + "/")) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                Processes.await(
                        Duration.ofSeconds(10), () -> ProcessHandle.of(pid).isEmpty());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With these in its way dockerd takes the dead containerd for a running one and waits for it in vain. */
    private void removeRemainsOfContainerd() {
        try {
            Path containerd = directory.resolve("x/containerd");
            for (String name : List.of("containerd.pid", "containerd.sock", "containerd.sock.ttrpc")) {
                Files.deleteIfExists(containerd.resolve(name));
            }
            Files.deleteIfExists(containerd.resolve("containerd-debug.sock"));
            Files.deleteIfExists(directory.resolve("pid"));
            Files.deleteIfExists(directory.resolve("s"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes all that the engine of this directory left: processes, mounts, its bridge, files. */
    private static void remove(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        Processes.killUsersOf(directory);
        Path bridge = directory.resolve("bridge");
        if (Files.exists(bridge)) {
            try {
                String name = Files.readString(bridge).trim();
                if (Files.exists(Path.of("/sys/class/net/" + name))) {
                    Processes.run("ip", "link", "delete", name);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Processes.delete(directory);
    }

    private static Path emptyConfiguration(Path directory) {
        try {
            return Files.writeString(directory.resolve("daemon.json"), "{}\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a bridge with a /24 network that no interface of this machine has, and notes its name in the directory. */
    private static String addBridge(Path directory) {
        Processes.require("ip", "iproute2");
        String suffix = directory.getFileName().toString().replaceFirst(".*?(\\d+)-(\\d+)$", "$1x$2");
        String name = "pt" + suffix; // At most 15 characters are allowed.
        String taken = Processes.run("ip", "-4", "route", "show", "table", "all")
                + Processes.run("ip", "-4", "address", "show");
        long seed = ProcessHandle.current().pid();
        for (int i = 0; i < 256; i++) {
            String network = "10." + (200 + seed % 50) + "." + (seed / 50 + i) % 256 + ".";
            if (!taken.contains(network)) {
                try {
                    Files.writeString(directory.resolve("bridge"), name);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                Processes.run("ip", "link", "add", "name", name, "type", "bridge");
                Processes.run("ip", "address", "add", network + "1/24", "dev", name);
                Processes.run("ip", "link", "set", name, "up");
                return name;
            }
        }
        throw new IllegalStateException("No free /24 network for the bridge of a test's Docker engine in:\n" + taken);
    }

    private static void requireRoot() {
        if (!Processes.run("id", "-u").trim().equals("0")) {
            throw new IllegalStateException("This test starts a Docker engine of its own, which needs root. Run it as"
                    + " root, or name a running engine in " + HOST_VARIABLE + ".");
        }
    }

    private Process running() {
        requirePrivate();
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("This Docker engine is not running");
        }
        return process;
    }

    private void requirePrivate() {
        if (command.isEmpty()) {
            throw new IllegalStateException(
                    "The Docker engine of " + HOST_VARIABLE + " is not ours to stop: use DockerFixture.start()");
        }
    }
}
