package dev.persys.http.testing;

import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.protocol.Documents;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Documents in memory, changed under the conditions of {@link ChangeDocuments}. */
public final class KeptDocuments implements Documents {
    private final Map<String, Document> documents = new TreeMap<>();
    private long revision;
    private boolean known = true;

    /** Puts one, whatever there was. */
    public synchronized void put(DocumentKind kind, String name, String text) {
        DocumentId id = new DocumentId(kind, name);
        documents.put(id.toString(), new Document(id, text, ++revision));
    }

    public synchronized void remove(DocumentKind kind, String name) {
        documents.remove(new DocumentId(kind, name).toString());
    }

    public synchronized void beKnown(boolean are) {
        known = are;
    }

    @Override
    public synchronized boolean areKnown() {
        return known;
    }

    @Override
    public synchronized Optional<Document> find(DocumentId id) {
        return Optional.ofNullable(documents.get(id.toString()));
    }

    @Override
    public synchronized List<Document> all(DocumentKind kind) {
        return documents.values().stream()
                .filter(document -> document.id().kind() == kind)
                .toList();
    }

    /** Changes all or nothing, and answers. */
    public synchronized void change(ChangeDocuments request) {
        for (DocumentChange change : request.changes()) {
            long current = find(change.id()).map(Document::revision).orElse(DocumentChange.ABSENT);
            if (current != change.expectedRevision()) {
                request.replyTo().tell(new Reply.PreconditionFailed<>(current));
                return;
            }
        }
        List<Document> put = new ArrayList<>();
        revision++;
        for (DocumentChange change : request.changes()) {
            if (change instanceof DocumentChange.Put kept) {
                Document document = new Document(kept.id(), kept.text(), revision);
                documents.put(kept.id().toString(), document);
                put.add(document);
            } else {
                documents.remove(change.id().toString());
            }
        }
        request.replyTo().tell(new Reply.Ok<>(put));
    }

    /** All that is kept, as text. */
    public synchronized String text() {
        return documents.values().toString();
    }
}
