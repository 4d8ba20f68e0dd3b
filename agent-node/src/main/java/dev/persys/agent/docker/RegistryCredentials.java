package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.Names;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** Credentials that the node's operator keeps in files; orders name them and never carry them. */
final class RegistryCredentials {
    private final Path directory;

    RegistryCredentials(Path directory) {
        this.directory = directory;
    }

    /**
     * The value of {@code X-Registry-Auth} (Docker's API: base64url of the JSON). Fails with {@code REFUSED} where
     * there is no such file, or it cannot be read; the message never shows what is in it.
     */
    String header(String name) {
        if (!Names.isDnsLabel(name)) {
            throw refused("\"" + name + "\" is no name of registry credentials; a DNS label is wanted");
        }
        Path file = directory.resolve(name + ".json");
        try {
            JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(file));
            Map<String, String> auth = Map.of(
                    "username", text(json, "username", name),
                    "password", text(json, "password", name),
                    "serveraddress", text(json, "serveraddress", name));
            return Base64.getUrlEncoder().encodeToString(Json.write(auth).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw refused("this node has no registry credentials \"" + name
                    + "\"; put them into its registry-credentials-dir as " + name + ".json");
        } catch (IOException e) {
            // Not as the cause: a parser's message quotes what it read.
            throw refused("the registry credentials \"" + name + "\" of this node cannot be read ("
                    + e.getClass().getSimpleName() + "); JSON with username, password and serveraddress is wanted");
        }
    }

    private static String text(JsonNode json, String field, String name) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw refused("the registry credentials \"" + name + "\" of this node have no " + field);
        }
        return value.asText();
    }

    private static RuntimeFailure refused(String message) {
        return new RuntimeFailure(Kind.REFUSED, message);
    }
}
