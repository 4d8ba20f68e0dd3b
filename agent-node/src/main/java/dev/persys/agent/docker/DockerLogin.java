package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What the user that this agent runs as has logged in to with {@code docker login}: the {@code config.json} of Docker's
 * own client, and the helper programs that it names (docker/docker-credential-helpers). Read anew for each fetch, since
 * a login may come at any time and many expire.
 */
final class DockerLogin {
    /** The name under which Docker's client keeps the login to the default registry. */
    static final String DEFAULT_SERVER = "https://index.docker.io/v1/";

    private static final Pattern HELPER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]*");
    private static final String TOKEN_USER = "<token>";
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final Path directory;
    private final UnaryOperator<String> programs;
    private final Duration helperTimeout;
    private final ScheduledExecutorService deadlines;

    /**
     * @param directory of {@code config.json}
     * @param programs what to run for the name of a helper program
     */
    DockerLogin(
            Path directory,
            UnaryOperator<String> programs,
            Duration helperTimeout,
            ScheduledExecutorService deadlines) {
        this.directory = directory;
        this.programs = programs;
        this.helperTimeout = helperTimeout;
        this.deadlines = deadlines;
    }

    /**
     * A login.
     *
     * @param auth the fields of Docker's {@code AuthConfig}; absent where there is no login to that registry
     * @param complaint what could not be read or asked
     */
    record Found(Optional<Map<String, String>> auth, Optional<String> complaint) {
        static final Found NONE = new Found(Optional.empty(), Optional.empty());

        static Found complaining(String why) {
            return new Found(Optional.empty(), Optional.of(why));
        }
    }

    /** The login to the registry at {@code host}, and to no other. Blocks, no longer than a helper may take. */
    Found of(String host) {
        Path file = directory.resolve("config.json");
        JsonNode config;
        try {
            config = Json.MAPPER.readTree(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Found.NONE;
        } catch (IOException e) {
            return Found.complaining(
                    "the docker login in " + file + " cannot be read: " + RegistryCredentials.reason(e));
        }
        Optional<String> helper = helper(config, host);
        Found asked = helper.map(name -> ask(name, host)).orElse(Found.NONE);
        return asked.auth().isPresent()
                ? asked
                : new Found(entry(config.path("auths"), host).flatMap(auth -> kept(auth, host)), asked.complaint());
    }

    private static Optional<String> helper(JsonNode config, String host) {
        return entry(config.path("credHelpers"), host)
                .map(JsonNode::asText)
                .or(() -> Optional.of(config.path("credsStore").asText("")))
                .filter(name -> !name.isEmpty());
    }

    /** Of an object whose names are registries, in whichever way Docker's client or its user spelled them. */
    private static Optional<JsonNode> entry(JsonNode registries, String host) {
        return registries.properties().stream()
                .filter(entry -> RegistryCredentials.hostOf(entry.getKey()).equals(host))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<Map<String, String>> kept(JsonNode auth, String host) {
        String token = auth.path("identitytoken").asText("");
        String encoded = auth.path("auth").asText("");
        if (encoded.isEmpty() && token.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> fields = new HashMap<>(Map.of("serveraddress", server(host)));
        if (!token.isEmpty()) {
            fields.put("identitytoken", token);
        }
        try {
            String[] parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
            if (parts.length == 2) {
                fields.put("username", parts[0]);
                // Docker's client cuts what some of its versions padded it with.
                fields.put("password", parts[1].replaceFirst("\0+$", ""));
            }
        } catch (IllegalArgumentException e) {
            return token.isEmpty() ? Optional.empty() : Optional.of(fields);
        }
        return Optional.of(fields);
    }

    private Found ask(String helper, String host) {
        if (!HELPER.matcher(helper).matches()) {
            return Found.complaining("the docker login names no program as its credential helper: " + helper);
        }
        String program = "docker-credential-" + helper;
        Process process;
        try {
            process = new ProcessBuilder(programs.apply(program), "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Found.complaining(program + ", which the docker login names, cannot be run");
        }
        AtomicBoolean isLate = new AtomicBoolean();
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> {
                    isLate.set(true);
                    end(process);
                },
                helperTimeout.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            String answer = answer(process, server(host));
            int status = process.waitFor();
            if (isLate.get()) {
                return Found.complaining(late(program));
            }
            if (status == 0) {
                return given(answer, host, program);
            }
            // What it prints then is a sentence; this one says that there is no login.
            return answer.contains("credentials not found")
                    ? Found.NONE
                    : Found.complaining(program + " failed with status " + status);
        } catch (IOException e) {
            // Ending it closes what was being read.
            return Found.complaining(
                    isLate.get() ? late(program) : program + " broke off: " + RegistryCredentials.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Found.complaining(program + " was interrupted");
        } finally {
            deadline.cancel(false);
            end(process);
        }
    }

    private String late(String program) {
        return program + " did not answer within " + helperTimeout.toMillis() + " ms";
    }

    private static String answer(Process process, String server) throws IOException {
        try (OutputStream question = process.getOutputStream()) {
            question.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // One that does not read its question may answer all the same, or says by its status what is wrong.
            return output(process);
        }
        return output(process);
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
    }

    private static Found given(String answer, String host, String program) {
        try {
            JsonNode json = Json.MAPPER.readTree(answer);
            String user = json.path("Username").asText("");
            String secret = json.path("Secret").asText("");
            if (secret.isEmpty()) {
                return Found.NONE;
            }
            return new Found(
                    Optional.of(
                            user.equals(TOKEN_USER)
                                    ? Map.of("identitytoken", secret, "serveraddress", server(host))
                                    : Map.of("username", user, "password", secret, "serveraddress", server(host))),
                    Optional.empty());
        } catch (IOException e) {
            return Found.complaining(program + " answered with what is no JSON");
        }
    }

    /** A script's own children would keep its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String server(String host) {
        return host.equals(ImageReference.DEFAULT_REGISTRY) ? DEFAULT_SERVER : host;
    }
}
