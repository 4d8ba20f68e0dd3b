package dev.persys.join;

import dev.persys.model.Document;
import dev.persys.model.NodeId;
import dev.persys.protocol.Documents;
import dev.persys.trust.Pin;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether a node is still one of the cluster's, for those who call its agent. From any thread, at any time. */
public final class NodeStanding {
    /** Of clusters whose certificates are brought along: nothing is known of keys there. */
    public static final NodeStanding UNKNOWN = new NodeStanding(Optional.empty());

    private final Optional<Supplier<Optional<Documents>>> documents;

    private NodeStanding(Optional<Supplier<Optional<Documents>>> documents) {
        this.documents = documents;
    }

    /** As documents say; whoever asks before they are known calls nobody. */
    public static NodeStanding of(Supplier<Optional<Documents>> documents) {
        return new NodeStanding(Optional.of(documents));
    }

    /** Why the agent of a node is not called; empty where it may be. */
    public Optional<String> refusal(NodeId node) {
        return documents.flatMap(supplier -> supplier.get()
                .filter(Documents::areKnown)
                .map(known -> NodeTrust.refusal(node, document(known, node)))
                .orElseGet(() -> Optional.of("it is not known yet which certificates count")));
    }

    /** Why a certificate is not that of the agent of a node; empty where it is. */
    public Optional<String> refusal(NodeId node, Pin key, int epoch) {
        return documents.flatMap(supplier -> supplier.get()
                .filter(Documents::areKnown)
                .map(known -> document(known, node)
                        .map(NodeKey::read)
                        .orElse(NodeKey.NONE)
                        .refusal(key, epoch))
                .orElseGet(() -> Optional.of("it is not known yet which certificates count")));
    }

    private static Optional<Document> document(Documents known, NodeId node) {
        return NodeKey.id(node).flatMap(known::find);
    }
}
