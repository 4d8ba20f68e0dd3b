package dev.persys.cli.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.CertificateFiles;
import dev.persys.cli.client.JsonText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * {@code $PERSYS_HOME/dev}: everything that the development cluster keeps. Only its owner can enter it. The process
 * that runs the cluster holds a lock on the file {@code lock} as long as it lives, which no dead process can do.
 */
public final class DevDirectory {
    private static final int LOOKS = 50;
    private static final long LOOK_MILLIS = 20;

    private final Path directory;

    private DevDirectory(Path directory) {
        this.directory = directory;
    }

    public static DevDirectory of(Context context) {
        return new DevDirectory(context.home().resolve("dev"));
    }

    public Path path() {
        return directory;
    }

    public Path store() {
        return directory.resolve("store");
    }

    public Path audit() {
        return directory.resolve("audit");
    }

    public DevPki pki() {
        return new DevPki(directory.resolve("pki"));
    }

    /** By which secrets are sealed. */
    public Path secretsKey() {
        return directory.resolve("secrets.key");
    }

    /** What the process logs. */
    public Path log() {
        return directory.resolve("log/persys.log");
    }

    /** What the process prints before its log begins, such as why the JVM cannot start. */
    public Path startLog() {
        return directory.resolve("log/start.log");
    }

    /** Makes what is not there: the directory and its secrets. */
    public void prepare() {
        guarded(() -> {
            OwnFiles.makeDirectory(directory);
            Files.createDirectories(directory.resolve("log"));
            OwnFiles.makeSecret(secretsKey());
            OwnFiles.makeSecret(directory.resolve("agent-secret"));
            return true;
        });
    }

    /** What scheduler and agent show each other. */
    public String agentSecret() {
        return guarded(() -> Files.readString(directory.resolve("agent-secret")).strip());
    }

    /** The node's name: as it was, or {@code wanted}, or the contract's first one. It is kept from then on. */
    public String nodeName(Optional<String> wanted) {
        Path file = directory.resolve("node");
        return guarded(() -> {
            if (wanted.isPresent() || !Files.exists(file)) {
                OwnFiles.writeWhole(file, wanted.orElse("node-1") + "\n");
            }
            return Files.readString(file).strip();
        });
    }

    /** The node's name, where one was given before. */
    public Optional<String> lastNodeName() {
        return note("node");
    }

    /** The settings' file of the last start, where it had one; {@code now} is noted for the next one. */
    public Optional<String> lastConfig(Optional<Path> now) {
        Optional<String> last = note("config");
        Path file = directory.resolve("config");
        guarded(() -> {
            if (now.isPresent()) {
                OwnFiles.writeWhole(file, now.get().toAbsolutePath() + "\n");
                return true;
            }
            return Files.deleteIfExists(file);
        });
        return last;
    }

    private Optional<String> note(String name) {
        Path file = directory.resolve(name);
        return Files.exists(file)
                ? Optional.of(guarded(() -> Files.readString(file).strip()))
                : Optional.empty();
    }

    /** The ports of the last start, where there was one. */
    public Optional<DevPorts> ports() {
        return endpoints().map(DevPorts::of);
    }

    /** {@code endpoints.json}, where there is one. */
    public Optional<JsonNode> endpoints() {
        return guarded(() -> {
            try {
                return Optional.of(JsonText.read(Files.readString(directory.resolve("endpoints.json"))));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    /** Says where the cluster is, which certificate is for its user, and which process runs it. */
    public void announce(DevPorts ports, long pid) {
        ObjectNode endpoints = JsonText.object();
        ports.byName().forEach(endpoints::put);
        CertificateFiles.name(pki().operator(), endpoints);
        endpoints.put("pid", pid);
        guarded(() -> {
            OwnFiles.writeWhole(directory.resolve("endpoints.json"), JsonText.pretty(endpoints) + "\n");
            OwnFiles.writeWhole(directory.resolve("pid"), pid + "\n");
            return Files.deleteIfExists(directory.resolve("token")); // Versions without certificates had one.
        });
    }

    /** The Docker engine that was started for this cluster where the machine had none; absent where none was. */
    public Optional<String> ownDockerHost() {
        Path note = directory.resolve("docker").resolve("host");
        return Files.isReadable(note)
                ? Optional.of(guarded(() -> Files.readString(note).strip()))
                : Optional.empty();
    }

    /**
     * The process that runs the cluster; empty where none does.
     *
     * @throws Failure where that cannot be seen, as in the directory of somebody else
     */
    public Optional<Long> runningPid() {
        if (Files.notExists(directory.resolve("lock"))) {
            return Optional.empty();
        }
        Optional<FileLock> free = lock();
        if (free.isPresent()) {
            guarded(() -> {
                free.get().acquiredBy().close();
                return true;
            });
            return Optional.empty();
        }
        return Optional.of(lockedBy());
    }

    /**
     * Takes the lock, and writes this process's id into its file. Held until it is closed, or forgotten: a channel that
     * nobody refers to any more is closed by the garbage collector. Whoever only looks has it for a moment, too, so
     * that it is asked for more than once.
     *
     * @throws Failure where another process has it
     */
    public FileLock takeLock() {
        Optional<FileLock> lock = lock();
        for (int looks = 0; lock.isEmpty() && looks < LOOKS; looks++) {
            DevServer.pause(LOOK_MILLIS);
            lock = lock();
        }
        FileLock held = lock.orElseThrow(() -> new Failure(
                ExitCode.REFUSED,
                "another process runs the cluster of " + directory,
                "persys dev status says which; persys dev stop ends it."));
        return guarded(() -> {
            FileChannel channel = (FileChannel) held.acquiredBy();
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
            return held;
        });
    }

    /** The id in the lock's file; zero where its holder has not come to write it. */
    private long lockedBy() {
        String text = guarded(() -> Files.readString(directory.resolve("lock"))).strip();
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private Optional<FileLock> lock() {
        return guarded(() -> {
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    channel.close();
                }
                return Optional.ofNullable(lock);
            } catch (OverlappingFileLockException e) {
                channel.close();
                return Optional.empty();
            }
        });
    }

    private interface FileWork<T> {
        T run() throws IOException;
    }

    private <T> T guarded(FileWork<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.FAILED,
                    "the files of the development cluster in " + directory + " cannot be used: " + FileProblem.named(e),
                    "PERSYS_HOME names another directory.");
        }
    }
}
