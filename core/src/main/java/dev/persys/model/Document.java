package dev.persys.model;

/**
 * A document as it stands.
 *
 * @param text JSON, of which the store knows nothing; whoever owns the kind reads it with care, since other versions wrote it
 * @param revision at which it was last written
 */
public record Document(DocumentId id, String text, long revision) {
    /** Of what one document may say, in characters. */
    public static final int MAX_TEXT = 128 * 1024;

    public String name() {
        return id.name();
    }
}
