package dev.persys.join;

import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.NodeId;
import dev.persys.trust.Pin;
import java.time.Instant;
import java.util.Optional;

/** What operators say of the keys of nodes. */
public final class NodeTrust {
    private NodeTrust() {}

    /**
     * The change by which nothing counts any more that was certified for a node.
     *
     * @param document that of its key, where there is one
     */
    public static DocumentChange revoked(DocumentId id, Optional<Document> document) {
        NodeKey known = document.map(NodeKey::read).orElse(NodeKey.NONE);
        return new DocumentChange.Put(id, known.withRevocation().text(), revision(document));
    }

    /**
     * The change by which a key that waits is believed when it comes again; empty where that key does not wait.
     *
     * @param until when that is forgotten
     * @param by who said it
     */
    public static Optional<DocumentChange> approved(
            DocumentId id, Optional<Document> document, Pin key, Instant until, String by) {
        NodeKey known = document.map(NodeKey::read).orElse(NodeKey.NONE);
        return known.pending()
                .filter(pending -> pending.key().equals(key))
                .map(pending -> new DocumentChange.Put(
                        id,
                        known.approving(new NodeKey.Approved(key, until, by)).text(),
                        revision(document)));
    }

    /**
     * Why nobody is called for a node; empty where its agent may be.
     *
     * @param node whose
     */
    public static Optional<String> refusal(NodeId node, Optional<Document> document) {
        return document.map(NodeKey::read)
                .filter(NodeKey::revoked)
                .map(key -> "the certificates of node " + node + " are revoked");
    }

    private static long revision(Optional<Document> document) {
        return document.map(Document::revision).orElse(DocumentChange.ABSENT);
    }
}
