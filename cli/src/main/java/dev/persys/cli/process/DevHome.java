package dev.persys.cli.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persys.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The directory of a development cluster: its state, its secrets, and where it can be reached. For its user alone. */
public final class DevHome {
    private static final int SECRET_BYTES = 24;

    private final Path directory;

    private DevHome(Path directory) {
        this.directory = directory;
    }

    /** Below {@code home}; made, with its secrets, where it is not there yet. */
    public static DevHome in(Path home) {
        DevHome dev = new DevHome(home.resolve("dev"));
        dev.prepare();
        return dev;
    }

    /** Below {@code home}, only to be looked at. */
    public static DevHome existing(Path home) {
        return new DevHome(home.resolve("dev"));
    }

    public Path directory() {
        return directory;
    }

    public Path log() {
        return directory.resolve("log").resolve("persys.log");
    }

    /** What the process prints that is no log: nothing, unless it dies. */
    public Path output() {
        return directory.resolve("log").resolve("persys.out");
    }

    /** Where the running cluster is; empty where none has announced itself, or its process has died. */
    public Optional<DevEndpoints> running() {
        try {
            DevEndpoints endpoints = Json.MAPPER.readValue(Files.readString(endpoints()), DevEndpoints.class);
            return ProcessHandle.of(endpoints.pid())
                    .filter(ProcessHandle::isAlive)
                    .map(process -> endpoints);
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + endpoints(), e);
        }
    }

    /** The API's token. */
    public String token() {
        try {
            return Files.readString(directory.resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token in " + directory, e);
        }
    }

    /** A user's own settings for this cluster, {@code persys.conf}, where there are some. */
    Optional<Path> configuration() {
        return Optional.of(directory.resolve("persys.conf")).filter(Files::exists);
    }

    /** What makes a scheduler and an agent those of this directory. */
    Map<String, Object> settings(DevPorts ports) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("persys.store.kind", "embedded");
        settings.put(
                "persys.store.embedded.directory", directory.resolve("store").toString());
        settings.put("persys.http.agent-secret", secret("agent-secret"));
        settings.put(
                "persys.http.scheduler.api.token-file",
                directory.resolve("token").toString());
        settings.put("persys.http.scheduler.api.port", ports.api());
        settings.put("persys.http.scheduler.node.port", ports.node());
        settings.put("persys.http.agent.api.port", ports.agent());
        settings.put("persys.http.agent.metrics.port", ports.agentMetrics());
        settings.put("persys.agent.port", ports.agent());
        settings.put("persys.agent.ip-address", "127.0.0.1");
        settings.put("persys.agent.scheduler-url", "http://127.0.0.1:" + ports.node());
        return settings;
    }

    void announce(DevEndpoints endpoints) {
        try {
            Path next = directory.resolve("endpoints.json.next");
            Files.writeString(next, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(endpoints) + "\n");
            Files.move(next, endpoints(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + endpoints(), e);
        }
    }

    void withdraw() {
        try {
            Files.deleteIfExists(endpoints());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + endpoints(), e);
        }
    }

    private Path endpoints() {
        return directory.resolve("endpoints.json");
    }

    private void prepare() {
        try {
            Files.createDirectories(directory.getParent());
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.createDirectories(directory.resolve("log"));
            secret("token");
            secret("agent-secret");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    /** The secret in this file, made where there is none; never seen half written. */
    private String secret(String name) {
        Path file = directory.resolve(name);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[SECRET_BYTES];
                new SecureRandom().nextBytes(random);
                Path next = directory.resolve(name + ".next");
                Files.deleteIfExists(next);
                Files.createFile(
                        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(
                        next,
                        (Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n")
                                .getBytes(StandardCharsets.UTF_8),
                        StandardOpenOption.WRITE);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make or read " + file, e);
        }
    }
}
