package dev.persys.model;

/** One change of a document, conditional on the revision at which it was read. */
public sealed interface DocumentChange {
    /** The revision of a document that must not exist yet. */
    long ABSENT = 0;

    DocumentId id();

    /** At which the document has to stand: {@link #ABSENT}, or that of the {@link Document} that was decided about. */
    long expectedRevision();

    record Put(DocumentId id, String text, long expectedRevision) implements DocumentChange {
        public Put {
            if (text.length() > Document.MAX_TEXT) {
                throw new IllegalArgumentException("a " + id.kind() + " takes " + Document.MAX_TEXT
                        + " characters at most, and " + id.name() + " would have " + text.length());
            }
        }
    }

    record Remove(DocumentId id, long expectedRevision) implements DocumentChange {}
}
