package dev.persys.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.persys.api.Json;
import dev.persys.testing.DockerFixture;
import dev.persys.testing.LoopbackServer;
import dev.persys.testing.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A registry (Docker's HTTP API V2, its reading half) on loopback, where engines take one without TLS. It has one image under
 * one name and tag, as an engine saved it.
 */
final class ImageRegistry implements AutoCloseable {
    private static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final String ABSENT =
            "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}";
    private static final String DENIED =
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}";

    /** What is served, by the end of its path. */
    private final Map<String, byte[]> content = new HashMap<>();

    private final String authorization;
    private final LoopbackServer server;

    /**
     * @param login {@code user:password} that everybody has to show; empty for none
     * @param reference {@code name:tag} under which {@code image} of {@code docker} is had
     * @param directory for the files of the image
     */
    ImageRegistry(String login, String reference, String image, DockerFixture docker, Path directory)
            throws IOException {
        authorization = login.isEmpty()
                ? ""
                : "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        load(reference, image, docker, Files.createDirectories(directory));
        server = new LoopbackServer(this::answer);
    }

    private void load(String reference, String image, DockerFixture docker, Path directory) throws IOException {
        Path tar = directory.resolve("image.tar");
        docker.docker("save", "--output", tar.toString(), image);
        Processes.run("tar", "--extract", "--file=" + tar, "--directory=" + directory);
        JsonNode saved = Json.MAPPER
                .readTree(directory.resolve("manifest.json").toFile())
                .path(0);
        ObjectNode manifest = Json.MAPPER.createObjectNode();
        manifest.put("schemaVersion", 2).put("mediaType", MANIFEST_TYPE);
        manifest.set(
                "config",
                blob(CONFIG_TYPE, directory.resolve(saved.path("Config").asText())));
        for (JsonNode layer : saved.path("Layers")) {
            manifest.withArray("layers").add(blob(LAYER_TYPE, directory.resolve(layer.asText())));
        }
        byte[] text = Json.MAPPER.writeValueAsBytes(manifest);
        String name = reference.substring(0, reference.indexOf(':'));
        String tag = reference.substring(reference.indexOf(':') + 1);
        content.put("/v2/" + name + "/manifests/" + tag, text);
        content.put("/v2/" + name + "/manifests/" + digest(text), text);
    }

    private ObjectNode blob(String type, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        content.put(digest(bytes), bytes);
        return Json.MAPPER
                .createObjectNode()
                .put("mediaType", type)
                .put("size", bytes.length)
                .put("digest", digest(bytes));
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        exchange.getResponseHeaders().add("Docker-Distribution-Api-Version", "registry/2.0");
        if (!authorization.isEmpty()
                && !authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"registry\"");
            refuse(exchange, 401, DENIED);
            return;
        }
        byte[] found = content.get(path.contains("/blobs/") ? path.substring(path.lastIndexOf('/') + 1) : path);
        if (path.equals("/v2/")) {
            LoopbackServer.answer(exchange, 200, "application/json", "{}");
        } else if (found == null) {
            refuse(exchange, 404, ABSENT);
        } else {
            send(exchange, path.contains("/manifests/") ? MANIFEST_TYPE : "application/octet-stream", found);
        }
    }

    private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
        String body = exchange.getRequestMethod().equals("HEAD") ? "" : why;
        LoopbackServer.answer(exchange, status, "application/json", body);
    }

    private static void send(HttpExchange exchange, String type, byte[] bytes) throws IOException {
        boolean headOnly = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.getResponseHeaders().add("Docker-Content-Digest", digest(bytes));
        if (headOnly) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(bytes.length));
        }
        exchange.sendResponseHeaders(200, headOnly ? -1 : bytes.length);
        if (!headOnly) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** {@code 127.0.0.1:PORT}, as it stands before the name of an image. */
    String host() {
        return "127.0.0.1:" + server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
