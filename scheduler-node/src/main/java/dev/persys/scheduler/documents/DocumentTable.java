package dev.persys.scheduler.documents;

import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.PublishedDocuments;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The documents that are in the store, by kind and name, and what a change of them would make. Confined to its actor. */
final class DocumentTable {
    private Map<DocumentKind, SortedMap<String, Document>> byKind = new EnumMap<>(DocumentKind.class);

    DocumentTable() {
        for (DocumentKind kind : DocumentKind.values()) {
            byKind.put(kind, new TreeMap<>());
        }
    }

    /**
     * Takes what was read.
     *
     * @return keys that are no document's, which are left alone: a later version may have written them
     */
    List<String> load(List<Entry> entries) {
        List<String> strange = new ArrayList<>();
        for (Entry entry : entries) {
            id(entry.key())
                    .ifPresentOrElse(
                            id -> of(id.kind()).put(id.name(), new Document(id, entry.value(), entry.revision())),
                            () -> strange.add(entry.key()));
        }
        return strange;
    }

    private static Optional<DocumentId> id(String key) {
        String rest = key.substring(Keys.DOCUMENTS.length());
        for (DocumentKind kind : DocumentKind.values()) {
            String prefix = kind.word() + "/";
            if (rest.startsWith(prefix) && DocumentId.isName(rest.substring(prefix.length()))) {
                return Optional.of(new DocumentId(kind, rest.substring(prefix.length())));
            }
        }
        return Optional.empty();
    }

    /** Why {@code changes} cannot be made as things stand; empty where they can. */
    Optional<Reply<List<Document>>> refusal(List<DocumentChange> changes) {
        Map<DocumentKind, Integer> counts = new EnumMap<>(DocumentKind.class);
        Set<DocumentId> seen = new HashSet<>();
        for (DocumentChange change : changes) {
            if (!seen.add(change.id())) {
                return Optional.of(new Reply.Conflict<>(
                        "document-twice", change.id() + " is changed twice in one request: say it once"));
            }
            long revision = revision(change.id());
            if (revision != change.expectedRevision()) {
                return Optional.of(new Reply.PreconditionFailed<>(revision));
            }
            int more = change instanceof DocumentChange.Remove ? -1 : revision == DocumentChange.ABSENT ? 1 : 0;
            counts.merge(change.id().kind(), more, Integer::sum);
        }
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0
                        && of(entry.getKey()).size() + entry.getValue()
                                > entry.getKey().limit())
                .findFirst()
                .map(entry -> new Reply.Conflict<>(
                        "too-many-documents",
                        "there may be " + entry.getKey().limit() + " of the kind " + entry.getKey()
                                + ", and nothing was changed: remove what is not needed any more"));
    }

    private long revision(DocumentId id) {
        Document found = of(id.kind()).get(id.name());
        return found == null ? DocumentChange.ABSENT : found.revision();
    }

    /** What is to be written for {@code changes}. */
    static List<Change> stored(List<DocumentChange> changes) {
        return changes.stream()
                .<Change>map(change -> change instanceof DocumentChange.Put put
                        ? new Change.Put(Keys.document(put.id()), put.text(), put.expectedRevision())
                        : new Change.Delete(Keys.document(change.id()), change.expectedRevision()))
                .toList();
    }

    /** Takes over what was written, and says what was put. */
    List<Document> apply(List<DocumentChange> changes, long revision) {
        List<Document> put = new ArrayList<>();
        Map<DocumentKind, SortedMap<String, Document>> next = new EnumMap<>(byKind);
        Set<DocumentKind> copied = new HashSet<>();
        for (DocumentChange change : changes) {
            DocumentKind kind = change.id().kind();
            if (copied.add(kind)) {
                next.put(kind, new TreeMap<>(of(kind)));
            }
            if (change instanceof DocumentChange.Put written) {
                Document document = new Document(written.id(), written.text(), revision);
                next.get(kind).put(document.name(), document);
                put.add(document);
            } else {
                next.get(kind).remove(change.id().name());
            }
        }
        byKind = next;
        return put;
    }

    /** As it is now, for other threads: what is changed later is changed in other maps. */
    PublishedDocuments.Copy copy() {
        return new PublishedDocuments.Copy(byKind);
    }

    private SortedMap<String, Document> of(DocumentKind kind) {
        return byKind.get(kind);
    }
}
