package dev.persys.scheduler;

import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.protocol.Documents;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a leader says of the documents to the threads of its process. One leader after another may say so; what one that has
 * ended takes back does not touch what the next has said.
 */
public final class PublishedDocuments implements Documents {
    private final AtomicReference<Optional<Copy>> known = new AtomicReference<>(Optional.empty());

    /** All there is, by kind and name; made anew with each change, since there are few changes and many looks. */
    public static final class Copy {
        private final Map<DocumentKind, SortedMap<String, Document>> byKind;

        /** @param byKind has every kind, and is not changed any more */
        public Copy(Map<DocumentKind, SortedMap<String, Document>> byKind) {
            this.byKind = byKind;
        }

        private SortedMap<String, Document> of(DocumentKind kind) {
            return byKind.get(kind);
        }
    }

    public void publish(Copy copy) {
        known.set(Optional.of(copy));
    }

    /** Takes {@code copy} back, unless another one has taken its place. */
    public void takeBack(Copy copy) {
        known.updateAndGet(now -> now.filter(other -> other != copy));
    }

    @Override
    public boolean areKnown() {
        return known.get().isPresent();
    }

    @Override
    public Optional<Document> find(DocumentId id) {
        return known.get().map(copy -> copy.of(id.kind()).get(id.name()));
    }

    @Override
    public List<Document> all(DocumentKind kind) {
        return known.get().map(copy -> List.copyOf(copy.of(kind).values())).orElse(List.of());
    }
}
