package dev.persys.join;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.NodeId;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a {@link JoinToken} until it is used: nobody can join by what is read here.
 *
 * @param digest of its secret
 * @param expires from when on it is good for nothing
 * @param node the only one that may join by it; absent is any that has no key yet
 * @param by who made it
 */
public record TokenDocument(String digest, Instant expires, Optional<NodeId> node, String by) {
    /** Of a token. */
    public static TokenDocument of(JoinToken token, Instant expires, Optional<NodeId> node, String by) {
        return new TokenDocument(token.shown().digest(), expires, node, by);
    }

    /** Under which it is kept. */
    public static DocumentId id(JoinToken.Shown token) {
        return new DocumentId(DocumentKind.JOIN_TOKEN, token.id());
    }

    /** What a document says; empty where it cannot be read, and then nobody joins by it. */
    public static Optional<TokenDocument> read(Document document) {
        try {
            JsonNode json = Json.read(document.text(), JsonNode.class);
            String node = json.path("node").asText("");
            return Optional.of(new TokenDocument(
                    json.path("digest").asText(""),
                    Instant.parse(json.path("expires").asText("")),
                    node.isEmpty() ? Optional.empty() : Optional.of(NodeId.of(node)),
                    json.path("by").asText("")));
        } catch (UncheckedIOException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** As it is kept. */
    public String text() {
        var json = Json.MAPPER
                .createObjectNode()
                .put("digest", digest)
                .put("expires", expires.toString())
                .put("by", by);
        node.ifPresent(id -> json.put("node", id.value()));
        return json.toString();
    }

    /** Whether that is the token, in a time that does not depend on where they differ. */
    boolean isOf(JoinToken.Shown token) {
        return MessageDigest.isEqual(
                digest.getBytes(StandardCharsets.US_ASCII), token.digest().getBytes(StandardCharsets.US_ASCII));
    }
}
