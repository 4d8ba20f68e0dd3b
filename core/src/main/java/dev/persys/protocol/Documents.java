package dev.persys.protocol;

import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import java.util.List;
import java.util.Optional;

/**
 * The documents of the cluster as this process knows them: committed ones only, from memory, for decisions that cannot
 * wait for an answer, such as whether a token is good. They are changed by {@link SchedulerProtocol.ChangeDocuments}, and
 * what is decided is written on the condition that it still stands as it was read. Thread-safe.
 */
public interface Documents {
    /** Whether they are known: not so before a leader has read them. Nobody is to be let in by what is not known. */
    boolean areKnown();

    /** The document of that id; empty where there is none, or where they are not known. */
    Optional<Document> find(DocumentId id);

    /** All of a kind by their names, as they were at one moment. */
    List<Document> all(DocumentKind kind);
}
