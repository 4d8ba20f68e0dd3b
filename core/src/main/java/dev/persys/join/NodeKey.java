package dev.persys.join;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Json;
import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.NodeId;
import dev.persys.trust.Pin;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Which key is believed to be a node's, and since which revocation.
 *
 * @param key the pinned one; absent where there is none, and then a first one may come
 * @param revocation how often certificates of this node were revoked: those that were made before count no more
 * @param revoked whether nobody is let in for this node until an operator has approved a key, or made a token for it
 * @param until when the newest certificate is over; absent where none was made here
 * @param pending a key that came and was not believed
 * @param approved what an operator has said of a key that was pending, until it comes again
 */
public record NodeKey(
        Optional<Pin> key,
        int revocation,
        boolean revoked,
        Optional<Instant> until,
        Optional<Pending> pending,
        Optional<Approved> approved) {
    /** Of a node of which nothing is known. */
    public static final NodeKey NONE =
            new NodeKey(Optional.empty(), 0, false, Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * A key that came and was not believed.
     *
     * @param from the address that it came from
     * @param why it was not believed, for people
     */
    public record Pending(Pin key, Instant since, String from, String why) {}

    /** A key that is believed once, when it comes again. */
    public record Approved(Pin key, Instant until, String by) {}

    /** Under which it is kept; empty where an id is too long for that. */
    public static Optional<DocumentId> id(NodeId node) {
        return DocumentId.isName(node.value())
                ? Optional.of(new DocumentId(DocumentKind.NODE_KEY, node.value()))
                : Optional.empty();
    }

    /**
     * What a document says. One that cannot be read, because it is damaged or of a later version, is that of a node that is
     * revoked: nobody gets in by what is not understood, and an operator can put it right.
     */
    public static NodeKey read(Document document) {
        try {
            JsonNode json = Json.read(document.text(), JsonNode.class);
            if (!json.path("revocation").isInt() || !json.path("revoked").isBoolean()) {
                return unreadable();
            }
            return new NodeKey(
                    text(json, "key").map(Pin::parse),
                    json.path("revocation").intValue(),
                    json.path("revoked").booleanValue(),
                    text(json, "until").map(Instant::parse),
                    part(json, "pending")
                            .map(it -> new Pending(
                                    Pin.parse(it.path("key").asText("")),
                                    Instant.parse(it.path("since").asText("")),
                                    it.path("from").asText(""),
                                    it.path("why").asText(""))),
                    part(json, "approved")
                            .map(it -> new Approved(
                                    Pin.parse(it.path("key").asText("")),
                                    Instant.parse(it.path("until").asText("")),
                                    it.path("by").asText(""))));
        } catch (UncheckedIOException | DateTimeException | IllegalArgumentException e) {
            return unreadable();
        }
    }

    /** So high that nobody has a certificate of that epoch, and not so high that it could not rise any more. */
    private static NodeKey unreadable() {
        return new NodeKey(
                Optional.empty(), Integer.MAX_VALUE / 2, true, Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.path(name).textValue());
    }

    private static Optional<JsonNode> part(JsonNode json, String name) {
        return Optional.of(json.path(name)).filter(JsonNode::isObject);
    }

    /** As it is kept. */
    public String text() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        key.ifPresent(pin -> json.put("key", pin.toString()));
        json.put("revocation", revocation).put("revoked", revoked);
        until.ifPresent(at -> json.put("until", at.toString()));
        pending.ifPresent(it -> json.putObject("pending")
                .put("key", it.key().toString())
                .put("since", it.since().toString())
                .put("from", it.from())
                .put("why", it.why()));
        approved.ifPresent(it -> json.putObject("approved")
                .put("key", it.key().toString())
                .put("until", it.until().toString())
                .put("by", it.by()));
        return json.toString();
    }

    /**
     * Why a certificate counts no more; empty where it does. A key of which nothing is known counts: an operator may have had
     * its certificate signed by hand.
     *
     * @param epoch of revocation, that the certificate has
     */
    public Optional<String> refusal(Pin shown, int epoch) {
        if (revoked) {
            return Optional.of(
                    "its certificates are revoked: approve its key (persys node approve), or join again by a token"
                            + " that is made for it (persys node token --node)");
        } else if (epoch != revocation) {
            return Optional.of("its certificate was made before a revocation, or elsewhere: join again");
        }
        return key.filter(pinned -> !pinned.equals(shown))
                .map(pinned -> "its certificate is of another key than the one that is pinned for it");
    }

    NodeKey pinned(Pin pin, Optional<Instant> certifiedUntil) {
        return new NodeKey(Optional.of(pin), revocation, false, certifiedUntil, Optional.empty(), Optional.empty());
    }

    /** As {@link #pinned}, after which nothing counts that was made before. */
    NodeKey replaced(Pin pin, Optional<Instant> certifiedUntil) {
        return new NodeKey(Optional.of(pin), next(), false, certifiedUntil, Optional.empty(), Optional.empty());
    }

    NodeKey waiting(Pending newest) {
        return new NodeKey(key, revocation, revoked, until, Optional.of(newest), approved);
    }

    NodeKey approving(Approved key) {
        return new NodeKey(this.key, revocation, revoked, until, Optional.empty(), Optional.of(key));
    }

    NodeKey withRevocation() {
        return new NodeKey(key, next(), true, until, Optional.empty(), Optional.empty());
    }

    private int next() {
        return Math.min(revocation, Integer.MAX_VALUE - 2) + 1;
    }
}
