package dev.persys.agent.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FileProblem;
import dev.persys.api.Json;
import dev.persys.model.ImageReference;
import dev.persys.model.Names;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which credentials go with the fetch of an image. Docker hands what it is given to the registry that the image names,
 * whatever the credentials say they are for; so only those for that very host are given.
 */
final class RegistryCredentials {
    private final Path directory;
    private final DockerLogin login;

    /** @param directory where the node's operator keeps {@code <name>.json} files; orders name them, and never carry them */
    RegistryCredentials(Path directory, DockerLogin login) {
        this.directory = directory;
        this.login = login;
    }

    /**
     * What is sent along.
     *
     * @param header the value of {@code X-Registry-Auth}; absent where there are no credentials
     * @param complaint what went wrong on the way to them, where the fetch may go on without
     */
    record Chosen(Optional<String> header, Optional<String> complaint) {}

    /**
     * For a fetch of {@code image}: the named ones, or else what this node's user has logged in to. Fails with {@code
     * REFUSED} where the named ones are not there, cannot be read, or are for another registry; the message never shows
     * what is in them. Blocks, for as long as a credential helper may take.
     */
    Chosen of(ImageReference image, Optional<String> name) {
        if (name.isPresent()) {
            return new Chosen(Optional.of(header(named(image, name.get()))), Optional.empty());
        }
        DockerLogin.Found found = login.of(image.registryHost());
        return new Chosen(found.auth().map(RegistryCredentials::header), found.complaint());
    }

    /** The host, with its port where one is written, that Docker's name or address of a registry means. */
    static String hostOf(String serverAddress) {
        String rest = serverAddress.strip().replaceFirst("^[a-zA-Z][a-zA-Z0-9+.-]*://", "");
        String host = rest.split("[/?#]", 2)[0].toLowerCase(Locale.ROOT);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
                ? ImageReference.DEFAULT_REGISTRY
                : host;
    }

    private Map<String, String> named(ImageReference image, String name) {
        if (!Names.isDnsLabel(name)) {
            throw refused("\"" + name + "\" is no name of registry credentials; a DNS label is wanted");
        }
        Map<String, String> auth = read(name);
        String host = hostOf(auth.get("serveraddress"));
        if (!host.equals(image.registryHost())) {
            throw refused("the registry credentials \"" + name + "\" are for " + host + ", and " + image.repository()
                    + " is an image of " + image.registryHost()
                    + ": they are sent to no other registry than their serveraddress");
        }
        return auth;
    }

    private Map<String, String> read(String name) {
        try {
            JsonNode json = Json.MAPPER.readTree(Files.readAllBytes(directory.resolve(name + ".json")));
            return Map.of(
                    "username", text(json, "username", name),
                    "password", text(json, "password", name),
                    "serveraddress", text(json, "serveraddress", name));
        } catch (NoSuchFileException e) {
            throw refused("this node has no registry credentials \"" + name
                    + "\"; put them into its registry-credentials-dir as " + name + ".json");
        } catch (IOException e) {
            // Not as the cause: a parser's message quotes what it read.
            throw refused("the registry credentials \"" + name + "\" of this node cannot be read: " + reason(e)
                    + "; JSON with username, password and serveraddress is wanted");
        }
    }

    /** Without the parser's message, which quotes what it read. */
    static String reason(IOException e) {
        return e instanceof JsonProcessingException ? "it is no JSON" : FileProblem.of(e);
    }

    private static String text(JsonNode json, String field, String name) {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw refused("the registry credentials \"" + name + "\" of this node have no " + field);
        }
        return value.asText();
    }

    /** Docker's API: base64url of the JSON. */
    private static String header(Map<String, String> auth) {
        return Base64.getUrlEncoder().encodeToString(Json.write(auth).getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeFailure refused(String message) {
        return new RuntimeFailure(Kind.REFUSED, message);
    }
}
